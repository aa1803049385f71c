/* SPDX-License-Identifier: ISC */
/* Enforces a change of tokens: updates the acl snapshot, then disconnects the publisher. */
#ifndef CONTROL_KEYS_EVICT_H
#define CONTROL_KEYS_EVICT_H

#include <stdbool.h>

#include "base/error.h"
#include "control/db.h"

#define EVICT_SETTLE_MS	600	/* a hook that answers from the former acl snapshot has answered by then */

/*
 * Writes the acl snapshot of this host: from then on the hook refuses tokens that the database has revoked. 0, or
 * -1 with an error; also when host, the channel's, is not this one: there its own reconciliation does it.
 */
int	evict_acl(struct db *, const char *host, struct error *);

/*
 * Disconnects the client that publishes stream, and clients that the hook was just letting in when the acl snapshot
 * changed: takes EVICT_SETTLE_MS and the media server's answers. A client that came later has another token, and
 * stays. kicked: how many. 0, or -1 with an error: what the media server reported.
 */
int	evict_publisher(struct db *, const char *host, const char *stream, int *kicked, struct error *);

/*
 * Calls both (the second only with kick) after the token of CHANNEL SOURCE has changed; what: "rotated". Logs the
 * result. 0, or -1: a part is still to be done.
 */
int	evict(struct db *, const char *host, const char *channel, const char *source, const char *what,
	    bool kick);

#endif
