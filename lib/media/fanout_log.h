/* SPDX-License-Identifier: ISC */
/*
 * What went out, in order: the spliced stream. It is written once and read by every
 * sink at its own place, so a frame costs the same for one destination as for ten, and a
 * slow one costs the others nothing. It reaches back to the last keyframe for whoever joins, and
 * further for whoever lags, up to its limits.
 */
#ifndef MEDIA_FANOUT_LOG_H
#define MEDIA_FANOUT_LOG_H

#include <stdint.h>

#include "packet/frame_queue.h"

struct outlog {
	struct lane	 lane;
	uint64_t	 key;		/* newest keyframe; meaningful if lane_has() it */
	int64_t		 dts;		/* of the newest frame, ms */
	size_t		 max_bytes;
	int64_t		 max_ms;
};

void	outlog_init(struct outlog *, size_t max_bytes, int64_t max_ms);
void	outlog_free(struct outlog *);

/* Takes over the references in *e. */
void	outlog_push(struct outlog *, struct entry *e);

/* Lets go of what is before needed, the newest keyframe and the limits. */
void	outlog_trim(struct outlog *, uint64_t needed);

#endif
