/* SPDX-License-Identifier: ISC */
/* The bit rate of a byte counter that only rises, over the last few seconds. */
#ifndef FORWARD_RATE_H
#define FORWARD_RATE_H

#include <stdint.h>

#define RATE_MS	3000

struct rate {
	int64_t		since;
	uint64_t	bytes;
	int64_t		kbps;	/* of the last whole window */
};

static inline void
rate_update(struct rate *r, uint64_t bytes, int64_t now)
{
	if (r->since == 0) {
		r->since = now;
		r->bytes = bytes;
	} else if (now - r->since >= RATE_MS) {
		r->kbps = (int64_t)(bytes - r->bytes) * 8 / (now - r->since);
		r->since = now;
		r->bytes = bytes;
	}
}

#endif
