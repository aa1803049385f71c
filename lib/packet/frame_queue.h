/* SPDX-License-Identifier: ISC */
/*
 * Frames in order, addressed by a number that only rises. The delay line of a track and the fanout log
 * are frame queues.
 */
#ifndef PACKET_FRAME_QUEUE_H
#define PACKET_FRAME_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/packet.h"

/*
 * What a decoder must have before a frame: the newest sequence header of each media track and
 * the metadata. Every entry has a reference to its codec headers, so a muxer that starts, skips or
 * cuts sends the right ones without looking back. They never change after they are shared.
 */
struct codec_headers {
	uint32_t	 refs;
	struct packet	*part[TRACKS];	/* [TRACK_DATA] is onMetaData; any may be NULL */
};

/* A copy of old (NULL: empty) with one part replaced; adds a reference to part. NULL with ENOMEM. */
struct codec_headers	*codec_headers_with(const struct codec_headers *old, enum track,
		    struct packet *part);
struct codec_headers	*codec_headers_ref(struct codec_headers *);	/* NULL is allowed */
void		 codec_headers_unref(struct codec_headers *);	/* NULL is allowed */
size_t		 codec_headers_size(const struct codec_headers *);	/* bytes of memory; NULL: 0 */

#define ENTRY_KEY	1u	/* decoding can start here */
#define ENTRY_CUT	2u	/* first frame of another source or epoch: send all codec headers */

struct entry {
	struct packet	*pkt;		/* owned reference */
	struct codec_headers	*headers;	/* owned reference */
	int64_t		 dts;		/* ms, unwrapped */
	int32_t		 cts;		/* ms, PTS - DTS */
	uint32_t	 epoch;		/* of its source */
	uint32_t	 flags;		/* ENTRY_* */
	uint32_t	 held;		/* bytes of memory, set in a queue: see frame_queue.bytes */
};

void	entry_free(struct entry *);	/* drops both references and zeroes it */

struct frame_queue {
	struct entry	*ring;
	size_t		 cap;		/* a power of two, or 0 */
	uint64_t	 first, end;	/* held: first <= n < end */
	/*
	 * Bytes of memory held: packets, their places in the ring, and codec headers, once for all entries in a row that
	 * share them. So a peer whose messages are tiny, or bring new headers each, holds no more than one that sends
	 * frames.
	 */
	size_t		 bytes;
};

/* What an entry in the ring takes: the ring doubles when it is full. It never keeps more than four such places for each
 * entry, and FRAME_QUEUE_CAP. */
#define FRAME_QUEUE_PLACE	(2 * sizeof(struct entry))
#define FRAME_QUEUE_CAP		1024

/* Takes ownership of the references in *e. 0, or -1 with ENOMEM (then *e is freed). */
int	frame_queue_push(struct frame_queue *, struct entry *e);

/* Drops all entries before n. */
void	frame_queue_drop(struct frame_queue *, uint64_t n);

/* Takes back all entries from n on: their numbers are given again. */
void	frame_queue_cut(struct frame_queue *, uint64_t n);

/* Gives entry n, which is held, another packet; takes ownership of the reference. */
void	frame_queue_replace(struct frame_queue *, uint64_t n, struct packet *);
void	frame_queue_free(struct frame_queue *);

static inline struct entry *
frame_queue_at(const struct frame_queue *q, uint64_t n)
{
	return &q->ring[n & (q->cap - 1)];
}

static inline bool
frame_queue_has(const struct frame_queue *q, uint64_t n)
{
	return n >= q->first && n < q->end;
}

#endif
