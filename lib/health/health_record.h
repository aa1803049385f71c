/* SPDX-License-Identifier: ISC */
/* Access to health records and objects within them, from any program: members may be missing, or of another type. */
#ifndef HEALTH_HEALTH_RECORD_H
#define HEALTH_HEALTH_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* The object may be NULL. "", -1 or false if the member is missing or of another type. */
const char	*record_text(const json_t *, const char *name);
double		 record_number(const json_t *, const char *name);
bool		 record_true(const json_t *, const char *name);

/* A JSON string. If the bytes are not UTF-8, question marks replace all but printable ASCII. */
json_t		*record_clean(const char *);

/* ms since the epoch of an RFC 3339 time of clock_rfc3339(), or -1. */
int64_t		 record_time(const char *);

/* Does the forwarder answer, or is it off as desired? If not, its problems are not known. */
bool		 record_is_observed(const json_t *);

#endif
