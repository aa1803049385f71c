/* SPDX-License-Identifier: ISC */
/* Collects the answers of the database, the media server, forwarders and loops, and makes health records. */
#ifndef HEALTH_HEALTH_COLLECT_H
#define HEALTH_HEALTH_COLLECT_H

#include <stdint.h>

#include "control/db.h"
#include "health/health.h"
#include "server/server.h"

struct collector;

/* Keeps the connection to the database from pass to pass. auth: of the media server, or NULL; borrowed. NULL: no
 * memory. */
struct collector	*collector_new(const char *host, const struct server_auth *auth);
void			 collector_free(struct collector *);	/* NULL is allowed */

/*
 * Queries the database (one statement), the control sockets of its channels and of those that have sockets (each
 * once, all in parallel), and the media server (one request). A part that does not answer becomes a problem. The
 * next pass or collector_free() frees the records. NULL: no memory.
 */
struct health		*collector_pass(struct collector *);

enum db_fault		 collector_db(const struct collector *);	/* of the last pass */

/* The cost of the last pass: statements to the database, requests to the media server. */
uint64_t		 collector_trips(const struct collector *);
uint64_t		 collector_requests(const struct collector *);

#endif
