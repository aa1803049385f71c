/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/clock_offset.h"

void
clock_offset_add(struct clock_offset *o, int64_t arrival, int64_t ts)
{
	int64_t d = arrival - ts;

	if (!o->any || arrival - o->since >= CLOCK_OFFSET_WINDOW_MS) {
		o->old = o->any;
		o->old_min = o->now_min;
		o->now_min = d;
		o->since = arrival;
		o->any = true;
	} else if (d < o->now_min)
		o->now_min = d;
}

int64_t
clock_offset_ms(const struct clock_offset *o)
{
	if (!o->any)
		return 0;
	return o->old && o->old_min < o->now_min ? o->old_min : o->now_min;
}
