/* SPDX-License-Identifier: ISC */
/* What a server says on an RTMP connection besides media: its commands, understood. No I/O. */
#ifndef RTMP_RTMP_RESPONSE_H
#define RTMP_RTMP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtmp/amf0.h"

enum heard_what {
	HEARD_NOTHING,		/* that a client acts upon */
	HEARD_RESULT,		/* _result: answers call */
	HEARD_ERROR,		/* _error: answers call */
	HEARD_START,		/* Publish.Start, Play.Start */
	HEARD_BEGIN,		/* Play.PublishNotify */
	HEARD_END,		/* Play.UnpublishNotify, Play.Stop, Play.Complete */
	HEARD_RECONNECT,	/* Connect.ReconnectRequest: info has tcUrl */
	HEARD_REFUSAL,		/* any other status of level error, BadName, StreamNotFound, ... */
	HEARD_CLOSE
};

struct heard {
	enum heard_what		 what;
	double			 call;	/* transaction id, 0: none */
	struct amf0_value	 value;	/* borrowed: what a _result brings; null when nothing */
	struct amf0_value	 info;	/* borrowed: code, level, description; null when left out */
};

/* The body of a command message. 0, or -1 when it has no name. */
int	hear_command(struct heard *, const uint8_t *, size_t);

/*
 * The body of a data message: true when it speaks of the connection (onStatus, onPlayStatus,
 * |RtmpSampleAccess), false when it is part of the stream.
 */
bool	hear_data(struct heard *, const uint8_t *, size_t);

/* A string as the server wrote it, cut to fit, always terminated; "" for anything else. */
void	heard_string(char *dst, size_t size, const struct amf0_value *);

/* "code: description" as the server wrote them; "" when it gave neither. Not fit for a log. */
void	heard_words(char *dst, size_t size, const struct heard *);

#endif
