/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/clock_offset.h"

void
clock_offset_add(struct clock_offset *p, int64_t arrival, int64_t ts)
{
	int64_t d = arrival - ts;

	if (!p->any || arrival - p->since >= CLOCK_OFFSET_WINDOW_MS) {
		p->old = p->any;
		p->old_min = p->now_min;
		p->now_min = d;
		p->since = arrival;
		p->any = true;
	} else if (d < p->now_min)
		p->now_min = d;
}

int64_t
clock_offset_ms(const struct clock_offset *p)
{
	if (!p->any)
		return 0;
	return p->old && p->old_min < p->now_min ? p->old_min : p->now_min;
}
