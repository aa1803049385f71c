/* SPDX-License-Identifier: ISC */
/* Counts the frames of each GOP, and notices B-frames: PTS - DTS is the same for all frames where there are none. */
#ifndef MEDIA_GOP_STATS_H
#define MEDIA_GOP_STATS_H

#include <stdbool.h>
#include <stdint.h>

struct gop_stats {
	uint32_t	frames;			/* since the newest keyframe, with it */
	int32_t		cts_min, cts_max;	/* of these, ms */
	uint32_t	last_frames;		/* of the GOP before; 0: none yet */
	bool		last_reorders;		/* it had B-frames */
};

/* Adds a video frame. */
static inline void
gop_stats_add(struct gop_stats *g, bool key, int32_t cts)
{
	if (key) {
		g->last_frames = g->frames;
		g->last_reorders = g->cts_min != g->cts_max;
		g->frames = 0;
		g->cts_min = g->cts_max = cts;
	}
	g->frames++;
	if (cts < g->cts_min)
		g->cts_min = cts;
	if (cts > g->cts_max)
		g->cts_max = cts;
}

#endif
