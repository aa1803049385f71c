/* SPDX-License-Identifier: ISC */
/* What a server says on an RTMP connection besides media: its commands, understood. No I/O. */
#ifndef RTMP_RTMP_RESPONSE_H
#define RTMP_RTMP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtmp/amf0.h"

enum response_kind {
	RESPONSE_NOTHING,		/* that a client acts upon */
	RESPONSE_RESULT,		/* _result: answers call */
	RESPONSE_ERROR,		/* _error: answers call */
	RESPONSE_START,		/* Publish.Start, Play.Start */
	RESPONSE_BEGIN,		/* Play.PublishNotify */
	RESPONSE_END,		/* Play.UnpublishNotify, Play.Stop, Play.Complete */
	RESPONSE_RECONNECT,	/* Connect.ReconnectRequest: info has tcUrl */
	RESPONSE_REFUSAL,		/* any other status of level error, BadName, StreamNotFound, ... */
	RESPONSE_CLOSE
};

struct rtmp_response {
	enum response_kind		 what;
	double			 call;	/* transaction id, 0: none */
	struct amf0_value	 value;	/* borrowed: what a _result brings; null when nothing */
	struct amf0_value	 info;	/* borrowed: code, level, description; null when left out */
};

/* The body of a command message. 0, or -1 when it has no name. */
int	rtmp_response_command(struct rtmp_response *, const uint8_t *, size_t);

/*
 * The body of a data message: true when it speaks of the connection (onStatus, onPlayStatus,
 * |RtmpSampleAccess), false when it is part of the stream.
 */
bool	rtmp_response_data(struct rtmp_response *, const uint8_t *, size_t);

/* A string as the server wrote it, cut to fit, always terminated; "" for anything else. */
void	rtmp_response_string(char *dst, size_t size, const struct amf0_value *);

/* "code: description" as the server wrote them; "" when it gave neither. Not fit for a log. */
void	rtmp_response_text(char *dst, size_t size, const struct rtmp_response *);

#endif
