/* SPDX-License-Identifier: ISC */
/* Peers that send without end: a connection takes its turn of it, and drops them. */
#include "rtmp_conn_stage.h"

#include "forward/turn.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>

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
	const int more = TURN_BYTES + 2 * 262144;	/* than a turn takes; poll(2) waits for so many bytes */
	struct pollfd waiting = { .events = POLLIN };
	int i, before, over = 0;
	pthread_t thread;

	begin(RTMP_PLAY);
	go_up(&peer);
	fill(large_messages);
	fcntl(peer.fd, F_SETFL, 0);
	waiting.fd = l.conn.fd;
	t_int(setsockopt(l.conn.fd, SOL_SOCKET, SO_RCVLOWAT, &more, sizeof(more)), 0);
	t_int(pthread_create(&thread, NULL, pour_always, NULL), 0);
	for (i = 0; i < 200 && over < 20; i++) {
		t_int(poll(&waiting, 1, 5000), 1);
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

/* What TLS takes in without a byte for us costs as much: a peer that only wakes us is dropped, too. */
static void
reads_of_nothing_are_work(void)
{
	int i;

	begin(RTMP_PUBLISH);
	go_up(&peer);
	for (i = 0; i <= RTMP_CONN_WORK_BURST && rtmp_conn_recv(&l, now); i++)
		continue;
	t_int(l.state, RTMP_CONN_WAITING);
	t_int(l.fault, RTMP_CONN_FLOOD);
	end();
	begin(RTMP_PUBLISH);
	go_up(&peer);
	for (i = 0; i <= RTMP_CONN_WORK_BURST && rtmp_conn_recv(&l, now); i++)
		now += i % 4 == 0;	/* 4000 a second */
	t_int(l.state, RTMP_CONN_UP);
	end();
}

T_MAIN(
	{ "a_flood_is_dropped", a_flood_is_dropped },
	{ "answers_to_a_deaf_peer_are_bounded", answers_to_a_deaf_peer_are_bounded },
	{ "honest_rates_pass", honest_rates_pass },
	{ "reads_of_nothing_are_work", reads_of_nothing_are_work },
	{ "a_turn_is_bounded", a_turn_is_bounded },
)
