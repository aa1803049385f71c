/* SPDX-License-Identifier: ISC */
/* One destination, against a platform that the test scripts; what goes out is the test's own log. */
#include "egress_stage.h"
#include "forward/turn.h"

#include <fcntl.h>
#include <pthread.h>

#define WORDS	"connect releaseStream FCPublish createStream publish"

static void
publishes_from_the_newest_keyframe(void)
{
	begin(0);
	push_many(3 * GOP + 4, 500);
	t_str(egress_state(eg), "waiting");
	go_live(&peer);
	t_str(egress_state(eg), "live");
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	UNTIL((peer_heard(&peer), peer.video == 1 + 4));	/* and the header */
	t_str(peer.commands, WORDS);
	t_int(peer.first_time, 3 * GOP * 40);
	push_many(5, 500);
	UNTIL((peer_heard(&peer), peer.video == 1 + 9));
	t_int(egress_queue_ms(eg), 0);
	end();
}

static void
waits_for_a_keyframe(void)
{
	int64_t since;

	begin(0);
	dts = 40;			/* the log begins in the middle */
	push_many(5, 500);
	go_live(&peer);
	t_str(egress_state(eg), "waiting-keyframe");
	since = now;
	now += 3000;
	turn();
	peer_heard(&peer);
	t_int(peer.video, 0);
	t_int(egress_keyframe_wait_ms(eg, now), now - since);
	peer_hang_up(&peer);		/* "it hangs up because it gets nothing": the time counts on */
	UNTIL(eg->rtmp_conn.state == RTMP_CONN_WAITING);
	t_int(egress_keyframe_wait_ms(eg, now), 0);
	now += 3000;
	go_live(&peer);
	t_int(egress_keyframe_wait_ms(eg, now), now - since);
	push_many(6, 500);
	UNTIL((peer_heard(&peer), peer.video > 0));
	t_int(peer.first_time, GOP * 40);
	t_str(egress_state(eg), "live");
	t_int(egress_keyframe_wait_ms(eg, now), 0);
	end();
}

static void
an_address_that_is_wrong_is_named(void)
{
	const char *field = NULL, *reason = NULL;
	struct egress *none;
	struct spec_dest d;

	begin(0);
	d = dest;
	d.url = (char *)(uintptr_t)"rtmp://127.0.0.1/live";
	none = egress_new(ev, &fanout_log, &d, &field, &reason);
	t_ok(none == NULL);
	t_str(field, "url");
	d = dest;
	d.backup_url = (char *)(uintptr_t)"http://x/y/z";
	none = egress_new(ev, &fanout_log, &d, &field, &reason);
	t_ok(none == NULL);
	t_str(field, "backup_url");
	d = dest;
	d.key = (char *)(uintptr_t)"two words";
	none = egress_new(ev, &fanout_log, &d, &field, &reason);
	t_ok(none == NULL);
	t_str(field, "key");
	t_str(reason, "has a space or a control character");
	d = dest;
	d.ca_file = (char *)(uintptr_t)"/nonexistent/ca.pem";
	none = egress_new(ev, &fanout_log, &d, &field, &reason);
	t_ok(none == NULL);
	t_str(field, "ca_file");
	t_str(reason, "cannot be read");
	end();
}

