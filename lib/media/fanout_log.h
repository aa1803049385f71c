/* SPDX-License-Identifier: ISC */
/*
 * The spliced stream, in order. The splice writes it once, and every muxer reads it at its own
 * place: a frame costs the same for one destination as for ten, and a slow destination never
 * delays the others. The log reaches back to the last keyframe for a muxer that starts, and
 * further for a muxer that lags, up to its limits.
 */
#ifndef MEDIA_FANOUT_LOG_H
#define MEDIA_FANOUT_LOG_H

#include <stdint.h>

#include "packet/frame_queue.h"

struct fanout_log {
	struct frame_queue	 queue;
	uint64_t	 key;		/* newest keyframe; meaningful if frame_queue_has() it */
	int64_t		 dts;		/* of the newest frame, ms */
	size_t		 max_bytes;
	int64_t		 max_ms;
};

void	fanout_log_init(struct fanout_log *, size_t max_bytes, int64_t max_ms);
void	fanout_log_free(struct fanout_log *);

/* Takes ownership of the references in *e. */
void	fanout_log_push(struct fanout_log *, struct entry *e);

/*
 * Drops the entries that are before needed and before the newest keyframe, and those beyond the limits. From the newest
 * keyframe on only max_bytes counts: without it a muxer that starts has to wait for the next one.
 */
void	fanout_log_trim(struct fanout_log *, uint64_t needed);

#endif
