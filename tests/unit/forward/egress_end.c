/* SPDX-License-Identifier: ISC */
/* How a connection of a destination ends, and what is left of it: for the platform, the next connection and the log. */
#include "base/log.h"
#include "egress_stage.h"

#define BIG	(3 << 20)

static int failures, pauses;

static bool
count(void *arg, const char *text, bool grave)
{
	(void)arg;
	failures += grave && strstr(text, "; retry in ") != NULL;
	pauses += !grave && strstr(text, " paused") != NULL;
	return true;
}

/* It is live, and has nothing more to send. */
static void
begin_live(int rcvbuf)
{
	begin(rcvbuf);
	push(500);
	go_live(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
}

/* A part of a keyframe is out. */
static void
begin_in_a_keyframe(void)
{
	begin_live(4096);
	push_many(GOP - 1, 500);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	peer.deaf = true;
	push(BIG);
	UNTIL(eg->blocked);
	t_int(eg->rtmp_conn.io.want, EV_READ | EV_WRITE);	/* it goes on as soon as there is room */
	t_ok(!muxer_between(&eg->muxer));
}

/* The platform takes what our kernel holds: there is room again. */
static void
room(void)
{
	int64_t limit = clock_ms() + 5000;

	peer.deaf = false;
	while (conn_unacked(&eg->rtmp_conn.conn) > 0 && clock_ms() < limit)
		peer_step(&peer);
	t_int(conn_unacked(&eg->rtmp_conn.conn), 0);
	t_ok(peer.n < BIG);
}

/* It would be a part of the picture. */
static void
no_unpublish_in_the_middle_of_a_frame(void)
{
	begin_in_a_keyframe();
	room();
	egress_set_mode(eg, EGRESS_OFF, now);
	UNTIL(peer.fd == -1);
	t_ok(memmem(peer.got, peer.n, "FCUnpublish", 11) == NULL);
	end();
}

static void
no_answer_in_the_middle_of_a_frame(void)
{
	begin_in_a_keyframe();
	room();
	w_user(&peer.w, 6, 1234);		/* a ping */
	peer_say(&peer);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	UNTIL(memmem(peer.got, peer.n, "\0\7\0\0\4\xd2", 6) != NULL);
	UNTIL((peer_heard(&peer), peer.video == 1 + GOP + 1));
	end();
}

/* A keyframe that has begun goes out whole: the request waits for the next one. */
static void
no_reconnect_in_the_middle_of_a_frame(void)
{
	begin_in_a_keyframe();
	ask_to_reconnect();
	turn();
	t_int(eg->rtmp_conn.state, RTMP_CONN_UP);
	peer.deaf = false;
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_ok(!eg->blocked);			/* else the loop never waits again */
	UNTIL((peer_heard(&peer), peer.video == 1 + GOP + 1));
	push_many(GOP - 1, 500);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	push(500);
	UNTIL(eg->rtmp_conn.state == RTMP_CONN_WAITING);
	end();
}

/* A platform that wakes up later does not get the rest beside what the next connection sends. */
static void
one_that_is_stuck_gets_no_more(void)
{
	static uint8_t b[1 << 16];
	ssize_t n;
	int i;

	begin_in_a_keyframe();
	for (i = 0; i < 200 && eg->rtmp_conn.state == RTMP_CONN_UP; i++) {
		now += 500;
		turn();
	}
	t_int(eg->rtmp_conn.fault, RTMP_CONN_STALLED);
	t_ok(eg->muxer.cur.pkt == NULL);	/* nor is the frame held while it is away */
	while ((n = read(peer.fd, b, sizeof(b))) > 0 || (n == -1 && errno == EAGAIN))
		continue;
	t_int(n, -1);
	t_int(errno, ECONNRESET);
	end();
}

/* A request is for the connection on which it came. */
static void
a_pause_forgets_a_request(void)
{
	begin_live(0);
	ask_to_reconnect();
	egress_set_mode(eg, EGRESS_AWAY, now);
	UNTIL(peer.fd == -1);
	egress_set_mode(eg, EGRESS_SEND, now);
	go_live(&peer);
	push_many(2 * GOP, 500);
	UNTIL(egress_needs(eg) == fanout_log.queue.end);
	t_int(eg->rtmp_conn.state, RTMP_CONN_UP);
	end();
}

/* lsctl_destination_acknowledged_bytes_total only rises. */
static void
bytes_of_all_connections_count(void)
{
	uint64_t before;

	begin_live(0);
	push_many(GOP, 50000);
	UNTIL(egress_needs(eg) == fanout_log.queue.end && conn_unacked(&eg->rtmp_conn.conn) == 0);
	now += 500;
	t_int(turn(), now + 750);		/* it is looked after, though nothing happens */
	before = egress_acked(eg);
	t_ok(before > GOP * 50000);
	now += 3000;
	turn();
	t_ok(eg->rate.kbps > GOP * 50000 * 8 / 4000);
	egress_set_mode(eg, EGRESS_AWAY, now);
	UNTIL(peer.fd == -1);
	egress_set_mode(eg, EGRESS_SEND, now);
	go_live(&peer);
	t_ok(egress_acked(eg) >= before);
	end();
}

/* One that is away for days is one line, and a pause one, however often it is said. */
static void
each_outage_is_logged_once(void)
{
	int i;

	log_filter(count, NULL);
	failures = pauses = 0;
	begin_live(0);
	for (i = 1; i <= 2; i++) {
		now += 10000;
		peer_hang_up(&peer);
		UNTIL(eg->rtmp_conn.state == RTMP_CONN_WAITING);
		now = eg->rtmp_conn.retry_time;
		UNTIL(peer.fd != -1 && peer.n >= 1537);
		peer_hang_up(&peer);
		UNTIL(eg->rtmp_conn.state == RTMP_CONN_WAITING);
		t_int(failures, i);
		now = eg->rtmp_conn.retry_time;
		go_live(&peer);
	}
	egress_set_mode(eg, EGRESS_AWAY, now);
	egress_set_mode(eg, EGRESS_OFF, now);
	egress_set_mode(eg, EGRESS_OFF, now);
	t_int(pauses, 1);
	log_filter(NULL, NULL);
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(no_unpublish_in_the_middle_of_a_frame),
	T(no_answer_in_the_middle_of_a_frame),
	T(no_reconnect_in_the_middle_of_a_frame),
	T(one_that_is_stuck_gets_no_more),
	T(a_pause_forgets_a_request),
	T(bytes_of_all_connections_count),
	T(each_outage_is_logged_once),
)