/* "One whose host acknowledges nothing for 10 seconds is dialled again." */
static void
a_peer_that_takes_nothing_is_dialled_again(void)
{
	int64_t since = 0;
	int i;

	begin(4096);
	push(500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	peer.deaf = true;
	push_many(1, 4 << 20);
	UNTIL(eg->blocked);
	turn();
	t_str(egress_state(eg), "live");	/* one frame is no lag yet */
	for (i = 0; i < 200 && eg->rtmp_conn.state == RTMP_CONN_UP; i++) {
		since = eg->progress;		/* what its kernel took counts */
		now += 500;
		turn();
	}
	t_ok(now - since >= 10000 && now - since <= 10500);
	t_int(eg->rtmp_conn.state, RTMP_CONN_WAITING);
	t_int(eg->rtmp_conn.fault, RTMP_CONN_STALLED);
	t_str(eg->last_error, "stalled: nothing acknowledged for 10 s");
	t_ok(egress_needs(eg) == UINT64_MAX);
	end();
}

/* It may be slow for as long as it likes, as long as bytes are acknowledged or none are outstanding. */
static void
a_peer_that_takes_something_is_left_in_peace(void)
{
	int i;

	begin(0);
	push(500);
	go_live(&peer);
	for (i = 0; i < 60; i++) {
		now += 1000;
		if (i < 30)
			push(500);
		turn();			/* also where there is nothing to do */
		UNTIL(egress_needs(eg) == fanout_log.queue.end && conn_unacked(&eg->rtmp_conn.conn) == 0);
	}
	t_int(eg->rtmp_conn.state, RTMP_CONN_UP);
	t_int(eg->rtmp_conn.connects, 1);
	t_ok(egress_acked(eg) > 30 * 500);
	end();
}

/* "Acknowledgements of RTMP are no condition": a few early ones, then a distance of minutes, then none. */
static void
a_server_that_stops_acknowledging_is_left_in_peace(void)
{
	int i;

	begin(0);
	push(500);
	go_live(&peer);
	for (i = 1; i <= 40; i++) {
		push_many(GOP, 5000);
		UNTIL(egress_needs(eg) == fanout_log.queue.end);
		if (i <= 3 || i == 30) {
			w_control(&peer.w, 3, (uint32_t)i * GOP * 1000);
			peer_say(&peer);
		}
		now += 1500;
		turn();
	}
	t_int(eg->rtmp_conn.state, RTMP_CONN_UP);
	t_int(eg->rtmp_conn.connects, 1);
	end();
}

/* One that lags by more than queue_ms goes on at a keyframe; it is called slow meanwhile. */
static void
one_that_lags_leaves_out_frames(void)
{
	begin(4096);
	push(500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	peer.deaf = true;
	push_many(100, 100000);
	UNTIL(eg->blocked);
	t_str(egress_state(eg), "slow");
	t_ok(egress_queue_ms(eg) > 1000 && egress_queue_ms(eg) <= 4000);
	t_int(eg->muxer.dropped, 0);
	push_many(110, 1000);
	turn();
	t_ok(eg->muxer.dropped > 150);
	peer.deaf = false;
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	UNTIL((peer_heard(&peer), peer.last_time == (uint32_t)dts - 40));
	t_ok(peer.video < 60);
	t_str(egress_state(eg), "live");
	end();
}

/* "What lies in the kernel's buffer counts." */
static void
what_the_kernel_holds_is_lag(void)
{
	int i;

	begin(4096);
	push(500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end && egress_lag_ms(eg) == 0);
	peer.deaf = true;
	for (i = 0; i < 50; i++) {		/* seconds of pictures that stand still: 50 kb/s */
		push_many(25, 250);
		UNTIL(egress_needs(eg) == fanout_log.queue.end);
	}
	t_int(egress_queue_ms(eg), 0);
	t_ok(egress_lag_ms(eg) > 40000 && egress_lag_ms(eg) <= 50000);
	t_str(egress_state(eg), "slow");
	peer.deaf = false;
	UNTIL(egress_lag_ms(eg) == 0);
	t_str(egress_state(eg), "live");
	t_int(eg->muxer.dropped, 0);
	end();
}

/* Takes all that is sent, as fast as it can. */
static void *
drain(void *arg)
{
	static uint8_t b[1 << 18];

	(void)arg;
	while (read(peer.fd, b, sizeof(b)) > 0)
		continue;
	return NULL;
}

/* A destination that catches up gets a part of each turn, and the loop does not wait between them. */
static void
catching_up_is_bounded_in_a_turn(void)
{
	int64_t limit = clock_ms() + 20000;
	uint64_t before;
	pthread_t thread;
	int marked = 0;

	begin(0);
	push(500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	fcntl(peer.fd, F_SETFL, 0);
	t_int(pthread_create(&thread, NULL, drain, NULL), 0);
	/* on a busy machine, the platform may take too little for a whole turn at first */
	while ((marked == 0 || egress_needs(eg) != fanout_log.queue.end) && clock_ms() < limit) {
		if (egress_needs(eg) == fanout_log.queue.end)
			push_many(100, 300000);
		before = eg->muxer.bytes;
		egress_step(eg, now);
		t_ok(eg->muxer.bytes - before < TURN_BYTES + 2 * 512 * 1024);
		marked += eg->rtmp_conn.io.marked;
		t_int(ev_wait(ev, clock_us() + 1000000), 0);
	}
	t_ok(egress_needs(eg) == fanout_log.queue.end);
	t_ok(marked > 0);
	egress_set_mode(eg, EGRESS_AWAY, now);
	pthread_join(thread, NULL);
	end();
}

static void
a_pause_ends_the_broadcast_only_if_asked_to(void)
{
	begin(0);
	push(500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	egress_set_mode(eg, EGRESS_SEND, now);	/* it goes already */
	t_str(egress_state(eg), "live");
	egress_set_mode(eg, EGRESS_AWAY, now);
	t_str(egress_state(eg), "away");
	t_int(egress_step(eg, now + 1000000), INT64_MAX);
	t_ok(egress_needs(eg) == UINT64_MAX);
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS);
	egress_set_mode(eg, EGRESS_SEND, now);
	go_live(&peer);
	t_int(eg->reconnects, 1);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	egress_set_mode(eg, EGRESS_OFF, now);
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS " FCUnpublish deleteStream");
	end();
}

/* "So is one that asks for it, at the next keyframe": at once, unless it does nothing else. */
static void
leaves_at_a_keyframe_when_asked_to(void)
{
	begin(0);
	push_many(3, 500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	now += 20000;
	ask_to_reconnect();
	push_many(GOP - 3, 500);		/* the rest of the group */
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_int(eg->rtmp_conn.state, RTMP_CONN_UP);
	push(500);
	UNTIL(peer.calls == 2);			/* no time has passed */
	t_str(eg->last_error, "closed: the server asked to reconnect");
	go_live(&peer);
	UNTIL((peer_heard(&peer), peer.video == 1 + 1));
	t_int(peer.first_time, GOP * 40);
	now += 5000;
	ask_to_reconnect();			/* again so soon */
	push_many(GOP - 1, 500);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	push(500);
	UNTIL(eg->rtmp_conn.state == RTMP_CONN_WAITING);
	t_ok(eg->rtmp_conn.retry_time > now);
	end();
}

/* Some ask before they have accepted the stream. */
static void
leaves_when_asked_to_before_the_start(void)
{
	begin(0);
	push(500);
	UNTIL(peer.fd != -1 && peer.n >= 1537);
	w_handshake(&peer.w);
	w_connected(&peer.w);
	ask_to_reconnect();
	t_str(egress_state(eg), "starting");
	w_created(&peer.w, 1);
	w_status(&peer.w, "status", "NetStream.Publish.Start", NULL);
	peer_say(&peer);
	UNTIL(eg->rtmp_conn.connects == 1);
	push_many(GOP, 500);			/* the next keyframe is among them */
	UNTIL(eg->rtmp_conn.state == RTMP_CONN_WAITING);
	t_str(eg->last_error, "closed: the server asked to reconnect");
	now = eg->rtmp_conn.retry_time;
	go_live(&peer);
	t_ok(!eg->leave);
	end();
}

/* The spec may be another copy of the same. */
static void
takes_over_another_copy_of_its_spec(void)
{
	struct spec_dest copy;

	begin(0);
	copy = dest;
	copy.queue_ms = 1234;
	copy.primary_retry_ms = 5678;
	copy.answer_ms = 5000;
	copy.user = copy.password = (char *)(uintptr_t)"u";
	copy.ca_file = (char *)(uintptr_t)"/etc/ssl/own.pem";
	egress_spec(eg, &copy);
	t_int(eg->rtmp_conn.answer_ms, 5000);
	t_str(eg->rtmp_conn.user, "u");
	t_str(eg->rtmp_conn.password, "u");
	t_str(eg->rtmp_conn.ca_file, "/etc/ssl/own.pem");
	t_int(eg->queue_ms, 1234);
	t_int(eg->rtmp_conn.return_ms, 5678);
	t_ok(eg->spec == &copy);
	egress_spec(eg, &dest);
	end();
	egress_free(NULL);
}

#define T(name)	{ #name, name }

static void
it_is_dialled_again_within_half_a_minute(void)
{
	begin(0);
	t_int(eg->rtmp_conn.retry.min_ms, 500);
	t_int(eg->rtmp_conn.retry.max_ms, 30000);
	end();
}

T_MAIN(
	T(publishes_from_the_newest_keyframe),
	T(waits_for_a_keyframe),
	T(it_is_dialled_again_within_half_a_minute),
	T(an_address_that_is_wrong_is_named),
	T(a_peer_that_takes_nothing_is_dialled_again),
	T(a_peer_that_takes_something_is_left_in_peace),
	T(a_server_that_stops_acknowledging_is_left_in_peace),
	T(one_that_lags_leaves_out_frames),
	T(what_the_kernel_holds_is_lag),
	T(catching_up_is_bounded_in_a_turn),
	T(a_pause_ends_the_broadcast_only_if_asked_to),
	T(leaves_at_a_keyframe_when_asked_to),
	T(leaves_when_asked_to_before_the_start),
	T(takes_over_another_copy_of_its_spec),
)
