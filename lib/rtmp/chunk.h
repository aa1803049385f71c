/* SPDX-License-Identifier: ISC */
/*
 * The RTMP chunk stream (RTMP 1.0 section 5.3): parses bytes to messages, and writes chunk headers.
 * No I/O.
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
#define MSG_DATA3	15	/* AMF3: one byte, then usually AMF0 */
#define MSG_COMMAND3	17
#define MSG_COMMAND	20
#define MSG_AGGREGATE	22	/* FLV tags in one message */

/* Chunk stream ids that this client sends on; 2 is for protocol control. */
#define CSID_CONTROL	2
#define CSID_COMMAND	3
#define CSID_DATA	4
#define CSID_AUDIO	4
#define CSID_VIDEO	6

/* -- writing: every message starts with a full (type 0) header, which does not depend on earlier
 *    messages, so that connections can share the bytes -- */

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

/* One complete message. Media messages come as packets, all others as bytes. */
struct message {
	uint8_t		 type;		/* message type id */
	uint32_t	 msid;		/* message stream id */
	uint32_t	 time;		/* ms, absolute, wraps */
	uint32_t	 len;
	const uint8_t	*body;		/* borrowed until the next chunk_read() */
	struct packet	*packet;	/* MSG_AUDIO, MSG_VIDEO, MSG_DATA: the caller's reference; else NULL */
};

enum chunk_error {
	CHUNK_OK,
	CHUNK_TOO_LONG,		/* a message longer than the limit */
	CHUNK_NO_START,		/* a chunk continues a message that never started */
	CHUNK_TOO_MANY,		/* too many chunk streams, or too many bytes of unfinished messages */
	CHUNK_BAD_SIZE,		/* Set Chunk Size of 0 or above 2^31 - 1 */
	CHUNK_NO_MEMORY
};

const char	*chunk_error_text(enum chunk_error);	/* a constant; never NULL */

/*
 * Media bodies are allocated in the arena (borrowed; NULL: no media is expected, and media messages
 * are skipped). max_media bounds the length of one media, aggregate or AMF3 data message, max_other
 * that of any other message. Memory for media is allocated when the message starts, other memory
 * grows as bytes arrive; all unfinished messages together hold at most twice the larger bound.
 * NULL with ENOMEM.
 */
struct chunk_reader	*chunk_reader_new(struct arena *, uint32_t max_media,
			    uint32_t max_other);
void			 chunk_reader_free(struct chunk_reader *);	/* NULL is allowed */

/*
 * Takes bytes, at most up to the end of one message, and returns how many. *got is true if *m is a
 * complete message: call again until all bytes are taken and *got is false. The reader handles Set
 * Chunk Size and Abort (sections 5.4.1, 5.4.2) and does not deliver them. -1: the stream is broken,
 * *err says how, and all later calls fail, too. Any split of the input gives the same messages.
 */
ptrdiff_t	chunk_read(struct chunk_reader *, const uint8_t *, size_t,
		    struct message *m, bool *got, enum chunk_error *err);

/*
 * The work that the peer has caused so far: messages that it started, and chunks that are shorter than
 * CHUNK_SIZE_DEFAULT and do not end their message. No chunk size need be that small (section 5.4.1), so to an honest
 * peer this is the number of its messages.
 */
uint64_t	chunk_work(const struct chunk_reader *);

#endif
