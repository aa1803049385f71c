/* SPDX-License-Identifier: ISC */
/* Time. All timing uses the monotonic clock; the wall clock is for hours that people declare, and for print. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

int64_t	clock_ms(void);		/* CLOCK_MONOTONIC, milliseconds */
int64_t	clock_us(void);		/* CLOCK_MONOTONIC, microseconds */
int64_t	clock_wall(void);	/* CLOCK_REALTIME, seconds since the epoch */

#define CLOCK_RFC3339_LEN	25	/* 2026-01-01T00:00:00.000Z and NUL */

/* UTC now, less ago_ms, as RFC 3339 with milliseconds. Returns dst. */
char	*clock_rfc3339(char dst[CLOCK_RFC3339_LEN], int64_t ago_ms);

#endif
