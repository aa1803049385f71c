/* SPDX-License-Identifier: ISC */
/*
 * Frames in order, addressed by a number that only rises: the delay line of a track, and the log
 * of what went out, are both frame queues.
 */
#ifndef PACKET_FRAME_QUEUE_H
#define PACKET_FRAME_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/packet.h"

/*
 * What a decoder must have before a frame: the newest sequence header of each media track and
 * the metadata. It rides on every frame that needs it, so whoever begins, skips or cuts sends
 * the right one without looking back. Never changed once shared.
 */
struct codec_headers {
	uint32_t	 refs;
	struct packet	*part[TRACKS];	/* [TRACK_DATA] is onMetaData; any may be NULL */
};

/* A copy of old (NULL: empty) with one part replaced; takes a reference of its own to part.
 * NULL with ENOMEM. */
struct codec_headers	*codec_headers_with(const struct codec_headers *old, enum track,
		    struct packet *part);
struct codec_headers	*codec_headers_ref(struct codec_headers *);	/* NULL is allowed */
void		 codec_headers_unref(struct codec_headers *);	/* NULL is allowed */

#define ENTRY_KEY	1u	/* decoding can start here */
#define ENTRY_CUT	2u	/* first frame of another source or run: send the whole codec headers */

struct entry {
	struct packet	*pkt;		/* owned reference */
	struct codec_headers	*headers;		/* owned reference */
	int64_t		 dts;		/* ms, unwrapped */
	int32_t		 cts;		/* ms, PTS - DTS */
	uint32_t	 epoch;		/* which unbroken run of its source */
	uint32_t	 flags;		/* ENTRY_* */
};

void	entry_free(struct entry *);	/* drops both references and zeroes it */

struct frame_queue {
	struct entry	*ring;
	size_t		 cap;		/* a power of two, or 0 */
	uint64_t	 first, end;	/* held: first <= n < end */
	size_t		 bytes;		/* of packet data held */
};

/* Takes over the references in *e. 0, or -1 with ENOMEM (*e is freed then). */
int	frame_queue_push(struct frame_queue *, struct entry *e);

/* Drops all before n. */
void	frame_queue_drop(struct frame_queue *, uint64_t n);
void	frame_queue_free(struct frame_queue *);

static inline struct entry *
frame_queue_at(const struct frame_queue *l, uint64_t n)
{
	return &l->ring[n & (l->cap - 1)];
}

static inline bool
frame_queue_has(const struct frame_queue *l, uint64_t n)
{
	return n >= l->first && n < l->end;
}

#endif
