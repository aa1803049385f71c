/* SPDX-License-Identifier: ISC */
/*
 * The client side of one RTMP connection that plays or publishes one stream, as bytes in
 * and bytes out: no descriptor, no clock, no log. The owner moves the bytes.
 *
 *	rtmp_new() -> write what rtmp_out() holds -> rtmp_read() what arrives -> ...
 *	until RTMP_STARTED: media may flow.
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
#include "rtmp/rtmp_url.h"

#define RTMP_CHUNK_OUT	60000	/* what we announce: few messages need a second chunk */
#define RTMP_WINDOW_OUT	500000	/* how often we want to be acknowledged, in bytes */
#define RTMP_TEXT_MAX	200

enum rtmp_role { RTMP_PLAY, RTMP_PUBLISH };

enum rtmp_event {
	RTMP_NONE,	/* nothing to report; all bytes were taken */
	RTMP_STARTED,	/* publish or play was accepted: NetStream.Publish.Start, NetStream.Play.Start,
			   or media without the latter. Some servers say so and close at once. */
	RTMP_MEDIA,	/* a packet; aggregate messages (type 22) come apart into theirs. What a
			   server says about the connection as data (onStatus, onPlayStatus,
			   |RtmpSampleAccess) is not media. */
	RTMP_ENDED,	/* the server says the played stream ended (StreamEOF, Play.UnpublishNotify,
			   Play.Stop, Play.Complete): the connection stays and may go on later */
	RTMP_RESTARTED,	/* after RTMP_ENDED: a new stream begins (StreamBegin, PublishNotify,
			   Play.Start, or simply media) */
	RTMP_RECONNECT,	/* NetConnection.Connect.ReconnectRequest: finish the GOP, then redial where
			   rtmp_redirect() says; rtmp_text() is the new tcUrl, for eyes, or "" */
	RTMP_REFUSED,	/* connect, publish or play was refused or withdrawn: rtmp_text() is code and
			   description. Nothing works after it. */
	RTMP_BROKEN	/* a protocol error: rtmp_text() says which. Nothing works after it. */
};

struct rtmp;

/*
 * A session for url (copied). arena holds the media played (borrowed; NULL when publishing).
 * max_message bounds one media message in bytes.
 * NULL with ENOMEM.
 */
struct rtmp	*rtmp_new(enum rtmp_role, const struct rtmp_url *url,
		    struct arena *arena, uint32_t max_message);
void		 rtmp_free(struct rtmp *);	/* NULL is allowed */

/*
 * Takes bytes until something happened, and returns how many it took: call again with the
 * rest until it takes all and reports RTMP_NONE. With RTMP_MEDIA *pkt is the caller's to
 * unref. Answers (acknowledgements, pongs, the next command) are appended to rtmp_out(); an owner
 * that does not send them is RTMP_BROKEN in the end. After REFUSED and BROKEN all bytes are
 * taken and nothing is reported.
 */
size_t		 rtmp_read(struct rtmp *, const uint8_t *, size_t,
		    enum rtmp_event *, struct packet **pkt);

/* Bytes to send, in order, before any media; take what was sent with buf_take(). They may
 * only go out between two media messages. */
struct buf	*rtmp_out(struct rtmp *);

/* Appends to rtmp_out(): unpublish and delete the stream, for a clean goodbye
 * (FCUnpublish, deleteStream, section 7.2.2.3). Does nothing when there is no stream yet. */
void		 rtmp_unpublish(struct rtmp *);

/* The message stream id that media is sent on, valid after RTMP_STARTED. */
uint32_t	 rtmp_msid(const struct rtmp *);

/*
 * Bytes of ours that the peer acknowledged last (section 5.4.3), unwrapped to 64 bits: as the
 * peer counts, which may leave out the handshake; its window; and how many acknowledgements came.
 */
uint64_t	 rtmp_acked(const struct rtmp *);
uint32_t	 rtmp_acks(const struct rtmp *);

/* Detail of the last RECONNECT, REFUSED or BROKEN: printable ASCII, RTMP_TEXT_MAX characters
 * at most, stream name and query values redacted out wherever the server echoed them. */
const char	*rtmp_text(const struct rtmp *);

/*
 * Where to redial after RTMP_RECONNECT, the same stream there. It is the address in use when the
 * server named none, a bad one, or one that would send the key without TLS where it went with TLS.
 */
void		 rtmp_redirect(const struct rtmp *, struct rtmp_url *);

#endif
