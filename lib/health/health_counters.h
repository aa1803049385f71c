/* SPDX-License-Identifier: ISC */
/*
 * What the forwarders of a host have counted, over their restarts: a forwarder begins at 0, and the total goes on. From
 * pass to pass: {"krishna": {"started": TIME, "cuts": [BEFORE, NOW], "sources obs breaks": [BEFORE, NOW]}}, where BEFORE
 * is what the forwarders before this one had counted, and NOW what this one has. Nothing here reads a file.
 */
#ifndef HEALTH_HEALTH_COUNTERS_H
#define HEALTH_HEALTH_COUNTERS_H

#include <jansson.h>

#include "health/health.h"

/*
 * The counts after this pass; to be released. A forwarder that started anew, or a count that fell, begins after what
 * was there. The counts of a channel stay while its forwarder does not answer, and go with the channel.
 */
json_t	*health_counters_merge(const json_t *known, const struct health *);

/*
 * The total of a member. group: "sources" or "destinations", and the item of it; NULL: a member of the channel itself.
 * -1: it is not known.
 */
double	 health_counter(const json_t *counters, const char *channel, const char *group, const char *item,
	    const char *member);

#endif
