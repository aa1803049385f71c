/* SPDX-License-Identifier: ISC */
/* Parses the messages of an RTMP server, except media. No I/O. */
#ifndef RTMP_RTMP_RESPONSE_H
#define RTMP_RTMP_RESPONSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rtmp/amf0.h"

enum response_kind {
	RESPONSE_NOTHING,		/* nothing that a client acts upon */
	RESPONSE_RESULT,		/* _result: answers call */
	RESPONSE_ERROR,		/* _error: answers call */
	RESPONSE_START,		/* Publish.Start, Play.Start */
	RESPONSE_BEGIN,		/* Play.PublishNotify */
	RESPONSE_END,		/* Play.UnpublishNotify, Play.Stop, Play.Complete */
	RESPONSE_RECONNECT,	/* Connect.ReconnectRequest: info has tcUrl */
	RESPONSE_REFUSAL,		/* any other status of level error, BadName, StreamNotFound, ... */
	RESPONSE_CLOSE,		/* close, Connect.Closed, Connect.AppShutdown */
	RESPONSE_UNPUBLISHED	/* Unpublish.Success */
};

struct rtmp_response {
	enum response_kind		 what;
	double			 call;	/* transaction id, 0: none */
	struct amf0_value	 value;	/* borrowed: the value of a _result; null: none */
	struct amf0_value	 object;	/* borrowed: what comes before the value: a server's properties */
	struct amf0_value	 info;	/* borrowed: code, level, description; null: none */
};

/* Parses the body of a command message. 0, or -1: it has no name. */
int	rtmp_response_command(struct rtmp_response *, const uint8_t *, size_t);

/*
 * Parses the body of a data message. true: it is about the connection (onStatus, onPlayStatus,
 * |RtmpSampleAccess); false: it is part of the stream.
 */
bool	rtmp_response_data(struct rtmp_response *, const uint8_t *, size_t);

/* A string as the server wrote it, truncated to fit, always terminated; "" for another value. */
void	rtmp_response_string(char *dst, size_t size, const struct amf0_value *);

/*
 * Does the answer to connect name another address? Flash Media Server, Wowza and others balance load by
 * {ex: {code: 302, redirect: "rtmp://..."}}. Then dst has it, as rtmp_response_string() copies.
 */
bool	rtmp_response_redirect(char *dst, size_t size, const struct rtmp_response *);

/* "code: description" as the server wrote them; "": it sent neither. Redact it before logging. */
void	rtmp_response_text(char *dst, size_t size, const struct rtmp_response *);

#endif
