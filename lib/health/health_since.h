/* SPDX-License-Identifier: ISC */
/*
 * Since when each problem is there, from pass to pass: {"krishna": {"no-video source:obs": TIME}}, with "" for the
 * host. A problem is known by its channel, code and subject; its text may change. Nothing here reads a file.
 */
#ifndef HEALTH_HEALTH_SINCE_H
#define HEALTH_HEALTH_SINCE_H

#include <jansson.h>

#include "health/health.h"

/*
 * What is known after this pass; to be released. A problem that is new began with the pass. One that is gone is
 * forgotten, unless what would have told of it did not answer.
 */
json_t	*health_since_merge(const json_t *known, const struct health *);

/* Gives each problem its "since", null where it is not known. */
void	 health_since_set(const json_t *known, struct health *);

#endif
