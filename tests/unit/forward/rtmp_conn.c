/* SPDX-License-Identifier: ISC */
/* A link that is kept up, against a server that the test scripts. Time is the test's but for what sockets take. */
#include "rtmp_conn_stage.h"

#define WORDS	"connect releaseStream FCPublish createStream publish"

static void
publishes_when_it_is_up(void)
{
	begin(RTMP_PUBLISH);
	t_int(l.state, RTMP_CONN_WAITING);
	go_up(&peer);
	t_int(rtmp_conn_step(&l, now), INT64_MAX);
	t_int(l.connects, 1);
	t_int(l.up_since, now);
	t_int(l.fault, RTMP_CONN_FINE);
	t_int(downs, 0);
	UNTIL((peer_heard(&peer), strcmp(peer.commands, WORDS) == 0));
	end();
}

static void
plays_what_comes(void)
{
	begin(RTMP_PLAY);
	go_up(&peer);
	w_message(&peer.w, 6, 40, MSG_VIDEO, 1, "\x27\1\0\0\0", 5);
	w_message(&peer.w, 6, 80, MSG_VIDEO, 1, "\x27\1\0\0\0", 5);
	peer_say(&peer);
	UNTIL(packets == 2);
	t_int(last_time, 80);
	w_user(&peer.w, 1, 1);			/* StreamEOF: the stream, and not the link */
	peer_say(&peer);
	UNTIL(ends == 1);
	t_int(l.state, RTMP_CONN_UP);
	w_user(&peer.w, 6, 1234);		/* a ping is answered */
	peer_say(&peer);
	UNTIL(memmem(peer.got, peer.n, "\0\7\0\0\4\xd2", 6) != NULL);
	end();
}

/* Down with this fault; the next try is in half of these ms to all of them. */
static void
is_down(enum rtmp_conn_fault fault, const char *says, int64_t delay)
{
	UNTIL(l.state == RTMP_CONN_WAITING && downs > 0);
	t_int(l.fault, fault);
	if (!t_ok(strstr(l.error, says) != NULL))
		printf("# %s\n", l.error);
	t_ok(l.retry_time >= now + delay / 2 && l.retry_time <= now + delay);
	t_ok(l.rtmp == NULL && l.conn.fd == -1 && !l.io.added);
	t_ok(l.again);
	t_int(rtmp_conn_step(&l, now), l.retry_time);
	t_int(rtmp_conn_step(&l, l.retry_time - 1), l.retry_time);
}

static void
nobody_answers(void)
{
	begin(RTMP_PUBLISH);
	peer_close(&peer);
	is_down(RTMP_CONN_CONNECT, "Connection refused", 500);
	now = l.retry_time;
	downs = 0;
	is_down(RTMP_CONN_CONNECT, "Connection refused", 1000);
	end();
}

static void
the_server_says_no(void)
{
	begin(RTMP_PUBLISH);
	UNTIL(peer.n >= 1537);
	w_handshake(&peer.w);
	w_connected(&peer.w);
	w_created(&peer.w, 1);
	w_status(&peer.w, "error", "NetStream.Publish.BadName", "key is taken");
	peer_say(&peer);
	is_down(RTMP_CONN_REFUSED, "NetStream.Publish.BadName", 500);
	t_ok(strstr(l.error, "key is") == NULL);	/* nor is the stream's name told */
	t_int(ups, 0);
	end();
}

/* Of a connection that died, the server holds the key for a while. */
static void
a_key_that_is_held_is_tried_often(void)
{
	int64_t died;

	begin(RTMP_PUBLISH);
	l.retry.max_ms = 30000;
	go_up(&peer);
	now += 60000;
	peer_hang_up(&peer);
	UNTIL(l.state == RTMP_CONN_WAITING);
	died = now;
	do {
		now = l.retry_time;
		UNTIL(peer.fd != -1 && peer.n >= 1537);
		w_handshake(&peer.w);
		w_connected(&peer.w);
		w_created(&peer.w, 1);
		w_status(&peer.w, "error", "NetStream.Publish.BadName", "in use");
		peer_say(&peer);
		UNTIL(l.state == RTMP_CONN_WAITING);
		peer_hang_up(&peer);
		if (now - died < 60000) {
			t_int(l.fault, RTMP_CONN_CLOSED);
			t_ok(l.retry_time - now <= 5000);
		}
	} while (now - died < 60000);
	t_int(l.fault, RTMP_CONN_REFUSED);
	t_ok(l.retry_time - now > 5000);
	end();
}

