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
#ifndef MEDIA_RTMP_H
#define MEDIA_RTMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "media/packet.h"
#include "media/rtmp_url.h"

#define RTMP_CHUNK_OUT	60000	/* what we announce: few messages need a second chunk */

enum rtmp_role { RTMP_PLAY, RTMP_PUBLISH };

enum rtmp_event {
	RTMP_NONE,	/* nothing to report; all bytes were taken */
	RTMP_STARTED,	/* publish or play was accepted: NetStream.Publish.Start, NetStream.Play.Start */
	RTMP_MEDIA,	/* a packet; aggregate messages (type 22) come apart into theirs */
	RTMP_ENDED,	/* the server says the played stream ended (StreamEOF, Play.UnpublishNotify,
			   Play.Stop, Play.Complete): the connection stays and may go on later */
	RTMP_RESTARTED,	/* the server says that a new stream begins (StreamBegin or PublishNotify
			   after RTMP_ENDED) */
	RTMP_RECONNECT,	/* NetConnection.Connect.ReconnectRequest: finish the GOP, then redial;
			   rtmp_text() is the new tcUrl or "" */
	RTMP_REFUSED,	/* connect, publish or play was refused: rtmp_text() is code and description */
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
void		 rtmp_free(struct rtmp *);

/*
 * Takes bytes until something happened, and returns how many it took: call again with the
 * rest until it takes all and reports RTMP_NONE. With RTMP_MEDIA *pkt is the caller's to
 * unref. Answers (acknowledgements, pongs, the next command) are appended to rtmp_out().
 */
size_t		 rtmp_read(struct rtmp *, const uint8_t *, size_t,
		    enum rtmp_event *, struct packet **pkt);

/* Bytes to send, in order, before any media; take what was sent with buf_take(). They may
 * only go out between two media messages. */
struct buf	*rtmp_out(struct rtmp *);

/* Appends to rtmp_out(): unpublish and delete the stream, for a clean goodbye
 * (FCUnpublish, deleteStream, section 7.2.2.3). */
void		 rtmp_goodbye(struct rtmp *);

/* The message stream id that media is sent on, valid after RTMP_STARTED. */
uint32_t	 rtmp_msid(const struct rtmp *);

/* Bytes of ours that the peer acknowledged last (section 5.4.3), unwrapped to 64 bits,
 * its window, and how many acknowledgements came. */
uint64_t	 rtmp_acked(const struct rtmp *);
uint32_t	 rtmp_window(const struct rtmp *);	/* what the peer asked us to acknowledge by, 0: nothing */
uint32_t	 rtmp_acks(const struct rtmp *);

/* Detail of the last RECONNECT, REFUSED or BROKEN: printable ASCII, bounded, the
 * stream name blotted out wherever the server echoed it. */
const char	*rtmp_text(const struct rtmp *);

#endif
