/* SPDX-License-Identifier: ISC */
/*
 * One media message, read once and shared by reference, and the arena that has
 * its memory. Packets live briefly and are freed nearly in the order of their
 * arrival, so an arena allocates from the end of one slab after the other, and
 * a slab is free when its last packet is. In steady state a packet costs no
 * allocation, and its memory is hardly more than its length.
 *
 * One thread owns an arena and all of its packets.
 */
#ifndef PACKET_PACKET_H
#define PACKET_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum track { TRACK_VIDEO, TRACK_AUDIO, TRACK_DATA, TRACKS };

/* RTMP message types (RTMP 1.0 section 7.1) that are also FLV tag types (FLV 10.1 E.4.1). */
#define MSG_AUDIO	8
#define MSG_VIDEO	9
#define MSG_DATA	18	/* AMF0 data: onMetaData, captions */

struct slab;

struct packet {
	struct slab	*slab;
	uint32_t	 refs;
	uint32_t	 len;	/* bytes of data */
	uint32_t	 time;	/* ms as on the wire; wraps at 2^32 */
	uint8_t		 type;	/* MSG_* */
	uint8_t		 data[];	/* the message body: an FLV tag's body */
};

#define PACKET_ALIGN	16u

/* Bytes that a packet takes in its slab: of a message of one byte, most of them are not its own. */
static inline size_t
packet_size(uint32_t len)
{
	return (sizeof(struct packet) + len + PACKET_ALIGN - 1) & ~(size_t)(PACKET_ALIGN - 1);
}

struct arena;

/*
 * An arena with slabs of the given size. It keeps as many slabs as were in use at once lately.
 * NULL with ENOMEM.
 */
struct arena	*arena_new(size_t slab_size);

/*
 * Limits the memory that is mapped; 0: no limit. The limit includes what a packet keeps in use of its slab after the
 * packets beside it are dead: a peer that knows that can make one byte cost a slab.
 */
void		 arena_limit(struct arena *, size_t max_bytes);

/* The arena is freed together with its last packet; NULL is allowed. */
void		 arena_free(struct arena *);

/* Cost counters: bytes of memory that are mapped now, and number of mmap(2) calls. */
size_t		 arena_mapped(const struct arena *);
uint64_t	 arena_maps(const struct arena *);

/*
 * A packet with one reference and len bytes of unset data. NULL with ENOMEM, also beyond the limit of the arena.
 * A packet longer than a slab gets a slab of its own, which is reused like any other.
 */
struct packet	*packet_new(struct arena *, uint8_t type, uint32_t time,
		    uint32_t len);

/* A new packet of the arena of a: all of a, then what b has from byte from on, which is within it. NULL with ENOMEM. */
struct packet	*packet_join(const struct packet *a, const struct packet *b, uint32_t from);

struct packet	*packet_ref(struct packet *);	/* returns its argument; NULL is allowed */
void		 packet_unref(struct packet *);	/* NULL is allowed */

static inline enum track
packet_track(const struct packet *p)
{
	return p->type == MSG_VIDEO ? TRACK_VIDEO :
	    p->type == MSG_AUDIO ? TRACK_AUDIO : TRACK_DATA;
}

#endif
