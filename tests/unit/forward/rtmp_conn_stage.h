/* SPDX-License-Identifier: ISC */
/* The stage for tests of rtmp_conn: a connection, and two servers that the test scripts. */
#ifndef TESTS_UNIT_FORWARD_RTMP_CONN_STAGE_H
#define TESTS_UNIT_FORWARD_RTMP_CONN_STAGE_H

#include "base/base.h"
#include "forward/rtmp_conn_leave.h"
#include "peer.h"

static struct ev *ev;
static struct rtmp_conn l;
static struct peer peer, other;
static struct arena *arena;
static int64_t now;
static int ups, downs, ends, reconnects, packets;
static uint32_t last_time;

unused_ static void
up(void *arg, int64_t at)
{
	t_ok(arg == &ups && at == now);
	ups++;
}

unused_ static void
media(void *arg, struct packet *p, int64_t at)
{
	t_ok(arg == &ups && at == now);
	packets++;
	last_time = p->time;
	packet_unref(p);
}

unused_ static void
ended(void *arg)
{
	t_ok(arg == &ups);
	ends++;
}

unused_ static void
reconnect(void *arg)
{
	t_ok(arg == &ups);
	reconnects++;
}

unused_ static void
down(void *arg, int64_t at)
{
	t_ok(arg == &ups && at == now);
	t_ok(l.error[0] != '\0');
	downs++;
}

static const struct rtmp_conn_ops ops = {
	.up = up, .media = media, .ended = ended, .reconnect = reconnect, .down = down
};

unused_ static void
begin(enum rtmp_role role)
{
	const char *reason;

	now = 1000000;
	ups = downs = ends = reconnects = packets = 0;
	ev = ev_new();
	arena = arena_new(65536);
	peer_listen(&peer, 0);
	peer_listen(&other, 0);
	rtmp_conn_init(&l, ev, role, &ups);
	l.ops = &ops;
	l.arena = role == RTMP_PLAY ? arena : NULL;
	l.retry.min_ms = 500;
	l.retry.max_ms = 4000;
	t_int(rtmp_conn_add_url(&l, peer.url, NULL, &reason), 0);
}

unused_ static void
end(void)
{
	rtmp_conn_free(&l);
	peer_close(&peer);
	peer_close(&other);
	arena_free(arena);
	ev_free(ev);
}

/* The link goes on as its owner lets it, the servers too; waits a moment for something to happen. */
unused_ static int64_t
turn(void)
{
	int64_t wake = l.state == RTMP_CONN_LEAVING ? rtmp_conn_leave_step(&l, now) : rtmp_conn_step(&l, now);

	if (l.state == RTMP_CONN_UP) {
		ev_set(ev, &l.io, EV_READ);
		if (l.ready && rtmp_conn_recv(&l, now))
			rtmp_conn_flush(&l, now);
	}
	peer_step(&peer);
	peer_step(&other);
	ev_wait(ev, clock_us() + 5000);
	return wake;
}

/* The link is up with this server. */
unused_ static void
go_up(struct peer *p)
{
	int before = ups;

	UNTIL(p->fd != -1 && p->n >= 1537);
	if (l.role == RTMP_PLAY)
		w_playing(&p->w);
	else
		w_publishing(&p->w);
	peer_say(p);
	UNTIL(ups > before);
	t_int(l.state, RTMP_CONN_UP);
}

/* The answer to connect: another address, where the same stream is dialled at once. */
unused_ static void
say_302(struct peer *p, const char *url)
{
	static struct wire body;
	char tc_url[80];

	w_handshake(&p->w);
	w_call(&body, "_error", 1);
	w_byte(&body, 3);
	w_key(&body, "code");
	w_string(&body, "NetConnection.Connect.Rejected");
	w_key(&body, "ex");
	w_byte(&body, 3);
	w_key(&body, "code");
	w_number(&body, 302);
	w_key(&body, "redirect");
	snprintf(tc_url, sizeof(tc_url), "%.*s", (int)(strlen(url) - strlen("/key")), url);
	w_string(&body, tc_url);
	w_int(&body, 9, 3);
	w_int(&body, 9, 3);
	w_command(&p->w, 0, &body);
	peer_say(p);
}

#endif
