/* SPDX-License-Identifier: ISC */
/* When to try again: an exponential delay with jitter, so that many clients do not connect at once. */
#ifndef FORWARD_RETRY_H
#define FORWARD_RETRY_H

#include <stdint.h>

struct retry {
	int64_t	min_ms, max_ms;
	int64_t	delay_ms;	/* the next one, before jitter; 0: min_ms */
};

/* The time of the next try after a failure now; up_ms: how long the connection was up. A minute
 * of that resets the delay. */
int64_t	retry_at(struct retry *, int64_t now, int64_t up_ms);

#endif
