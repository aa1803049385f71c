/* SPDX-License-Identifier: ISC */
/*
 * Joins the messages of one picture. FLV has a picture in one message (FLV 10.1 E.4.3), and a cut, a skip and every
 * receiver count on it; some encoders send parameter sets, SEI or each slice in a message of its own.
 */
#ifndef MEDIA_ACCESS_UNIT_H
#define MEDIA_ACCESS_UNIT_H

#include <stdbool.h>
#include <stdint.h>

#include "codec/codec.h"
#include "packet/frame_queue.h"

#define ACCESS_UNIT_PARTS	64	/* messages of one picture, at most: each costs a copy of those before */

/* The newest picture of a video track. */
struct access_unit {
	bool		slices;		/* it has some: what begins a picture begins another one */
	unsigned int	parts;
};

/* Begins a picture with its first message. */
void	access_unit_begin(struct access_unit *, const struct frame *);

/*
 * Is this message of the same time more of the newest picture, which cannot be joined to it, because that was sent or
 * dropped? Counts it.
 */
bool	access_unit_more(struct access_unit *, const struct frame *);

/* Does this message, with its DTS, belong to the picture of that entry, the newest of the track? */
bool	access_unit_continues(const struct access_unit *, const struct entry *newest, const struct packet *,
	    const struct frame *, int64_t dts);

/*
 * Joins the message to entry n, the newest one, which is a keyframe if the message is. 0, or -1: the picture has too
 * many messages, or there is no memory.
 */
int	access_unit_join(struct access_unit *, struct frame_queue *, uint64_t n, const struct packet *,
	    const struct frame *);

#endif
