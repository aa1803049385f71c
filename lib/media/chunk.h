/* SPDX-License-Identifier: ISC */
/*
 * RTMP chunk stream (RTMP 1.0 section 5.3): messages out of bytes, and bytes out of
 * messages. No I/O.
 */
#ifndef MEDIA_CHUNK_H
#define MEDIA_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "media/packet.h"

#define CHUNK_SIZE_DEFAULT	128
#define CHUNK_HEADER_MAX	18	/* 3 basic + 11 message + 4 extended timestamp */

/* Chunk stream ids that this client sends on; 2 is the protocol's own. */
#define CSID_CONTROL	2
#define CSID_COMMAND	3
#define CSID_DATA	4
#define CSID_AUDIO	4
#define CSID_VIDEO	6

/* -- writing: every message starts with a full (type 0) header, so that any number of
 *    connections can share the bytes of one encoding -- */

/*
 * The header of a message's first chunk: 12 bytes, 16 with an extended timestamp.
 * dst has CHUNK_HEADER_MAX bytes. Returns the length.
 */
size_t	chunk_first(uint8_t *dst, unsigned int csid, uint32_t time, uint32_t len,
	    uint8_t type, uint32_t msid);

/* The header of each later chunk: 1 byte, 5 with the extended timestamp repeated. */
size_t	chunk_next(uint8_t *dst, unsigned int csid, uint32_t time);

/* -- reading -- */

struct chunk_reader;

/* One message, whole. Media messages come as packets, all others as bytes. */
struct message {
	uint8_t		 type;		/* message type id */
	uint32_t	 msid;		/* message stream id */
	uint32_t	 time;		/* ms, absolute, wraps */
	uint32_t	 len;
	const uint8_t	*body;		/* borrowed until the next chunk_read() */
	struct packet	*packet;	/* MSG_AUDIO, MSG_VIDEO, MSG_DATA: yours to unref; else NULL */
};

enum chunk_error {
	CHUNK_OK,
	CHUNK_TOO_LONG,		/* a message longer than the limit */
	CHUNK_NO_START,		/* a continuation of nothing */
	CHUNK_TOO_MANY,		/* more chunk streams at once than anybody needs */
	CHUNK_BAD_SIZE,		/* Set Chunk Size of 0 or above 2^31 - 1 */
	CHUNK_NO_MEMORY
};

/*
 * Media bodies are allocated in the arena (borrowed; NULL when no media is expected: then a
 * media message is skipped). max_media and max_other bound one message's length; media
 * memory is taken as the message starts, anything else grows as bytes arrive.
 */
struct chunk_reader	*chunk_reader_new(struct arena *, uint32_t max_media,
			    uint32_t max_other);
void			 chunk_reader_free(struct chunk_reader *);

/*
 * Takes bytes up to the end of one message at the most and returns how many. *got is true
 * when *m is a whole message. Set Chunk Size and Abort (section 5.4.1, 5.4.2) are
 * obeyed here and not delivered. -1: the stream is broken; *err says how. Any split of the
 * input gives the same messages.
 */
ptrdiff_t	chunk_read(struct chunk_reader *, const uint8_t *, size_t,
		    struct message *m, bool *got, enum chunk_error *err);

#endif
