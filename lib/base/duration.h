/* SPDX-License-Identifier: ISC */
/* Durations as people write them. */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

/* Seconds of "90", "90s", "10m", "2h", "1d": 1 to max of them. -1: something else. */
long	duration_s(const char *text, long max);

#endif
