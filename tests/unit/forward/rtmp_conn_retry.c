/* SPDX-License-Identifier: ISC */
/* What a connection leaves for the next try, and what each try begins with. */
#include "rtmp_conn_stage.h"

#include <netdb.h>

#include "net/resolve.h"

/* The name "two" has an address that does not answer, then the peer's; all else is an address. */
static struct addrinfo addresses[2];
static struct sockaddr_in where[2];
static bool two;
static uint16_t mute;	/* port of the first, in network order */

struct lookup *
resolve_start(const char *host, const char *port)
{
	int i;

	two = strcmp(host, "two") == 0;
	for (i = 0; i < 2; i++) {
		where[i] = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		    .sin_port = i == 0 ? mute : htons((uint16_t)strtoul(port, NULL, 10)) };
		addresses[i] = (struct addrinfo){ .ai_family = AF_INET, .ai_addr = (struct sockaddr *)&where[i],
		    .ai_addrlen = sizeof(where[i]), .ai_next = i == 0 ? &addresses[1] : NULL };
	}
	return (struct lookup *)addresses;
}

int
resolve_poll(struct lookup *lookup, const struct addrinfo **list, const char **reason)
{
	(void)lookup;
	(void)reason;
	*list = &addresses[two ? 0 : 1];
	return 1;
}

void
resolve_end(struct lookup *lookup)
{
	(void)lookup;
}

/* Refused with this code, after the handshake. */
static void
say_refused(const char *code)
{
	UNTIL(peer.fd != -1 && peer.n >= 1537);
	w_handshake(&peer.w);
	w_connected(&peer.w);
	w_created(&peer.w, 1);
	w_status(&peer.w, "error", code, "no");
	peer_say(&peer);
	UNTIL(l.state == RTMP_CONN_WAITING);
	peer_hang_up(&peer);
}

/* The next address has another descriptor, often of the same number: the loop must wait for that one. */
static void
the_next_address_is_waited_for(void)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);
	int fd[4], i;
	const char *reason;
	char url[64];

	begin(RTMP_PUBLISH);
	for (i = 0; i < 4; i++)
		fd[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	t_int(bind(fd[0], (struct sockaddr *)&sin, sizeof(sin)), 0);
	t_int(listen(fd[0], 0), 0);
	getsockname(fd[0], (struct sockaddr *)&sin, &len);
	mute = sin.sin_port;
	for (i = 1; i < 4; i++)			/* nobody accepts them: who comes later is not answered */
		(void)!connect(fd[i], (struct sockaddr *)&sin, sizeof(sin));
	l.urls = 0;
	snprintf(url, sizeof(url), "rtmp://two%s", strrchr(peer.url, ':'));
	t_int(rtmp_conn_add_url(&l, url, NULL, &reason), 0);
	rtmp_conn_step(&l, now);
	t_int(rtmp_conn_step(&l, now), l.conn.deadline + 1);
	t_int(l.state, RTMP_CONN_CONNECTING);
	now = l.conn.deadline + 1;
	rtmp_conn_step(&l, now);
	rtmp_conn_step(&l, now);
	peer_step(&peer);
	t_int(l.state, RTMP_CONN_STARTING);
	w_handshake(&peer.w);
	peer_say(&peer);
	l.ready = false;
	t_int(ev_wait(ev, clock_us() + 5000000), 0);
	t_ok(l.ready);				/* the peer has answered */
	for (i = 0; i < 4; i++)
		close(fd[i]);
	end();
}

/* Else a platform with a certificate of its own is refused for ever. */
static void
its_own_authority_is_used(void)
{
	begin(RTMP_PUBLISH);
	l.ca_file = "/etc/ssl/own.pem";
	rtmp_conn_step(&l, now);
	t_str(l.conn.ca_file, "/etc/ssl/own.pem");
	end();
}

/* Redirects are counted from one connection, or failure, to the next. */
static void
redirects_are_counted_anew(void)
{
	int round, i, calls = 0;

	begin(RTMP_PUBLISH);
	for (round = 0; round < 2; round++) {		/* to itself, until it is one too many */
		for (i = 0; i < 4; i++) {
			calls++;
			UNTIL(peer.calls == calls && peer.n >= 1537);
			say_302(&peer, peer.url);
		}
		UNTIL(downs == round + 1);
		t_int(l.fault, RTMP_CONN_REFUSED);
		now = l.retry_time;
	}
	for (round = 0; round < 2; round++) {
		for (i = 0; i < 3; i++) {
			calls++;
			UNTIL(peer.calls == calls && peer.n >= 1537);
			say_302(&peer, peer.url);
		}
		calls++;
		UNTIL(peer.calls == calls);
		go_up(&peer);
		rtmp_conn_stop(&l, now, false);
		rtmp_conn_resume(&l, now);
	}
	t_int(downs, 2);
	end();
}

