/* SPDX-License-Identifier: ISC */
/* What a change of tokens is followed by: the gate learns of it, then whoever is in goes. */
#ifndef CONTROL_KEYS_EVICT_H
#define CONTROL_KEYS_EVICT_H

#include <stdbool.h>

#include "base/error.h"
#include "control/db.h"

#define EVICT_SETTLE_MS	600	/* a hook that read the gate before has answered by then */

/*
 * The gate file of this host, written anew: tokens revoked in the database are refused from here on. 0, or -1
 * with an error; also when host, the channel's, is another one: there its own reconciliation does it.
 */
int	evict_acl(struct db *, const char *host, struct error *);

/*
 * Disconnects the client that publishes stream, and clients that the hook was just letting in when the acl snapshot
 * changed: takes EVICT_SETTLE_MS and the media server's answers. A client that came later has another token, and
 * stays. kicked: how many. 0, or -1 with an error: what the media server reported.
 */
int	evict_publisher(struct db *, const char *host, const char *stream, int *kicked, struct error *);

/*
 * Both, after the token of CHANNEL SOURCE was changed; what: "rotated". 0, or -1 when something is still to be
 * done; either is logged, with how things stand.
 */
int	evict(struct db *, const char *host, const char *channel, const char *source, const char *what,
	    bool kick);

#endif
