/* SPDX-License-Identifier: ISC */
/*
 * How the timestamps of a track map to our clock. A frame cannot arrive before it was made, so the
 * smallest recent (arrival - timestamp) is the offset of the track: frames that took longer were
 * delayed on the way. The minimum is over a sliding window, so that the offset follows the clock
 * of an encoder that drifts against ours, in either direction, for months.
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

/* Adds a frame with its arrival time and timestamp (both ms). */
void	clock_offset_add(struct clock_offset *, int64_t arrival, int64_t ts);

/* arrival - timestamp of a frame without delay, ms; 0: no frame was added. */
int64_t	clock_offset_ms(const struct clock_offset *);

#endif
