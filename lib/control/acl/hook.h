/* SPDX-License-Identifier: ISC */
/* May it? What a callback asks, judged by a snapshot; and the event that says so. No I/O. */
#ifndef CONTROL_ACL_HOOK_H
#define CONTROL_ACL_HOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "control/acl/acl.h"
#include "control/acl/callback.h"
#include "control/acl/spool.h"

struct hook_verdict {
	bool		 open;
	const char	*kind;		/* of the event; NULL: none is worth it */
	const char	*reason;		/* a constant */
	char		 channel[64], source[64];	/* empty: the stream is not named so */
	char		 detail[256];	/* JSON; a token's mark, nothing else of it */
};

/*
 * Publishing and playing are refused without a snapshot (NULL); whatever else is told is answered with
 * yes. callback NULL: what was told made no sense, for the reason in why.
 */
void	hook_judge(struct hook_verdict *, const struct callback *, const struct acl *,
	    const char *reason, int64_t now);

/* The event of a verdict: borrows from it. */
struct spool_event hook_event(const struct hook_verdict *, const char *host);

#endif
