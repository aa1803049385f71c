/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/fanout_log.h"

void
outlog_init(struct outlog *o, size_t max_bytes, int64_t max_ms)
{
	memset(o, 0, sizeof(*o));
	o->max_bytes = max_bytes;
	o->max_ms = max_ms;
	o->key = UINT64_MAX;
}

void
outlog_free(struct outlog *o)
{
	lane_free(&o->lane);
}

void
outlog_push(struct outlog *o, struct entry *e)
{
	int64_t dts = e->dts;
	bool key = e->flags & ENTRY_KEY;

	if (lane_push(&o->lane, e) == -1)
		return;
	o->dts = dts;
	if (key)
		o->key = o->lane.end - 1;
}

void
outlog_trim(struct outlog *o, uint64_t needed)
{
	struct lane *l = &o->lane;
	uint64_t keep = needed;

	if (lane_has(l, o->key) && o->key < keep)
		keep = o->key;
	lane_drop(l, keep);
	while (l->end > l->first && (l->bytes > o->max_bytes ||
	    o->dts - lane_at(l, l->first)->dts > o->max_ms))
		lane_drop(l, l->first + 1);
}
