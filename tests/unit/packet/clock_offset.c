/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/clock_offset.h"
#include "t.h"

static void
nothing_is_no_offset(void)
{
	struct clock_offset p = { 0 };

	t_int(clock_offset_ms(&p), 0);
	clock_offset_add(&p, 5000, 5000);
	t_int(clock_offset_ms(&p), 0);
	p = (struct clock_offset){ 0 };
	clock_offset_add(&p, 5000, 9000);	/* its clock may be ahead of ours */
	t_int(clock_offset_ms(&p), -4000);
}

/* A frame cannot come before it was made: what came late was held up. */
static void
the_fastest_frame_counts(void)
{
	struct clock_offset p = { 0 };
	int64_t ts;

	for (ts = 0; ts < 5000; ts += 40)
		clock_offset_add(&p, 1000 + ts + (ts == 2000 ? 7 : 300), ts);
	t_int(clock_offset_ms(&p), 1007);
}

/* The minimum is over one to two windows: a frame is forgotten after 20 s at the latest, and not before 10. */
static void
what_was_fast_long_ago_is_forgotten(void)
{
	int64_t at, ts, forgotten;
	struct clock_offset p;

	for (at = 0; at < CLOCK_OFFSET_WINDOW_MS; at += 1000) {
		memset(&p, 0, sizeof(p));
		forgotten = 0;
		for (ts = 0; ts < 60000; ts += 100) {
			clock_offset_add(&p, ts + (ts == at ? 0 : 500), ts);
			if (ts >= at && clock_offset_ms(&p) == 500 && forgotten == 0)
				forgotten = ts - at;
		}
		t_ok(forgotten >= CLOCK_OFFSET_WINDOW_MS && forgotten <= 2 * CLOCK_OFFSET_WINDOW_MS + 500);
		t_int(clock_offset_ms(&p), 500);
	}
}

static void
follows_a_drifting_clock(void)
{
	struct clock_offset p = { 0 };
	int64_t now, ts;

	for (now = 5000; now < 4000000; now += 20) {	/* 100 ppm slow, up to 90 ms late */
		ts = now - now / 10000;
		clock_offset_add(&p, now + now * 7 % 90, ts);
		t_ok(now < 6000 || (clock_offset_ms(&p) - (now - ts) <= 2 &&
		    clock_offset_ms(&p) - (now - ts) >= -3));
		if (t_failed)
			return;
	}
}

T_MAIN(
	{ "nothing_is_no_offset", nothing_is_no_offset },
	{ "the_fastest_frame_counts", the_fastest_frame_counts },
	{ "what_was_fast_long_ago_is_forgotten", what_was_fast_long_ago_is_forgotten },
	{ "follows_a_drifting_clock", follows_a_drifting_clock },
)
