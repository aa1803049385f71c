/* SPDX-License-Identifier: ISC */
/* One pass over all that can be asked about a host's channels. */
#ifndef HEALTH_HEALTH_COLLECT_H
#define HEALTH_HEALTH_COLLECT_H

#include <stdint.h>

#include "control/db.h"
#include "health/health.h"

struct collector;

/* What each pass begins with; the connection to the database is kept from pass to pass. NULL: no memory. */
struct collector	*collector_new(const char *host, const char *auth);
void			 collector_free(struct collector *);	/* NULL is allowed */

/*
 * Asks the database (one statement), the control sockets of the channels that it tells and of those that
 * are there (each once, at the same time), and the media server (one request). Whatever is away is told as
 * a problem. NULL: no memory. Freed by the next pass or collector_free().
 */
struct health		*collector_pass(struct collector *);

enum db_fault		 collector_db(const struct collector *);	/* of the last pass */

/* What the last pass took: statements sent, requests made. */
uint64_t		 collector_trips(const struct collector *);
uint64_t		 collector_requests(const struct collector *);

#endif
