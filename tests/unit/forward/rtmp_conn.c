/* SPDX-License-Identifier: ISC */
/* A link that is kept up, against a server that the test scripts. Time is the test's but for what sockets take. */
#include "base/base.h"
#include "forward/rtmp_conn.h"
#include "forward/turn.h"
#include "peer.h"

#include <fcntl.h>
#include <pthread.h>

#define WORDS	"connect releaseStream FCPublish createStream publish"

static struct ev *ev;
static struct rtmp_conn l;
static struct peer peer, other;
static struct arena *arena;
static int64_t now;
static int ups, downs, ends, reconnects, packets;
static uint32_t last_time;

static void
up(void *arg, int64_t at)
{
	t_ok(arg == &ups && at == now);
	ups++;
}

static void
media(void *arg, struct packet *p, int64_t at)
{
	t_ok(arg == &ups && at == now);
	packets++;
	last_time = p->time;
	packet_unref(p);
}

static void
ended(void *arg)
{
	t_ok(arg == &ups);
	ends++;
}

static void
reconnect(void *arg)
{
	t_ok(arg == &ups);
	reconnects++;
}

static void
down(void *arg, int64_t at)
{
	t_ok(arg == &ups && at == now);
	t_ok(l.error[0] != '\0');
	downs++;
}

static const struct rtmp_conn_ops ops = {
	.up = up, .media = media, .ended = ended, .reconnect = reconnect, .down = down
};

static void
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

static void
end(void)
{
	rtmp_conn_free(&l);
	peer_close(&peer);
	peer_close(&other);
	arena_free(arena);
	ev_free(ev);
}

/* The link goes on as its owner lets it, the servers too; waits a moment for something to happen. */
static int64_t
turn(void)
{
	int64_t wake = rtmp_conn_step(&l, now);

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

#define UNTIL(cond) do {						\
	int64_t end_ = clock_ms() + 5000;				\
									\
	while (!(cond) && clock_ms() < end_)				\
		turn();							\
	t_ok(cond);							\
} while (0)

/* The link is up with this server. */
static void
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
	t_int(l.fault, RTMP_CONN_REFUSED);
	t_int(l.turn, 0);
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

/* -- what a hostile peer sends; each fills a part of its wire, which is sent again and again -- */

static void
empty_messages(struct wire *w)
{
	w_byte(w, 0xc6);		/* the same header again */
}

static void
chunks_of_a_byte(struct wire *w)
{
	if (w->n == 0) {
		w_control(w, MSG_CHUNK_SIZE, 1);
		w->chunk = 1;
	}
	w_message(w, 6, 0, MSG_VIDEO, 1, w->b, 60000);
}

static void
acknowledgements(struct wire *w)
{
	w_control(w, MSG_ACK, (uint32_t)w->n);
}

static void
pings(struct wire *w)
{
	w_user(w, 6, (uint32_t)w->n);
}

static void
chunk_sizes(struct wire *w)
{
	w_control(w, MSG_CHUNK_SIZE, 4096);
	w_control(w, MSG_CHUNK_SIZE, 128);
}

static void
windows(struct wire *w)
{
	w_control(w, MSG_WINDOW, 1);
	w_message(w, 2, 0, MSG_BANDWIDTH, 0, "\0\0\0\1\2", 5);
	w_message(w, 2, 0, MSG_BANDWIDTH, 0, "\0\0\0\2\2", 5);
}

static void
commands(struct wire *w)
{
	static struct wire body;

	w_call(&body, "onBWDone", 0);
	w_command(w, 0, &body);
}

static void
reconnect_requests(struct wire *w)
{
	w_status(w, "status", "NetConnection.Connect.ReconnectRequest", "x");
}

static void
data_of_a_byte(struct wire *w)
{
	w_message(w, 4, 40, MSG_DATA, 1, "", 1);
}

static void
tiny_tags(struct wire *w)
{
	static uint8_t tags[16 * 1000];
	size_t i;

	for (i = 0; i < sizeof(tags); i += 16) {
		tags[i] = MSG_DATA;
		tags[i + 3] = 1;
	}
	w_message(w, 4, 40, MSG_AGGREGATE, 1, tags, sizeof(tags));
}

static void
large_messages(struct wire *w)
{
	static uint8_t frame[60000] = { 0x27, 1 };

	if (w->n == 0) {
		w_control(w, MSG_CHUNK_SIZE, 65536);
		w->chunk = 65536;
	}
	w_message(w, 6, 40, MSG_VIDEO, 1, frame, sizeof(frame));
}

/* As many of them as the wire takes. */
static void
fill(void (*flood)(struct wire *))
{
	size_t each;

	peer.w.n = peer.w.chunk = 0;
	if (flood == empty_messages)
		w_head0(&peer.w, 6, 0, 0, MSG_VIDEO, 1);
	do {
		each = peer.w.n;
		flood(&peer.w);
		each = peer.w.n - each;
	} while (peer.w.n + each < sizeof(peer.w.b));
}

/* Sends what is in its wire once more, as far as the kernel takes it; from where it stopped. */
static size_t
pour(size_t at)
{
	ssize_t n = send(peer.fd, peer.w.b + at, peer.w.n - at, MSG_NOSIGNAL | MSG_DONTWAIT);

	at += n > 0 ? (size_t)n : 0;
	return at == peer.w.n ? 0 : at;
}

