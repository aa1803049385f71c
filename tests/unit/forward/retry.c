/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "forward/rate.h"
#include "forward/retry.h"
#include "t.h"

#define NOW	1000000

/* Many tries: each within half and the whole of the delay that is due. */
static void
within(struct retry r, int64_t up_ms, int64_t delay)
{
	struct retry copy;
	int64_t ms, low = INT64_MAX, high = 0;
	int i;

	for (i = 0; i < 2000; i++) {
		copy = r;
		ms = retry_at(&copy, NOW, up_ms) - NOW;
		low = ms < low ? ms : low;
		high = ms > high ? ms : high;
	}
	t_ok(low >= delay / 2 && high <= delay);
	t_ok(low < delay / 2 + delay / 10 && high > delay - delay / 10);
}

static void
doubles_with_jitter_up_to_the_maximum(void)
{
	static const int64_t want[] = { 500, 1000, 2000, 4000, 8000, 16000, 30000,
	    30000, 30000 };
	struct retry r = { .min_ms = 500, .max_ms = 30000 };
	size_t i;

	for (i = 0; i < nitems(want); i++) {
		within(r, 0, want[i]);
		retry_at(&r, NOW, i % 2 ? 59999 : 0);
	}
}

static void
a_minute_of_flow_resets_it(void)
{
	struct retry r = { .min_ms = 500, .max_ms = 30000 };
	int i;

	for (i = 0; i < 20; i++)
		retry_at(&r, NOW, 0);
	within(r, 59999, 30000);
	within(r, 60000, 500);
	retry_at(&r, NOW, 60000);
	within(r, 0, 1000);
}

static void
a_rate_is_of_the_last_window(void)
{
	struct rate r = { 0 };
	int64_t now;

	for (now = 1000; now <= 1000 + RATE_MS; now += 100)
		rate_update(&r, (uint64_t)now * 125, now);
	t_int(r.kbps, 1000);
	rate_update(&r, (uint64_t)(now - 100) * 125, now + 2 * RATE_MS);
	t_int(r.kbps, 0);
}

T_MAIN(
	{ "doubles_with_jitter_up_to_the_maximum", doubles_with_jitter_up_to_the_maximum },
	{ "a_minute_of_flow_resets_it", a_minute_of_flow_resets_it },
	{ "a_rate_is_of_the_last_window", a_rate_is_of_the_last_window },
)
