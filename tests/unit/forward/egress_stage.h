/* SPDX-License-Identifier: ISC */
/* The stage for tests of egress: a destination, two platforms that the test scripts, and the test's own log. */
#ifndef TESTS_UNIT_FORWARD_EGRESS_STAGE_H
#define TESTS_UNIT_FORWARD_EGRESS_STAGE_H

#include "base/base.h"
#include "forward/egress.h"
#include "peer.h"

#define GOP	10	/* frames, 40 ms each */

static struct ev *ev;
static struct arena *arena;
static struct fanout_log fanout_log;
static struct codec_headers *pre;
static struct spec_dest dest;
static struct egress *eg;
static struct peer peer, other;
static int64_t now, dts;

/* A frame more in the log. */
unused_ static void
push(uint32_t len)
{
	struct entry e = { .pkt = packet_new(arena, MSG_VIDEO, 0, len), .headers = codec_headers_ref(pre), .dts = dts,
	    .flags = dts % (GOP * 40) == 0 ? ENTRY_KEY : 0 };

	memset(e.pkt->data, 0x27, len);
	fanout_log_push(&fanout_log, &e);
	dts += 40;
}

unused_ static void
push_many(int n, uint32_t len)
{
	for (; n > 0; n--)
		push(len);
}

unused_ static void
begin(int rcvbuf)
{
	const char *field, *reason;
	struct packet *header;

	now = 1000000;
	dts = 0;
	ev = ev_new();
	arena = arena_new(65536);
	fanout_log_init(&fanout_log, 1 << 26, 60000);
	header = packet_new(arena, MSG_VIDEO, 0, 20);
	memset(header->data, 0x17, 20);
	pre = codec_headers_with(NULL, TRACK_VIDEO, header);
	packet_unref(header);
	peer_listen(&peer, rcvbuf);
	peer_listen(&other, 0);
	memset(&dest, 0, sizeof(dest));
	strlcpy(dest.name, "youtube", sizeof(dest.name));
	dest.url = peer.url;
	dest.ca_file = (char *)(uintptr_t)"";
	dest.user = dest.password = dest.ca_file;
	dest.answer_ms = 20000;
	dest.queue_ms = 8000;
	dest.renew_at = -1;
	eg = egress_new(ev, &fanout_log, &dest, &field, &reason);
	t_ok(eg != NULL);
}

unused_ static void
end(void)
{
	egress_free(eg);
	peer_close(&peer);
	peer_close(&other);
	codec_headers_unref(pre);
	fanout_log_free(&fanout_log);
	arena_free(arena);
	ev_free(ev);
}

unused_ static int64_t
turn(void)
{
	int64_t wake = egress_step(eg, now);

	peer_step(&peer);
	peer_step(&other);
	ev_wait(ev, clock_us() + 5000);
	return wake;
}

unused_ static void
go_live(struct peer *p)
{
	uint64_t before = eg->rtmp_conn.connects;

	UNTIL(p->fd != -1 && p->n >= 1537);
	t_str(egress_state(eg), "starting");
	t_ok(egress_needs(eg) == UINT64_MAX);
	w_publishing(&p->w);
	peer_say(p);
	UNTIL(eg->rtmp_conn.connects > before);
}

unused_ static void
ask_to_reconnect(void)
{
	static struct wire body;

	w_call(&body, "onStatus", 0);
	w_byte(&body, 3);
	w_key(&body, "code");
	w_string(&body, "NetConnection.Connect.ReconnectRequest");
	w_int(&body, 9, 3);
	w_command(&peer.w, 0, &body);
	peer_say(&peer);
	UNTIL(eg->leave);
}

#endif
