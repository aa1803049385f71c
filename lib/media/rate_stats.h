/* SPDX-License-Identifier: ISC */
/* Frames and bytes of a track since its newest sequence header. */
#ifndef MEDIA_RATE_STATS_H
#define MEDIA_RATE_STATS_H

#include <stdint.h>

/* Less than this measures nothing: times are rounded to ms, and a bit rate varies with the picture. */
#define RATE_STATS_FPS_MS	1000
#define RATE_STATS_KBPS_MS	2000

struct rate_stats {
	int64_t		from, to;	/* DTS of the first and the newest frame, ms */
	uint64_t	frames;
	uint64_t	bytes;		/* without the newest frame, which lasts beyond its DTS */
	uint32_t	newest;		/* bytes */
};

/* Adds a frame. */
static inline void
rate_stats_add(struct rate_stats *r, int64_t dts, uint32_t len)
{
	if (r->frames++ == 0)
		r->from = dts;
	r->to = dts;
	r->bytes += r->newest;
	r->newest = len;
}

/* Frames a second and kbit/s; 0: too few frames. */
static inline double
rate_stats_fps(const struct rate_stats *r)
{
	int64_t ms = r->to - r->from;

	return ms < RATE_STATS_FPS_MS ? 0 : (double)(r->frames - 1) * 1000 / (double)ms;
}

static inline double
rate_stats_kbps(const struct rate_stats *r)
{
	int64_t ms = r->to - r->from;

	return ms < RATE_STATS_KBPS_MS ? 0 : (double)r->bytes * 8 / (double)ms;
}

#endif