/* The peer floods, and reads nothing itself. The longest that a turn took until the connection was down, us. */
static int64_t
flood_until_down(enum rtmp_role role, void (*flood)(struct wire *))
{
	int64_t limit = clock_ms() + 5000, start, longest = 0;
	size_t at = 0;

	begin(role);
	go_up(&peer);
	peer.deaf = true;
	fill(flood);
	while (l.state == RTMP_CONN_UP && clock_ms() < limit) {
		at = pour(at);
		ev_set(ev, &l.io, EV_READ);
		ev_wait(ev, 0);
		start = clock_us();
		if (l.ready && rtmp_conn_recv(&l, now))
			rtmp_conn_flush(&l, now);
		longest = clock_us() - start > longest ? clock_us() - start : longest;
	}
	return longest;
}

static void
is_dropped(enum rtmp_role role, const char *name, void (*flood)(struct wire *))
{
	int64_t longest = flood_until_down(role, flood);

	if (!t_int(l.state, RTMP_CONN_WAITING) || !t_ok(l.fault == RTMP_CONN_FLOOD ||
	    (l.fault == RTMP_CONN_PROTOCOL && strstr(l.error, "too many wait to be sent") != NULL)) ||
	    !t_ok(l.work <= RTMP_CONN_WORK_BURST + RTMP_WORK_BYTES + 10) || !t_ok(longest < 500000))
		printf("# %s: %s: longest %lld us\n", name, l.error, (long long)longest);
	t_int(downs, 1);
	t_ok(l.retry_time > now && l.retry_time <= now + 500);
	end();
}

#define FLOOD(role, name)	is_dropped(role, #name, name)

/* A peer that makes us do an absurd amount of work is dropped, whatever it sends, and dialled again later. */
static void
a_flood_is_dropped(void)
{
	enum rtmp_role role;

	for (role = RTMP_PLAY; role <= RTMP_PUBLISH; role++) {
		FLOOD(role, empty_messages);
		FLOOD(role, chunks_of_a_byte);
		FLOOD(role, acknowledgements);
		FLOOD(role, pings);
		FLOOD(role, chunk_sizes);
		FLOOD(role, windows);
		FLOOD(role, commands);
		FLOOD(role, reconnect_requests);
		FLOOD(role, data_of_a_byte);
		FLOOD(role, large_messages);
	}
	FLOOD(RTMP_PLAY, tiny_tags);
}

/* What waits to be sent to a peer that never reads is bounded, too. */
static void
answers_to_a_deaf_peer_are_bounded(void)
{
	flood_until_down(RTMP_PUBLISH, pings);
	t_int(l.fault, RTMP_CONN_PROTOCOL);
	t_str(l.error, "cannot queue a message: too many wait to be sent, or out of memory");
	end();
}

/* A second of 900 messages, for a minute; and half a minute of them at once. */
static void
honest_rates_pass(void)
{
	int i, k, want = 0;

	begin(RTMP_PLAY);
	go_up(&peer);
	for (i = 0; i < 90; i++) {
		now += i < 60 ? 1000 : 0;
		for (k = 0; k < 900; k++)
			w_message(&peer.w, 4, 40, MSG_AUDIO, 1, "\xaf\1\x21\x10", 4);
		want += 900;
		peer_say(&peer);
		UNTIL(packets == want);
	}
	t_int(l.state, RTMP_CONN_UP);
	end();
}

/* Sends what is in the wire again and again, 100 MB or until nobody is there. */
static void *
pour_always(void *arg)
{
	ssize_t n = 1;
	int i;

	(void)arg;
	for (i = 0; i < 400 && n > 0; i++)
		n = send(peer.fd, peer.w.b, peer.w.n, MSG_NOSIGNAL);
	return NULL;
}

/* A turn takes a part of what a peer sends, and the next one goes on with it, whatever epoll reports. */
static void
a_turn_is_bounded(void)
{
	int i, before, over = 0;
	pthread_t thread;

	begin(RTMP_PLAY);
	go_up(&peer);
	fill(large_messages);
	fcntl(peer.fd, F_SETFL, 0);
	t_int(pthread_create(&thread, NULL, pour_always, NULL), 0);
	for (i = 0; i < 200 && over < 20; i++) {
		before = packets;
		t_ok(rtmp_conn_recv(&l, now));
		t_ok(packets - before <= (TURN_BYTES + 262144) / 60000 + 1);
		over += l.io.marked;
		ev_set(ev, &l.io, l.io.marked ? 0 : EV_READ);
		t_int(ev_wait(ev, clock_us() + 1000000), 0);
		if (!t_ok(l.ready))
			break;
	}
	t_int(over, 20);
	rtmp_conn_stop(&l, now, false);
	pthread_join(thread, NULL);
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
	T(the_server_speaks_something_else),
	T(the_server_has_no_tls),
	T(hanging_up_soon_is_a_no),
	T(no_answer_is_not_waited_for_for_ever),
	T(what_works_stays),
	T(what_is_refused_late_is_left),
	T(goes_where_the_server_sends_it_once),
	T(being_down_is_told_with_the_first_time),
	T(stops_with_an_unpublish_or_without),
	T(a_flood_is_dropped),
	T(answers_to_a_deaf_peer_are_bounded),
	T(honest_rates_pass),
	T(a_turn_is_bounded),
	T(an_address_must_name_a_stream),
)
