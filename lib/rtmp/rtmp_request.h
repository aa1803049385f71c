/* SPDX-License-Identifier: ISC */
/*
 * What a client says on an RTMP connection besides media, as bytes. Each call appends
 * whole messages to out, after which a media message may go; chunks are RTMP_CHUNK_OUT
 * long from the first byte on, as request_connect() announces.
 * 0, or -1 with errno as buf_add(); then nothing of the message that failed was added.
 */
#ifndef RTMP_RTMP_REQUEST_H
#define RTMP_RTMP_REQUEST_H

#include <stdint.h>

#include "base/buf.h"
#include "rtmp/rtmp_role.h"
#include "rtmp/rtmp_url.h"

/* Transaction ids: an answer carries that of its question. */
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

/* Protocol control with one number (section 5.4): MSG_CHUNK_SIZE, MSG_ACK, MSG_WINDOW. */
int	request_control(struct buf *out, uint8_t type, uint32_t value);

int	request_pong(struct buf *out, uint32_t time);

/* Set Chunk Size, connect. */
int	request_connect(struct buf *out, enum rtmp_role, const struct rtmp_url *);

/* createStream; a publisher says releaseStream and FCPublish before it, as FMLE does. */
int	request_create_stream(struct buf *out, enum rtmp_role, const struct rtmp_url *);

/* publish, or play and SetBufferLength. */
int	request_start(struct buf *out, enum rtmp_role, const struct rtmp_url *,
	    uint32_t msid);

/* FCUnpublish (a publisher's), deleteStream. */
int	request_unpublish(struct buf *out, enum rtmp_role, const struct rtmp_url *,
	    uint32_t msid);

#endif
