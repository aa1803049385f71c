/* SPDX-License-Identifier: ISC */
/*
 * Frames in order, addressed by a number that only rises: the delay line of a track, and the log
 * of what went out, are both lanes.
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
struct preamble {
	uint32_t	 refs;
	struct packet	*part[TRACKS];	/* [TRACK_DATA] is onMetaData; any may be NULL */
};

/* A copy of old (NULL: empty) with one part replaced; takes a reference of its own to part.
 * NULL with ENOMEM. */
struct preamble	*preamble_with(const struct preamble *old, enum track,
		    struct packet *part);
struct preamble	*preamble_ref(struct preamble *);	/* NULL is allowed */
void		 preamble_unref(struct preamble *);	/* NULL is allowed */

#define ENTRY_KEY	1u	/* decoding can start here */
#define ENTRY_CUT	2u	/* first frame of another source or run: send the whole preamble */

struct entry {
	struct packet	*pkt;		/* owned reference */
	struct preamble	*pre;		/* owned reference */
	int64_t		 dts;		/* ms, unwrapped */
	int32_t		 cts;		/* ms, PTS - DTS */
	uint32_t	 run;		/* which unbroken run of its source */
	uint32_t	 flags;		/* ENTRY_* */
};

void	entry_free(struct entry *);	/* drops both references and zeroes it */

struct lane {
	struct entry	*ring;
	size_t		 cap;		/* a power of two, or 0 */
	uint64_t	 first, end;	/* held: first <= n < end */
	size_t		 bytes;		/* of packet data held */
};

/* Takes over the references in *e. 0, or -1 with ENOMEM (*e is freed then). */
int	lane_push(struct lane *, struct entry *e);

/* Drops all before n. */
void	lane_drop(struct lane *, uint64_t n);
void	lane_free(struct lane *);

static inline struct entry *
lane_at(const struct lane *l, uint64_t n)
{
	return &l->ring[n & (l->cap - 1)];
}

static inline bool
lane_has(const struct lane *l, uint64_t n)
{
	return n >= l->first && n < l->end;
}

#endif
