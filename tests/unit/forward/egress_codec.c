/* SPDX-License-Identifier: ISC */
/* A destination that lists the codecs that it takes. */
#include "egress_stage.h"

/* The headers of what is sent from now on: an Enhanced RTMP sequence header of this codec, or one of the old format. */
static void
send_in(const char *fourcc)
{
	struct packet *header = packet_new(arena, MSG_VIDEO, 0, 20);

	memset(header->data, 0x17, 20);
	if (fourcc != NULL) {
		header->data[0] = 0x90;
		memcpy(header->data + 1, fourcc, 4);
	}
	codec_headers_unref(pre);
	pre = codec_headers_with(NULL, TRACK_VIDEO, header);
	packet_unref(header);
}

/* Accepts the stream, as a server that takes this codec alone. */
static void
go_live_listing(struct peer *p, const char *fourcc)
{
	uint64_t before = eg->rtmp_conn.connects;
	static struct wire body;

	UNTIL(p->fd != -1 && p->n >= 1537);
	w_handshake(&p->w);
	body.n = 0;
	w_string(&body, "_result");
	w_number(&body, 1);
	w_byte(&body, 3);
	w_key(&body, "fourCcList");
	w_byte(&body, 10);
	w_int(&body, 1, 4);
	w_string(&body, fourcc);
	w_int(&body, 9, 3);
	w_info(&body, "status", "NetConnection.Connect.Success", "ok");
	w_command(&p->w, 0, &body);
	w_created(&p->w, 1);
	w_status(&p->w, "status", "NetStream.Publish.Start", "x");
	peer_say(p);
	UNTIL(eg->rtmp_conn.connects > before);
}

/* "The forwarder connects again when the source on the air has another codec." */
static void
is_left_at_the_cut_and_dialled_for_what_it_takes(void)
{
	begin(0);
	send_in("hvc1");
	push_many(GOP, 500);
	go_live_listing(&peer, "hvc1");
	UNTIL((peer_heard(&peer), peer.video == 1 + GOP));
	send_in("av01");
	push_many(GOP, 500);
	UNTIL(eg->rtmp_conn.fault == RTMP_CONN_CODEC);
	t_str(eg->last_error, "codec: the server does not take video in the codec av01");
	UNTIL(peer.fd == -1);
	t_int((peer_heard(&peer), peer.video), 1 + GOP);
	now += 60000;
	push_many(GOP, 500);
	turn();
	t_str(egress_state(eg), "waiting");
	t_int(peer.calls, 1);
	send_in(NULL);				/* the old format is in no list */
	push_many(1, 500);
	go_live_listing(&peer, "hvc1");
	UNTIL((peer_heard(&peer), peer.video == 1 + 1));
	t_int(peer.calls, 2);
	t_str(egress_state(eg), "live");
	end();
}

/* That it would take the stream again is no reason to dial a server that is gone without a pause. */
static void
the_retry_delay_holds_then_too(void)
{
	begin(0);
	send_in("av01");
	push_many(GOP, 500);
	go_live_listing(&peer, "hvc1");
	UNTIL(eg->rtmp_conn.fault == RTMP_CONN_CODEC);
	close(peer.listening);
	peer.listening = -1;
	send_in("hvc1");
	push_many(GOP, 500);
	UNTIL(eg->rtmp_conn.fault == RTMP_CONN_CONNECT);
	turn();
	t_ok(eg->rtmp_conn.retry_time > now);
	t_str(egress_state(eg), "waiting");
	end();
}

/* A second address may take what the first one does not: it is tried, and stays. */
static void
the_backup_address_may_take_it(void)
{
	const char *field, *reason;

	begin(0);
	egress_free(eg);
	dest.backup_url = other.url;
	eg = egress_new(ev, &fanout_log, &dest, &field, &reason);
	send_in("av01");
	push_many(GOP, 500);
	go_live_listing(&peer, "hvc1");
	UNTIL(eg->rtmp_conn.fault == RTMP_CONN_CODEC);
	t_str(egress_address(eg), "backup");
	now = eg->rtmp_conn.retry_time;
	t_ok(now < 1000000 + 60000);
	go_live_listing(&other, "av01");
	UNTIL((peer_heard(&other), other.video == 1 + GOP));
	t_int((peer_heard(&peer), peer.video), 0);
	end();
}

/* "And otherwise after 5 minutes": it may have learned the codec. */
static void
is_asked_again_after_a_while(void)
{
	int64_t began;

	begin(0);
	send_in("av01");
	push_many(GOP, 500);
	go_live_listing(&peer, "hvc1");
	UNTIL(eg->rtmp_conn.fault == RTMP_CONN_CODEC);
	began = now;
	t_int((peer_heard(&peer), peer.video), 0);
	while (peer.calls == 1 && now - began < 600000) {
		now += 500;
		turn();
	}
	t_ok(now - began >= 300000 && now - began <= 301000);
	go_live_listing(&peer, "av01");
	UNTIL((peer_heard(&peer), peer.video == 1 + GOP));
	end();
}

T_MAIN(
	{ "is_left_at_the_cut_and_dialled_for_what_it_takes", is_left_at_the_cut_and_dialled_for_what_it_takes },
	{ "the_retry_delay_holds_then_too", the_retry_delay_holds_then_too },
	{ "the_backup_address_may_take_it", the_backup_address_may_take_it },
	{ "is_asked_again_after_a_while", is_asked_again_after_a_while },
)
