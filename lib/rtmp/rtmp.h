/* SPDX-License-Identifier: ISC */
/*
 * The client side of one RTMP session that plays or publishes one stream, as bytes in and
 * bytes out: no descriptor, no clock, no log. The owner reads and writes the socket.
 *
 *	rtmp_new() -> write what rtmp_out() holds -> rtmp_read() what arrives -> ...
 *	until RTMP_STARTED: then media may be sent, or arrives.
 *
 * Sources: RTMP 1.0 sections 5.2 (handshake), 5.4 (protocol control), 7.1 (messages),
 * 7.2 (commands); Enhanced RTMP v2 (fourCcList, capsEx, ReconnectRequest).
 */
#ifndef RTMP_RTMP_H
#define RTMP_RTMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "packet/packet.h"
#include "rtmp/fourcc_list.h"
#include "rtmp/rtmp_role.h"
#include "rtmp/rtmp_url.h"

#define RTMP_TEXT_MAX	200

enum rtmp_event {
	RTMP_NONE,	/* nothing to report; all bytes were taken */
	RTMP_STARTED,	/* publish or play was accepted: NetStream.Publish.Start, NetStream.Play.Start,
			   or media without the latter. Some servers send it and close at once. */
	RTMP_MEDIA,	/* a packet; an aggregate message (type 22) gives one for each of its parts. Data
			   messages about the connection (onStatus, onPlayStatus, |RtmpSampleAccess)
			   are not media. */
	RTMP_ENDED,	/* the server reports that the played stream ended (StreamEOF,
			   Play.UnpublishNotify, Play.Stop, Play.Complete): the connection stays, and
			   the stream may go on later */
	RTMP_RESTARTED,	/* after RTMP_ENDED: a new stream begins (StreamBegin, PublishNotify,
			   Play.Start, or media) */
	RTMP_RECONNECT,	/* NetConnection.Connect.ReconnectRequest: finish the GOP, then dial the address of
			   rtmp_redirect(); rtmp_text() is the new tcUrl for messages, or "". Reported once. */
	RTMP_REDIRECT,	/* connect was answered with another address, or asks who we are: connect to rtmp_redirect(). The
			   session is over. */
	RTMP_REFUSED,	/* connect, publish or play was refused or withdrawn: rtmp_text() is code and
			   description. The session is over. */
	RTMP_CLOSED,	/* the server ended a stream that it had accepted (close, Connect.Closed, Connect.AppShutdown; of
			   ours also Unpublish.Success, UnpublishNotify): rtmp_text() as above. The session is over. */
	RTMP_BROKEN	/* a protocol error, which rtmp_text() describes. The session is over. */
};

struct rtmp;

/*
 * A session for url (copied). arena has the memory of played media (borrowed; NULL: publishes only).
 * max_message bounds one media message in bytes.
 * NULL with ENOMEM.
 */
struct rtmp	*rtmp_new(enum rtmp_role, const struct rtmp_url *url,
		    struct arena *arena, uint32_t max_message);
void		 rtmp_free(struct rtmp *);	/* NULL is allowed */

/* Who we are, for a server that asks; copied, RTMP_USER_MAX and RTMP_PASSWORD_MAX characters at most. "": nobody. */
void		 rtmp_login(struct rtmp *, const char *user, const char *password);

/*
 * Takes bytes up to the next event, and returns how many: call again with the rest until it takes
 * all and reports RTMP_NONE. With RTMP_MEDIA the caller owns the reference *pkt. Answers
 * (acknowledgements, pongs, the next command) are appended to rtmp_out(); if the owner does not send
 * them, the session ends with RTMP_BROKEN. After RTMP_REDIRECT, RTMP_REFUSED, RTMP_CLOSED and RTMP_BROKEN it takes all bytes and
 * reports RTMP_NONE.
 */
size_t		 rtmp_read(struct rtmp *, const uint8_t *, size_t,
		    enum rtmp_event *, struct packet **pkt);

/* Bytes to send, in order, before any media; remove what was sent with buf_take(). Send them between
 * two media messages only. */
struct buf	*rtmp_out(struct rtmp *);

/* Appends FCUnpublish and deleteStream (section 7.2.2.3) to rtmp_out(), which end the stream at the
 * server. Does nothing if there is no stream yet. */
void		 rtmp_unpublish(struct rtmp *);

/* The stream key is sent with publish and play, and so not before RTMP_STARTING. */
enum rtmp_state {
	RTMP_SHAKING,		/* until S2 */
	RTMP_CONNECTING,	/* until the answer to connect */
	RTMP_CREATING,		/* until the answer to createStream */
	RTMP_STARTING,		/* until publish or play was accepted */
	RTMP_RUNNING,
	RTMP_OVER		/* redirected, refused, closed or broken */
};
enum rtmp_state	 rtmp_state(const struct rtmp *);

/* Why, after RTMP_REFUSED. */
enum rtmp_refusal {
	RTMP_REFUSAL_OTHER,
	RTMP_REFUSAL_IN_USE,	/* the key is in use (NetStream.Publish.BadName), perhaps by a connection of ours that died */
	RTMP_REFUSAL_LOGIN	/* the server wants a user and a password, or does not accept ours: rtmp/auth.h */
};
enum rtmp_refusal rtmp_refusal(const struct rtmp *);

/* The message stream id for media, valid after RTMP_STARTED. */
uint32_t	 rtmp_msid(const struct rtmp *);

/* The codecs that the server takes, as far as it said; borrowed. */
const struct fourcc_list *rtmp_fourccs(const struct rtmp *);

/*
 * The work that the peer has caused so far: its messages, as chunk_work() counts them, each part of an aggregate message,
 * and one for each RTMP_WORK_BYTES.
 */
#define RTMP_WORK_BYTES	16384u
uint64_t	 rtmp_work(const struct rtmp *);

/* Detail of the last RECONNECT, REFUSED or BROKEN: printable ASCII, RTMP_TEXT_MAX characters
 * at most; stream name and query values are redacted where the server echoed them. */
const char	*rtmp_text(const struct rtmp *);

/*
 * The address to dial after RTMP_RECONNECT and RTMP_REDIRECT, with the same stream. It is the present address if the
 * server named none, one that is not valid, or one without TLS while the present one has TLS.
 */
void		 rtmp_redirect(const struct rtmp *, struct rtmp_url *);

#endif
