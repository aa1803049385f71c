/* SPDX-License-Identifier: ISC */
/*
 * Which exact rate do frames have whose times were rounded to milliseconds? Every rate that is
 * in use is tried on all of them at once; memory does not grow with the frames.
 */
#ifndef PACKET_FRAME_RATE_H
#define PACKET_FRAME_RATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Exact time is counted in units of 1/705600000 s: whole numbers for a frame at 24, 25, 30, 48,
 * 50, 60, 120 fps, all of these times 1000/1001, and for a sample at 8 to 96 kHz. 64 bits
 * hold 400 years.
 */
#define TICKS_S		INT64_C(705600000)
#define TICKS_MS	(TICKS_S / 1000)

struct frame_rate;

/* fps: what the file claims, 0 for nothing. NULL with ENOMEM. */
struct frame_rate	*frame_rate_new(double fps);
void		 frame_rate_free(struct frame_rate *);	/* NULL is allowed */

/* The next frame's time in ms; times must not fall. */
void		 frame_rate_add(struct frame_rate *, uint32_t ms);

/* Ticks a frame, when a rate fits every time to within the rounding; else 0. */
int64_t		 frame_rate_interval(const struct frame_rate *);

/* The median distance between two frames in ms, up to 1 s; 0 with fewer than two. */
uint32_t	 frame_rate_median(const struct frame_rate *);

/* How far times stray from one even grid: the same question about one given rate. */
struct grid {
	int64_t	 interval;	/* ticks; set by the owner, the rest 0 */
	int64_t	 n, min, max;
};

void		 grid_add(struct grid *, uint32_t ms);
int		 grid_fits(const struct grid *);

#endif
