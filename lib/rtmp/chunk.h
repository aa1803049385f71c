/* SPDX-License-Identifier: ISC */
/*
 * RTMP chunk stream (RTMP 1.0 section 5.3): messages out of bytes, and bytes out of
 * messages. No I/O.
 */
#ifndef RTMP_CHUNK_H
#define RTMP_CHUNK_H

#include <stddef.h>
#include <stdint.h>

#include "packet/packet.h"

#define CHUNK_SIZE_DEFAULT	128
#define CHUNK_HEADER_MAX	18	/* 3 basic + 11 message + 4 extended timestamp */

/* Message types besides those that are media (packet.h; RTMP 1.0 sections 5.4, 7.1). */
#define MSG_CHUNK_SIZE	1
#define MSG_ABORT	2
#define MSG_ACK		3
#define MSG_USER	4	/* user control: stream begin and end, ping */
#define MSG_WINDOW	5	/* Window Acknowledgement Size */
#define MSG_BANDWIDTH	6	/* Set Peer Bandwidth */
#define MSG_DATA3	15	/* AMF3: one byte, then AMF0 as a rule */
#define MSG_COMMAND3	17
#define MSG_COMMAND	20
#define MSG_AGGREGATE	22	/* FLV tags in one message */

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
	CHUNK_TOO_MANY,		/* more chunk streams, or more unfinished bytes in them, than
				   anybody needs */
	CHUNK_BAD_SIZE,		/* Set Chunk Size of 0 or above 2^31 - 1 */
	CHUNK_NO_MEMORY
};

const char	*chunk_error_text(enum chunk_error);	/* a constant; never NULL */

/*
 * Media bodies are allocated in the arena (borrowed; NULL when no media is expected: then a
 * media message is passed over). max_media bounds the length of one media, aggregate or AMF3
 * data message, max_other that of any other. Media memory is taken as the message starts,
 * anything else grows as bytes arrive; all unfinished messages together hold no more than
 * twice the larger bound. NULL with ENOMEM.
 */
struct chunk_reader	*chunk_reader_new(struct arena *, uint32_t max_media,
			    uint32_t max_other);
void			 chunk_reader_free(struct chunk_reader *);	/* NULL is allowed */

/*
 * Takes bytes up to the end of one message at the most and returns how many. *got is true
 * when *m is a whole message: go on until all bytes are taken and *got is false. Set Chunk
 * Size and Abort (sections 5.4.1, 5.4.2) are obeyed here and not delivered. -1: the stream is
 * broken, *err says how, and no later call will do better. Any split of the input gives the
 * same messages.
 */
ptrdiff_t	chunk_read(struct chunk_reader *, const uint8_t *, size_t,
		    struct message *m, bool *got, enum chunk_error *err);

#endif
