/* SPDX-License-Identifier: ISC */
/*
 * Asks the database about the clients that publish now: whether the hook allowed each of them, and whether the token
 * that it came with is still valid (reconcile_publishers() in sql/functions/publisher.sql).
 */
#ifndef CONTROL_RECONCILE_PUBLISHERS_H
#define CONTROL_RECONCILE_PUBLISHERS_H

#include "control/db.h"
#include "control/reconcile/desired.h"

/*
 * Sets allowed_ms and revoked of each observed publisher of this host's channels. One round trip, none if nobody
 * publishes. DB_OK, or a fault with an error.
 */
enum db_fault	publishers_query(struct db *, const char *host, struct desired *, struct error *);

/* Is CHANNEL_SOURCE, the name of a stream, a source of this host's channels? */
bool		publishers_desired(const struct desired *, const char *stream);

#endif
