/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/frame_rate.h"

#define WHOLE_RATES	120
#define SNAP_FPS	0.006	/* "23.98" and "29.97" mean 24000/1001 and 30000/1001 */
#define HISTOGRAM	1001	/* distances in ms; the last one takes all above */

/* Writers round or truncate times, some of them twice; a spread of more than 2 ms has another cause. */
#define SPREAD_MAX	(2 * TICKS_MS)

/* Rates, the preferred ones first: what the file claims, then the usual rates. */
enum { CLAIMED_SNAPPED, CLAIMED, NTSC, WHOLE = NTSC + 5, GRIDS = WHOLE + WHOLE_RATES };

struct frame_rate {
	struct grid	 grids[GRIDS];
	uint32_t	 histogram[HISTOGRAM];
	uint32_t	 last;
	uint64_t	 n;
};

void
grid_add(struct grid *g, uint32_t ms)
{
	int64_t off = ms * TICKS_MS - g->n * g->interval;

	if (g->n == 0 || off < g->min)
		g->min = off;
	if (g->n == 0 || off > g->max)
		g->max = off;
	g->n++;
}

int
grid_fits(const struct grid *g)
{
	return g->interval > 0 && g->max - g->min <= SPREAD_MAX;
}

struct frame_rate *
frame_rate_new(double fps)
{
	static const int ntsc[] = { 24, 30, 60, 48, 120 };
	struct frame_rate *r;
	double off;
	size_t i;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	for (i = 0; i < nitems(ntsc); i++)
		r->grids[NTSC + i].interval = TICKS_S * 1001 / (ntsc[i] * 1000);
	for (i = 0; i < WHOLE_RATES; i++)
		r->grids[WHOLE + i].interval = TICKS_S / ((int)i + 1);
	if (!(fps >= 1 && fps <= 1000))
		return r;
	r->grids[CLAIMED].interval = (int64_t)((double)TICKS_S / fps + 0.5);
	for (i = NTSC; i < GRIDS; i++) {
		off = (double)TICKS_S / (double)r->grids[i].interval - fps;
		if (off < SNAP_FPS && off > -SNAP_FPS) {
			r->grids[CLAIMED_SNAPPED].interval = r->grids[i].interval;
			break;
		}
	}
	return r;
}

void
frame_rate_free(struct frame_rate *r)
{
	free(r);
}

void
frame_rate_add(struct frame_rate *r, uint32_t ms)
{
	uint32_t step = ms - r->last;
	size_t i;

	if (r->n > 0)
		r->histogram[step < HISTOGRAM ? step : HISTOGRAM - 1]++;
	r->last = ms;
	r->n++;
	for (i = 0; i < GRIDS; i++)
		grid_add(&r->grids[i], ms);
}

int64_t
frame_rate_interval(const struct frame_rate *r)
{
	const struct grid *best = NULL, *g;
	size_t i;

	if (r->n < 2)
		return 0;
	for (i = 0; i < GRIDS; i++) {
		g = &r->grids[i];
		if (!grid_fits(g))
			continue;
		if (i < NTSC)
			return g->interval;
		if (best == NULL || g->max - g->min < best->max - best->min)
			best = g;
	}
	return best == NULL ? 0 : best->interval;
}

uint32_t
frame_rate_median(const struct frame_rate *r)
{
	uint64_t seen = 0;
	uint32_t i;

	if (r->n < 2)
		return 0;
	for (i = 0; i < HISTOGRAM - 1; i++) {
		if ((seen += r->histogram[i]) * 2 >= r->n - 1)
			break;
	}
	return i;
}
