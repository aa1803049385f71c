/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/fanout_log.h"

void
fanout_log_init(struct fanout_log *log, size_t max_bytes, int64_t max_ms)
{
	memset(log, 0, sizeof(*log));
	log->max_bytes = max_bytes;
	log->max_ms = max_ms;
	log->key = UINT64_MAX;
}

void
fanout_log_free(struct fanout_log *log)
{
	frame_queue_free(&log->queue);
}

void
fanout_log_push(struct fanout_log *log, struct entry *e)
{
	int64_t dts = e->dts;
	bool key = e->flags & ENTRY_KEY;

	if (frame_queue_push(&log->queue, e) == -1)
		return;
	log->dts = dts;
	if (key)
		log->key = log->queue.end - 1;
}

void
fanout_log_trim(struct fanout_log *log, uint64_t needed)
{
	struct frame_queue *l = &log->queue;
	uint64_t keep = needed;

	if (frame_queue_has(l, log->key) && log->key < keep)
		keep = log->key;
	frame_queue_drop(l, keep);
	while (l->end > l->first && (l->bytes > log->max_bytes || (l->first != log->key &&
	    log->dts - frame_queue_at(l, l->first)->dts > log->max_ms)))
		frame_queue_drop(l, l->first + 1);
}
