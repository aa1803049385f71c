/* SPDX-License-Identifier: ISC */
/*
 * One reader of the fanout log: turns log entries into bytes to write, RTMP messages or FLV tags,
 * straight from the shared packets. It begins with the codec headers and a keyframe. When it lags
 * too far, it drops whole GOPs. No I/O and no allocation.
 */
#ifndef MEDIA_MUXER_H
#define MEDIA_MUXER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "media/fanout_log.h"
#include "media/sent_marks.h"

enum muxer_format { MUXER_RTMP, MUXER_FLV };

#define MUXER_IOV	256	/* pieces in one batch */
#define MUXER_SLOTS	128	/* headers in one batch */
#define MUXER_SLOT	40	/* bytes: a chunk or tag header, and the prefix of the body */

/* One batch of bytes to write; it borrows from the muxer and the log until either changes. */
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
	uint64_t		 begun;		/* the keyframe that it began with and is catching up from; UINT64_MAX: it has */
	bool			 afresh;	/* frames are skipped after cur: a keyframe follows */
	struct sent_marks	 marks;		/* of this connection, by the counter bytes */

	/* counters for status */
	uint64_t		 bytes;		/* sent */
	uint64_t		 dropped;	/* frames that were not sent because the muxer lagged */
};

/* Starts for a new connection, at the newest keyframe in the log or else at the next one. */
void	muxer_start(struct muxer *, const struct fanout_log *, enum muxer_format,
	    uint32_t msid);
void	muxer_stop(struct muxer *);	/* drops its references */

/* Is the next entry to send a keyframe? A muxer that waits for one skips to it. */
bool	muxer_at_keyframe(struct muxer *, const struct fanout_log *);

/*
 * Fills the batch with what is ready, up to max bytes and the batch's own size. A keyframe begins a batch: the owner may
 * leave the peer there.
 */
void	muxer_fill(struct muxer *, const struct fanout_log *, struct muxer_batch *,
	    size_t max);

/* Records that n bytes of the last muxer_fill() were written. */
void	muxer_sent(struct muxer *, const struct fanout_log *, size_t n);

/* Is no entry half sent? Then other messages may go out. */
static inline bool
muxer_between(const struct muxer *m)
{
	return m->off == 0;
}

/* Time between the frame to be sent and the newest, ms. */
int64_t	muxer_lag_ms(const struct muxer *, const struct fanout_log *);

/*
 * Time between the oldest frame that the peer's host does not have, and the newest, ms; 100 ms too much at most. unacked:
 * how many of the bytes that were written it does not have. It is at most about 51 s more than muxer_lag_ms().
 */
int64_t	muxer_unacked_ms(const struct muxer *, const struct fanout_log *, size_t unacked);

/*
 * If the muxer lags by more than max_ms, and not only because it began with an old keyframe, which is still the newest:
 * finishes the entry that is half sent, then skips to the newest keyframe.
 */
void	muxer_limit(struct muxer *, const struct fanout_log *, int64_t max_ms);

#endif
