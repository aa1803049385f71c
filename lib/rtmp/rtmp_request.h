/* SPDX-License-Identifier: ISC */
/*
 * The messages of an RTMP client, except media. Each call appends complete messages to out;
 * a media message may follow. Chunks have RTMP_CHUNK_OUT bytes from the start, as
 * request_connect() announces.
 * 0, or -1 with errno as buf_add(); then no part of the failed message was added.
 */
#ifndef RTMP_RTMP_REQUEST_H
#define RTMP_RTMP_REQUEST_H

#include <stdint.h>

#include "base/buf.h"
#include "rtmp/rtmp_role.h"
#include "rtmp/rtmp_url.h"

/* Transaction ids: a response has the id of its request. */
enum call {
	CALL_CONNECT = 1,
	CALL_RELEASE,
	CALL_FCPUBLISH,
	CALL_CREATE,
	CALL_START,
	CALL_UNPUBLISH,
	CALL_DELETE
};

#define USER_STREAM_BEGIN	0	/* user control events, section 7.1.7 */
#define USER_STREAM_EOF		1
#define USER_BUFFER_LENGTH	3
#define USER_PING		6
#define USER_PONG		7

/* A protocol control message with one number (section 5.4): MSG_CHUNK_SIZE, MSG_ACK, MSG_WINDOW. */
int	request_control(struct buf *out, uint8_t type, uint32_t value);

int	request_pong(struct buf *out, uint32_t time);

/* Set Chunk Size, connect. */
int	request_connect(struct buf *out, enum rtmp_role, const struct rtmp_url *);

/* createStream; for a publisher releaseStream and FCPublish before it, as FMLE does. */
int	request_create_stream(struct buf *out, enum rtmp_role, const struct rtmp_url *);

/* publish, or play and SetBufferLength. */
int	request_start(struct buf *out, enum rtmp_role, const struct rtmp_url *,
	    uint32_t msid);

/* FCUnpublish (for a publisher only), deleteStream. */
int	request_unpublish(struct buf *out, enum rtmp_role, const struct rtmp_url *,
	    uint32_t msid);

#endif