static void
the_server_speaks_something_else(void)
{
	begin(RTMP_PUBLISH);
	UNTIL(peer.n >= 1537);
	w_bytes(&peer.w, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
	peer_say(&peer);
	is_down(RTMP_CONN_PROTOCOL, "does not speak RTMP", 500);
	end();
}

static void
the_server_has_no_tls(void)
{
	char url[80];
	const char *reason;

	begin(RTMP_PUBLISH);
	snprintf(url, sizeof(url), "rtmps%.60s", peer.url + strlen("rtmp"));
	l.urls = 0;
	t_int(rtmp_conn_add_url(&l, url, NULL, &reason), 0);
	UNTIL(peer.n > 0);
	w_bytes(&peer.w, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
	peer_say(&peer);
	is_down(RTMP_CONN_TLS, "handshake failed", 500);
	end();
}

/* Servers that do not like a key hang up, some of them after they have accepted it. */
static void
hanging_up_soon_is_a_no(void)
{
	begin(RTMP_PUBLISH);
	UNTIL(peer.n >= 1537);
	peer_hang_up(&peer);
	is_down(RTMP_CONN_CLOSED, "is this an RTMP server", 500);
	end();

	begin(RTMP_PUBLISH);
	UNTIL(peer.n >= 1537);
	w_handshake(&peer.w);
	peer_say(&peer);
	UNTIL(rtmp_state(l.rtmp) == RTMP_CONNECTING);
	peer_hang_up(&peer);
	is_down(RTMP_CONN_REFUSED, "is the application in the address right", 500);
	end();

	begin(RTMP_PUBLISH);
	UNTIL(peer.n >= 1537);
	w_handshake(&peer.w);
	w_connected(&peer.w);
	w_created(&peer.w, 1);
	peer_say(&peer);
	UNTIL(rtmp_state(l.rtmp) == RTMP_STARTING);
	peer_hang_up(&peer);
	is_down(RTMP_CONN_REFUSED, "is the key right", 500);
	end();

	begin(RTMP_PLAY);
	go_up(&peer);
	now += 1999;
	peer_hang_up(&peer);
	is_down(RTMP_CONN_REFUSED, "at the start of play", 500);
	t_int(downs, 1);
	end();

	begin(RTMP_PLAY);
	go_up(&peer);
	now += 2000;
	peer_hang_up(&peer);
	is_down(RTMP_CONN_CLOSED, "closed by peer", 500);
	end();
}

static void
no_answer_is_not_waited_for_for_ever(void)
{
	begin(RTMP_PUBLISH);
	UNTIL(l.state == RTMP_CONN_STARTING);
	t_int(l.deadline, now + 10000);
	now += 9999;
	turn();
	t_int(l.state, RTMP_CONN_STARTING);
	now++;
	is_down(RTMP_CONN_STALLED, "no answer within 10 s", 500);
	end();
	begin(RTMP_PUBLISH);
	l.answer_ms = 20000;
	UNTIL(l.state == RTMP_CONN_STARTING);
	now += 19999;
	turn();
	t_int(l.state, RTMP_CONN_STARTING);
	go_up(&peer);
	end();
}

/* "What works stays: of url and backup_url the other one is tried when one was not reached or did not accept the
 * stream, and the same one when it broke down later." */
static void
what_works_stays(void)
{
	const char *reason;

	begin(RTMP_PUBLISH);
	t_int(rtmp_conn_add_url(&l, other.url, NULL, &reason), 0);
	close(peer.listening);			/* the first is not reached */
	peer.listening = -1;
	is_down(RTMP_CONN_CONNECT, "refused", 500);
	now = l.retry_time;
	go_up(&other);
	now += 60000;
	peer_hang_up(&other);			/* broke down later */
	UNTIL(l.state == RTMP_CONN_WAITING);
	t_int(l.fault, RTMP_CONN_CLOSED);
	t_ok(l.retry_time <= now + 500);	/* after a minute that went well */
	now = l.retry_time;
	UNTIL(other.calls == 2 && other.n >= 1537);
	peer_hang_up(&other);			/* does not accept it now */
	UNTIL(l.state == RTMP_CONN_WAITING);
	t_int(l.fault, RTMP_CONN_CLOSED);
	t_int(l.turn, 0);
	end();
}

/* "One that breaks twice within two minutes is sick: then the other one, too." */
static void
what_breaks_twice_is_left(void)
{
	static const struct { int64_t up_ms; int turn; } rounds[] = { { 20000, 0 }, { 121000, 0 }, { 20000, 1 } };
	const char *reason;
	size_t i;

	begin(RTMP_PUBLISH);
	t_int(rtmp_conn_add_url(&l, other.url, NULL, &reason), 0);
	for (i = 0; i < nitems(rounds); i++) {
		go_up(&peer);
		now += rounds[i].up_ms;
		peer_hang_up(&peer);
		UNTIL(l.state == RTMP_CONN_WAITING);
		t_int(l.fault, RTMP_CONN_CLOSED);
		t_int(l.turn, rounds[i].turn);
		now = l.retry_time;
	}
	go_up(&other);
	end();
}

/* A moment after it was up it was refused: then the other one, too. */
static void
what_is_refused_late_is_left(void)
{
	const char *reason;

	begin(RTMP_PUBLISH);
	t_int(rtmp_conn_add_url(&l, other.url, NULL, &reason), 0);
	go_up(&peer);
	now += 1000;
	peer_hang_up(&peer);
	UNTIL(l.state == RTMP_CONN_WAITING);
	t_int(l.fault, RTMP_CONN_REFUSED);
	now = l.retry_time;
	go_up(&other);
	end();
}

static void
goes_where_the_server_sends_it_once(void)
{
	static struct wire body;
	char tc_url[80];

	begin(RTMP_PUBLISH);
	go_up(&peer);
	w_call(&body, "onStatus", 0);
	w_byte(&body, 3);
	w_key(&body, "code");
	w_string(&body, "NetConnection.Connect.ReconnectRequest");
	w_key(&body, "tcUrl");
	snprintf(tc_url, sizeof(tc_url), "%.*s", (int)(strlen(other.url) - strlen("/key")), other.url);
	w_string(&body, tc_url);
	w_int(&body, 9, 3);
	w_command(&peer.w, 0, &body);
	peer_say(&peer);
	UNTIL(reconnects == 1);
	t_int(l.state, RTMP_CONN_UP);		/* when to leave is its owner's to say */
	rtmp_conn_fail(&l, now, RTMP_CONN_CLOSED, "the server asked to");
	t_str(l.error, "the server asked to");
	now = l.retry_time;
	go_up(&other);
	now += 60000;
	peer_hang_up(&other);
	UNTIL(l.state == RTMP_CONN_WAITING);
	now = l.retry_time;
	UNTIL(peer.calls == 2);			/* and from there to its own address again */
	end();
}

static void
goes_where_the_answer_to_connect_sends_it(void)
{
	int i;

	begin(RTMP_PUBLISH);
	UNTIL(peer.n >= 1537);
	say_302(&peer, other.url);
	go_up(&other);
	t_int(downs, 0);			/* it is no fault */
	end();

	begin(RTMP_PUBLISH);
	for (i = 1; i <= 4; i++) {
		UNTIL(peer.calls == i && peer.n >= 1537);
		say_302(&peer, peer.url);	/* to itself, for ever */
	}
	is_down(RTMP_CONN_REFUSED, "redirected more than 3 times", 500);
	end();
}

/* The peer refuses the connect of this call with this text. */
static void
say_no(struct peer *p, int call, const char *text)
{
	static struct wire body;

	UNTIL(p->calls == call && p->n >= 1537);
	w_handshake(&p->w);
	w_call(&body, "_error", 1);
	w_info(&body, "error", "NetConnection.Connect.Rejected", text);
	w_command(&p->w, 0, &body);
	peer_say(p);
}

#define NEEDS	"[ code=403 need auth; authmod=adobe ] : "
#define ASKS	"[ authmod=adobe ] : ?reason=needauth&user=krishna&salt=s&challenge=c&opaque=o"

static void
proves_who_it_is_at_once(void)
{
	begin(RTMP_PUBLISH);
	l.user = "krishna";
	l.password = "Bhakti108";
	say_no(&peer, 1, NEEDS);
	say_no(&peer, 2, ASKS);
	UNTIL(peer.calls == 3);
	go_up(&peer);
	t_ok(memmem(peer.got, peer.n, "live?authmod=adobe&user=krishna&challenge=", 42) != NULL);
	t_ok(memmem(peer.got, peer.n, "Bhakti108", 9) == NULL);
	t_int(downs, 0);
	end();
}

static void
a_wrong_login_is_tried_slowly(void)
{
	begin(RTMP_PUBLISH);
	say_no(&peer, 1, NEEDS);
	UNTIL(l.state == RTMP_CONN_WAITING);
	t_int(l.fault, RTMP_CONN_LOGIN);
	t_ok(strstr(l.error, "wants a user and a password: lsctl-channel dest set") != NULL);
	t_ok(l.retry_time >= now + 30000 && l.retry_time <= now + 30500);
	l.user = "krishna";
	l.password = "wrong";
	now = l.retry_time;
	say_no(&peer, 2, NEEDS);
	say_no(&peer, 3, ASKS);
	say_no(&peer, 4, "[ authmod=adobe ] : ?reason=authfailed");
	UNTIL(l.state == RTMP_CONN_WAITING);
	t_int(l.fault, RTMP_CONN_LOGIN);
	t_ok(strstr(l.error, "wrong user or password") != NULL);
	t_ok(l.retry_time >= now + 30000);
	end();
}

/* again is set after the first time down, until it has been up. */
static void
being_down_is_told_with_the_first_time(void)
{
	begin(RTMP_PUBLISH);
	t_ok(!l.again);
	UNTIL(peer.n >= 1537);
	peer_hang_up(&peer);
	UNTIL(downs == 1);
	t_ok(l.again);
	now = l.retry_time;
	go_up(&peer);
	t_ok(!l.again);
	t_int(l.connects, 1);			/* the first never was one */
	end();
}

static void
stops_with_an_unpublish_or_without(void)
{
	begin(RTMP_PUBLISH);
	go_up(&peer);
	rtmp_conn_stop(&l, now, true);
	t_int(l.state, RTMP_CONN_WAITING);
	t_int(l.retry_time, INT64_MAX);
	t_int(downs, 0);
	t_int(rtmp_conn_step(&l, now + 1000000), INT64_MAX);
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS " FCUnpublish deleteStream");
	rtmp_conn_resume(&l, now);
	go_up(&peer);
	rtmp_conn_resume(&l, now);			/* it is not stopped: nothing to do */
	t_int(l.state, RTMP_CONN_UP);
	rtmp_conn_stop(&l, now, false);
	UNTIL(peer.fd == -1);
	peer_heard(&peer);
	t_str(peer.commands, WORDS);
	end();
}

static void
an_address_must_name_a_stream(void)
{
	const char *reason = NULL;

	begin(RTMP_PUBLISH);
	t_int(rtmp_conn_add_url(&l, "http://a/b/c", NULL, &reason), -1);
	t_ok(reason != NULL);
	t_int(rtmp_conn_add_url(&l, "rtmp://a/b", NULL, &reason), -1);
	t_str(reason, "has no stream name after the last /");
	t_int(l.urls, 1);
	t_int(rtmp_conn_add_url(&l, "rtmp://a/b", "key", &reason), 0);
	t_int(l.urls, 2);
	end();
	t_str(rtmp_conn_fault_name(RTMP_CONN_FINE), "none");
	t_str(rtmp_conn_fault_name(RTMP_CONN_LOCAL), "local");
}

#define T(name)	{ #name, name }

T_MAIN(
	T(publishes_when_it_is_up),
	T(plays_what_comes),
	T(nobody_answers),
	T(the_server_says_no),
	T(a_key_that_is_held_is_tried_often),
	T(the_server_speaks_something_else),
	T(the_server_has_no_tls),
	T(hanging_up_soon_is_a_no),
	T(no_answer_is_not_waited_for_for_ever),
	T(what_works_stays),
	T(what_breaks_twice_is_left),
	T(what_is_refused_late_is_left),
	T(goes_where_the_server_sends_it_once),
	T(goes_where_the_answer_to_connect_sends_it),
	T(proves_who_it_is_at_once),
	T(a_wrong_login_is_tried_slowly),
	T(being_down_is_told_with_the_first_time),
	T(stops_with_an_unpublish_or_without),
	T(an_address_must_name_a_stream),
)
