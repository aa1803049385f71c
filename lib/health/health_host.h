/* SPDX-License-Identifier: ISC */
/* The record of a host: what its channels share, and the unknown publishers. */
#ifndef HEALTH_HEALTH_HOST_H
#define HEALTH_HEALTH_HOST_H

#include <jansson.h>

#include "health/health_answers.h"

/* desired: the parsed answer of the database, or NULL. To be released. */
json_t	*health_host_make(const struct health_answers *, const json_t *desired, const char *now);

#endif
