/* SPDX-License-Identifier: ISC */
/* Durations as people write them. */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stddef.h>

#define DURATION_BAD	(-1L)	/* not a duration */
#define DURATION_RANGE	(-2L)	/* a duration that is too short or too long */

/* Seconds of "90", "90s", "10m", "2h", "1d": 1 to max; or DURATION_BAD or DURATION_RANGE, which are below 0. */
long		 duration_s(const char *text, long max);

/* Describes a failure code of duration_s() with this max. Returns dst. */
const char	*duration_reason(char *dst, size_t size, long code, long max);

#endif
