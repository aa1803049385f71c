/* SPDX-License-Identifier: ISC */
/*
 * How a track's timestamps map to our clock. A frame cannot arrive before it was made, so the
 * smallest (arrival - timestamp) lately seen is the track's offset: frames that took longer
 * were held up on the way. The minimum is over a sliding window, so that the offset follows
 * an encoder's clock that drifts against ours, in either direction, for months.
 */
#ifndef PACKET_CLOCK_OFFSET_H
#define PACKET_CLOCK_OFFSET_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_OFFSET_WINDOW_MS	10000	/* the minimum is over one to two of these */

struct clock_offset {
	int64_t	now_min, old_min;	/* of this window and the one before */
	int64_t	since;			/* when this window began */
	bool	any, old;
};

/* A frame with this timestamp arrived (both ms). */
void	clock_offset_add(struct clock_offset *, int64_t arrival, int64_t ts);

/* arrival - timestamp of an unhindered frame, ms; 0 when nothing was added. */
int64_t	clock_offset_ms(const struct clock_offset *);

#endif
