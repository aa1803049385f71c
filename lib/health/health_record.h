/* SPDX-License-Identifier: ISC */
/* Records, and objects within them, whoever made them: what is not there, or of another type, does no harm. */
#ifndef HEALTH_HEALTH_RECORD_H
#define HEALTH_HEALTH_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

/* Of an object, or of NULL: "" and -1 for what is not there or of another type. */
const char	*record_text(const json_t *, const char *name);
double		 record_number(const json_t *, const char *name);
bool		 record_true(const json_t *, const char *name);

/* A string of any bytes: what JSON cannot hold becomes question marks. */
json_t		*record_clean(const char *);

/* ms since the epoch of an RFC 3339 text of ours, or -1. */
int64_t		 record_time(const char *);

/* Does its forwarder answer, or is it off as it should be? Else nothing is known of what that would tell. */
bool		 record_is_seen(const json_t *);

#endif
