/* SPDX-License-Identifier: ISC */
/*
 * One reader of the log: turns its place in it into bytes to write, RTMP messages or FLV tags,
 * straight from the shared packets. It begins at a keyframe, after the headers that this needs.
 * When it lags too far it lets go of whole GOPs. No I/O and no allocation.
 */
#ifndef MEDIA_MUXER_H
#define MEDIA_MUXER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "media/fanout_log.h"

enum muxer_format { MUXER_RTMP, MUXER_FLV };

#define MUXER_IOV	256	/* pieces in one batch */
#define MUXER_SLOTS	128	/* headers in one batch */
#define MUXER_SLOT	40	/* bytes: a chunk or tag header, and what goes between it and the body */

/* One batch of bytes to write; borrows from muxer and log until either changes. */
struct muxer_batch {
	struct iovec	iov[MUXER_IOV];
	int		n;
	size_t		bytes;
	uint8_t		slot[MUXER_SLOTS][MUXER_SLOT];
	int		slots;
};

struct muxer {
	enum muxer_format	 format;
	uint32_t		 msid;		/* RTMP message stream id */
	uint64_t		 next;		/* log entry to send */
	size_t			 off;		/* bytes of it that were sent */
	struct entry		 cur;		/* own references to it while off > 0 */
	struct packet		*has[TRACKS];	/* own references: the headers that the peer has */
	bool			 waiting;	/* for a keyframe */
	bool			 afresh;	/* after cur: a keyframe follows that is not the next frame */

	/* counters for status */
	uint64_t		 bytes;		/* sent */
	uint64_t		 dropped;	/* frames not sent for lagging */
};

/* A new connection: begins at the newest keyframe in the log, else the next one. */
void	muxer_start(struct muxer *, const struct fanout_log *, enum muxer_format,
	    uint32_t msid);
void	muxer_stop(struct muxer *);	/* drops its references */

/* Fills the batch with what is ready, up to max bytes and the batch's own size. */
void	muxer_fill(struct muxer *, const struct fanout_log *, struct muxer_batch *,
	    size_t max);

/* n bytes of what the last muxer_fill() gave were written. */
void	muxer_sent(struct muxer *, const struct fanout_log *, size_t n);

/* Nothing is half sent: other messages may go out. */
static inline bool
muxer_between(const struct muxer *s)
{
	return s->off == 0;
}

/* Time between the frame to be sent and the newest, ms. */
int64_t	muxer_lag_ms(const struct muxer *, const struct fanout_log *);

/* Lagging by more than this: go on at the newest keyframe, after what is half sent. */
void	muxer_limit(struct muxer *, const struct fanout_log *, int64_t max_ms);

#endif
