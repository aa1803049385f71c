/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/clock_offset.h"

void
pace_add(struct pace *p, int64_t arrival, int64_t ts)
{
	int64_t d = arrival - ts;

	if (!p->any || arrival - p->since >= PACE_WINDOW_MS) {
		p->old = p->any;
		p->old_min = p->now_min;
		p->now_min = d;
		p->since = arrival;
		p->any = true;
	} else if (d < p->now_min)
		p->now_min = d;
}

int64_t
pace_offset(const struct pace *p)
{
	if (!p->any)
		return 0;
	return p->old && p->old_min < p->now_min ? p->old_min : p->now_min;
}
