/* SPDX-License-Identifier: ISC */
/*
 * When each problem began, from pass to pass: {"krishna": {"no-video source:obs": TIME}}, with "" for the host.
 * Channel, code and subject identify a problem; its text may change. Nothing here reads a file.
 */
#ifndef HEALTH_HEALTH_SINCE_H
#define HEALTH_HEALTH_SINCE_H

#include <jansson.h>

#include "health/health.h"

/*
 * The times after this pass; to be released. A new problem began with the pass. One that no record has any more is
 * removed, unless the part that shows it did not answer.
 */
json_t	*health_since_merge(const json_t *known, const struct health *);

/* Gives each problem its "since"; null: not known. */
void	 health_since_set(const json_t *known, struct health *);

#endif
