/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/frame_rate.h"
#include "t.h"

#include <math.h>

enum rounding { NEAREST, DOWN };

/* The rate that n frames of num/den fps, written in ms, are taken for, as ticks a frame. */
static int64_t
guess(double claim, int64_t num, int64_t den, int64_t n, enum rounding r)
{
	struct frame_rate *c = frame_rate_new(claim);
	int64_t i, got;

	for (i = 0; i < n; i++)
		frame_rate_add(c, (uint32_t)((i * 1000 * den + (r == NEAREST ? num / 2 : 0)) / num));
	got = frame_rate_interval(c);
	frame_rate_free(c);
	return got;
}

static void
usual_rates_are_exact(void)
{
	static const int64_t rates[][2] = {
		{ 24000, 1001 }, { 24, 1 }, { 25, 1 }, { 30000, 1001 }, { 30, 1 }, { 50, 1 },
		{ 60000, 1001 }, { 60, 1 }, { 10, 1 }, { 120, 1 }
	};
	size_t i;
	int64_t num, den;

	for (i = 0; i < nitems(rates); i++) {
		num = rates[i][0];
		den = rates[i][1];
		t_int(TICKS_S * den % num, 0);
		t_int(guess(0, num, den, 600, NEAREST), TICKS_S * den / num);
		t_int(guess(0, num, den, 600, DOWN), TICKS_S * den / num);
		t_int(guess((double)num / (double)den, num, den, 60, DOWN), TICKS_S * den / num);
		/* an hour at this rate and more */
		t_int(guess(0, num, den, 220000, NEAREST), TICKS_S * den / num);
	}
}

static void
a_claim_decides_what_is_too_short_to_tell(void)
{
	t_int(guess(29.97, 30000, 1001, 10, NEAREST), TICKS_S * 1001 / 30000);
	t_int(guess(30, 30, 1, 10, NEAREST), TICKS_S / 30);
	t_int(guess(23.98, 24000, 1001, 10, NEAREST), TICKS_S * 1001 / 24000);
}

static void
a_false_claim_is_seen_through(void)
{
	t_int(guess(30, 25, 1, 100, NEAREST), TICKS_S / 25);
	t_int(guess(1000, 25, 1, 100, NEAREST), TICKS_S / 25);
	t_int(guess(-1, 25, 1, 100, NEAREST), TICKS_S / 25);
	t_int(guess((double)NAN, 25, 1, 100, NEAREST), TICKS_S / 25);
	t_int(guess(30, 30000, 1001, 3000, NEAREST), TICKS_S * 1001 / 30000);
}

static void
an_odd_rate_needs_its_claim(void)
{
	t_int(guess(12.5, 25, 2, 500, NEAREST), TICKS_S * 2 / 25);
	t_int(guess(0, 25, 2, 500, NEAREST), 0);
	t_int(guess(29.97, 2997, 100, 200000, NEAREST), (int64_t)((double)TICKS_S / 29.97 + 0.5));
}

static void
no_constant_rate(void)
{
	struct frame_rate *c = frame_rate_new(25);
	uint32_t i, t = 0;

	t_int(frame_rate_interval(c), 0);
	t_int(frame_rate_median(c), 0);
	for (i = 0; i < 100; i++, t += i % 10 == 0 ? 80 : 40)
		frame_rate_add(c, t);
	t_int(frame_rate_interval(c), 0);
	t_int(frame_rate_median(c), 40);
	frame_rate_free(c);
	frame_rate_free(NULL);
}

static void
median_of_long_gaps_has_a_cap(void)
{
	struct frame_rate *c = frame_rate_new(0);
	uint32_t i;

	for (i = 0; i < 10; i++)
		frame_rate_add(c, i * 5000);
	t_int(frame_rate_median(c), 1000);
	frame_rate_free(c);
}

static void
grid_allows_rounding_only(void)
{
	struct grid g = { .interval = TICKS_S * 1024 / 48000 };
	uint32_t i;

	for (i = 0; i < 100000; i++)
		grid_add(&g, (uint32_t)((uint64_t)i * 1024000 / 48000));
	t_ok(grid_fits(&g));
	grid_add(&g, (uint32_t)((uint64_t)(i + 1) * 1024000 / 48000));
	t_ok(!grid_fits(&g));
	t_ok(!grid_fits(&(struct grid){ 0 }));
}

T_MAIN(
	{ "usual_rates_are_exact", usual_rates_are_exact },
	{ "a_claim_decides_what_is_too_short_to_tell", a_claim_decides_what_is_too_short_to_tell },
	{ "a_false_claim_is_seen_through", a_false_claim_is_seen_through },
	{ "an_odd_rate_needs_its_claim", an_odd_rate_needs_its_claim },
	{ "no_constant_rate", no_constant_rate },
	{ "median_of_long_gaps_has_a_cap", median_of_long_gaps_has_a_cap },
	{ "grid_allows_rounding_only", grid_allows_rounding_only },
)
