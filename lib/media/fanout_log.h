/* SPDX-License-Identifier: ISC */
/*
 * What went out, in order: the spliced stream. It is written once and read by every
 * muxer at its own place, so a frame costs the same for one destination as for ten, and a
 * slow one costs the others nothing. It reaches back to the last keyframe for whoever joins, and
 * further for whoever lags, up to its limits.
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

/* Takes over the references in *e. */
void	fanout_log_push(struct fanout_log *, struct entry *e);

/* Lets go of what is before needed, the newest keyframe and the limits. */
void	fanout_log_trim(struct fanout_log *, uint64_t needed);

#endif
