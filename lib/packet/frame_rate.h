/* SPDX-License-Identifier: ISC */
/*
 * Finds the exact rate of frames whose times were rounded to milliseconds. It tests all usual rates on
 * each frame; the use of memory does not depend on the number of frames.
 */
#ifndef PACKET_FRAME_RATE_H
#define PACKET_FRAME_RATE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Exact time is counted in ticks of 1/705600000 s: whole numbers for a frame at 24, 25, 30, 48,
 * 50, 60, 120 fps, all of these times 1000/1001, and for a sample at 8 to 96 kHz. 64 bits
 * hold 400 years.
 */
#define TICKS_S		INT64_C(705600000)
#define TICKS_MS	(TICKS_S / 1000)

struct frame_rate;

/* fps: the rate that the file claims, 0: none. NULL with ENOMEM. */
struct frame_rate	*frame_rate_new(double fps);
void		 frame_rate_free(struct frame_rate *);	/* NULL is allowed */

/* Adds the time of the next frame, ms; times must not fall. */
void		 frame_rate_add(struct frame_rate *, uint32_t ms);

/* Ticks of a frame, if one rate fits every time within the rounding; else 0. */
int64_t		 frame_rate_interval(const struct frame_rate *);

/* The median distance between two frames in ms, up to 1 s; 0: fewer than two frames. */
uint32_t	 frame_rate_median(const struct frame_rate *);

/* Tests whether times fit one given rate, a grid. */
struct grid {
	int64_t	 interval;	/* ticks; set by the owner, the rest 0 */
	int64_t	 n, min, max;
};

void		 grid_add(struct grid *, uint32_t ms);
int		 grid_fits(const struct grid *);

#endif