/* Of a key that is in use, and only where we used it: all else is for the operator. */
static void
only_our_own_key_is_held(void)
{
	begin(RTMP_PUBLISH);
	now = 5000;				/* the machine has just started */
	say_refused("NetStream.Publish.BadName");
	t_int(l.fault, RTMP_CONN_REFUSED);
	now = l.retry_time;
	go_up(&peer);
	now += 10000;
	peer_hang_up(&peer);
	UNTIL(l.state == RTMP_CONN_WAITING);
	now = l.retry_time;
	say_refused("NetStream.Publish.Denied");
	t_int(l.fault, RTMP_CONN_REFUSED);
	now = l.retry_time;
	say_refused("NetStream.Publish.BadName");
	t_int(l.fault, RTMP_CONN_CLOSED);
	end();
}

/* The server's last word on a stream that it has accepted: a moment ago, which is a no, or some time ago. */
static void
a_close_means_no_at_first(void)
{
	static const struct { int64_t up_ms; enum rtmp_conn_fault fault; } rows[] = {
		{ 1999, RTMP_CONN_REFUSED }, { 2000, RTMP_CONN_CLOSED }
	};
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		begin(RTMP_PUBLISH);
		go_up(&peer);
		now += rows[i].up_ms;
		w_status(&peer.w, "error", "NetConnection.Connect.Closed", "bye");
		peer_say(&peer);
		UNTIL(l.state == RTMP_CONN_WAITING);
		t_int(l.fault, rows[i].fault);
		end();
	}
}

/* What has not gone out yet is waited for: a server that hears nothing says nothing. */
static void
the_start_goes_on_when_there_is_room(void)
{
	int i;

	begin(RTMP_PUBLISH);
	peer_close(&peer);
	peer_listen(&peer, 4096);
	l.urls = 0;
	l.sndbuf = 4096;
	t_int(rtmp_conn_add_url(&l, peer.url, NULL, &(const char *){ NULL }), 0);
	UNTIL(peer.fd != -1 && peer.n >= 1537);
	t_int(l.io.want, EV_READ);
	w_handshake(&peer.w);
	for (i = 0; i < 3000; i++)
		w_user(&peer.w, 6, 1234);	/* pings */
	peer.deaf = true;
	peer_say(&peer);
	UNTIL(buf_len(rtmp_out(l.rtmp)) > 0);
	t_int(l.io.want, EV_READ | EV_WRITE);
	peer.deaf = false;
	UNTIL(buf_len(rtmp_out(l.rtmp)) == 0);
	turn();
	t_int(l.io.want, EV_READ);
	end();
}

/* Two frames in one message: both are there, though no more bytes come; then there is nothing to read. */
static void
a_read_ends_when_all_is_delivered(void)
{
	static const uint8_t tags[] = {
		8, 0, 0, 4, 0, 0, 40, 0, 0, 0, 0, 0xaf, 1, 0x21, 0x10, 0, 0, 0, 15,
		8, 0, 0, 4, 0, 0, 80, 0, 0, 0, 0, 0xaf, 1, 0x21, 0x10, 0, 0, 0, 15
	};

	begin(RTMP_PLAY);
	go_up(&peer);
	w_message(&peer.w, 6, 40, 22, 1, tags, sizeof(tags));
	peer_say(&peer);
	UNTIL(packets == 2);
	turn();
	t_ok(!l.ready);
	end();
}

static void
stopping_and_resuming_out_of_turn_changes_nothing(void)
{
	int64_t due;

	begin(RTMP_PUBLISH);
	peer_close(&peer);
	UNTIL(downs == 1);
	due = l.retry_time;
	rtmp_conn_resume(&l, now);		/* it was not stopped: no earlier try */
	t_int(l.retry_time, due);
	rtmp_conn_stop(&l, now, true);		/* there is nothing to unpublish */
	t_int(l.retry_time, INT64_MAX);
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(the_next_address_is_waited_for),
	T(its_own_authority_is_used),
	T(redirects_are_counted_anew),
	T(only_our_own_key_is_held),
	T(a_close_means_no_at_first),
	T(the_start_goes_on_when_there_is_room),
	T(a_read_ends_when_all_is_delivered),
	T(stopping_and_resuming_out_of_turn_changes_nothing),
)
