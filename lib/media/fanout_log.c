/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/fanout_log.h"

void
fanout_log_init(struct fanout_log *o, size_t max_bytes, int64_t max_ms)
{
	memset(o, 0, sizeof(*o));
	o->max_bytes = max_bytes;
	o->max_ms = max_ms;
	o->key = UINT64_MAX;
}

void
fanout_log_free(struct fanout_log *o)
{
	frame_queue_free(&o->queue);
}

void
fanout_log_push(struct fanout_log *o, struct entry *e)
{
	int64_t dts = e->dts;
	bool key = e->flags & ENTRY_KEY;

	if (frame_queue_push(&o->queue, e) == -1)
		return;
	o->dts = dts;
	if (key)
		o->key = o->queue.end - 1;
}

void
fanout_log_trim(struct fanout_log *o, uint64_t needed)
{
	struct frame_queue *l = &o->queue;
	uint64_t keep = needed;

	if (frame_queue_has(l, o->key) && o->key < keep)
		keep = o->key;
	frame_queue_drop(l, keep);
	while (l->end > l->first && (l->bytes > o->max_bytes ||
	    o->dts - frame_queue_at(l, l->first)->dts > o->max_ms))
		frame_queue_drop(l, l->first + 1);
}
