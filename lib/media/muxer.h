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

enum sink_format { SINK_RTMP, SINK_FLV };

#define SINK_IOV	256	/* pieces in one lot */
#define SINK_SLOTS	128	/* headers in one lot */
#define SINK_SLOT	40	/* bytes: a chunk or tag header, and what goes between it and the body */

/* One lot of bytes to write; borrows from sink and log until either changes. */
struct sink_lot {
	struct iovec	iov[SINK_IOV];
	int		n;
	size_t		bytes;
	uint8_t		slot[SINK_SLOTS][SINK_SLOT];
	int		slots;
};

struct sink {
	enum sink_format	 format;
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
void	sink_start(struct sink *, const struct outlog *, enum sink_format,
	    uint32_t msid);
void	sink_stop(struct sink *);	/* drops its references */

/* Fills the lot with what is ready, up to max bytes and the lot's own size. */
void	sink_fill(struct sink *, const struct outlog *, struct sink_lot *,
	    size_t max);

/* n bytes of what the last sink_fill() gave were written. */
void	sink_sent(struct sink *, const struct outlog *, size_t n);

/* Nothing is half sent: other messages may go out. */
static inline bool
sink_between(const struct sink *s)
{
	return s->off == 0;
}

/* Time between the frame to be sent and the newest, ms. */
int64_t	sink_lag_ms(const struct sink *, const struct outlog *);

/* Lagging by more than this: go on at the newest keyframe, after what is half sent. */
void	sink_limit(struct sink *, const struct outlog *, int64_t max_ms);

#endif
