/* SPDX-License-Identifier: ISC */
/* Durations as people write them. */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stddef.h>
#include <stdint.h>

#define DURATION_BAD	(-1L)	/* not a duration */
#define DURATION_RANGE	(-2L)	/* a duration that is too short or too long */

/* Seconds of "90", "90s", "10m", "2h", "1d": 1 to max; or DURATION_BAD or DURATION_RANGE, which are below 0. */
long		 duration_s(const char *text, long max);

/* Describes a failure code of duration_s() with this max. Returns dst. */
const char	*duration_reason(char *dst, size_t size, long code, long max);

/* "3d04h", "4h05m", "12m03s", "9s": at most six characters for a year and more. ms -1: not known, "-". Returns dst. */
char		*duration_short(char *dst, size_t size, int64_t ms);

#endif
