/* SPDX-License-Identifier: ISC */
/* Decides a callback by the acl snapshot, and makes the event of the decision. No I/O. */
#ifndef CONTROL_ACL_HOOK_H
#define CONTROL_ACL_HOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "control/acl/acl.h"
#include "control/acl/callback.h"
#include "control/acl/event_limit.h"
#include "control/acl/spool.h"

struct hook_verdict {
	bool		 open;
	const char	*kind;		/* of the event; NULL: no event */
	const char	*reason;	/* a constant */
	char		 channel[64], source[64];	/* empty: the stream is not CHANNEL_SOURCE */
	char		 detail[256];	/* JSON; only the mark of a token */
	struct event_limit limit;	/* what the event is limited by */
};

/*
 * Without a snapshot (NULL) nobody may publish or play. All other callbacks are allowed. callback NULL: it
 * could not be parsed, for this reason.
 */
void	hook_judge(struct hook_verdict *, const struct callback *, const struct acl *,
	    const char *reason, int64_t now);

/* The event of a verdict: borrows from it. */
struct spool_event hook_event(const struct hook_verdict *, const char *host);

#endif
