/* SPDX-License-Identifier: ISC */
/*
 * A media server or platform on this host, in the test's own thread: it accepts, takes down what it is sent, and
 * says what the test has put into its wire.
 */
#ifndef TESTS_UNIT_FORWARD_PEER_H
#define TESTS_UNIT_FORWARD_PEER_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "process/ev.h"
#include "rtmp/chunk.h"
#include "t.h"
#include "wire.h"

#define HANDSHAKE	(1 + 2 * 1536)	/* C0, C1 and C2 */

struct peer {
	int		 listening, fd;	/* fd -1: nobody is there */
	char		 url[64];	/* where a stream "key" is */
	int		 calls;		/* times that somebody came */
	bool		 deaf;		/* reads nothing */
	void		(*answers)(struct wire *);	/* w_publishing or w_playing, to each client; NULL: mute */
	int		 answered;	/* of the calls */
	struct wire	 w;		/* what it says next */
	uint8_t		 got[1 << 22];	/* of this connection */
	size_t		 n;
	/* what that was, as of peer_heard() */
	char		 commands[512];	/* "connect createStream ..." */
	int		 video, audio, data;
	uint32_t	 first_time, last_time;	/* of video */
};

/* rcvbuf bounds what its kernel takes; 0: the system's. */
unused_ static void
peer_listen(struct peer *p, int rcvbuf)
{
	struct sockaddr_in sin = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(sin);

	signal(SIGPIPE, SIG_IGN);
	memset(p, 0, sizeof(*p));
	p->fd = -1;
	p->listening = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (rcvbuf > 0)
		setsockopt(p->listening, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
	t_int(bind(p->listening, (struct sockaddr *)&sin, sizeof(sin)), 0);
	t_int(listen(p->listening, 5), 0);
	getsockname(p->listening, (struct sockaddr *)&sin, &len);
	snprintf(p->url, sizeof(p->url), "rtmp://127.0.0.1:%u/live/key", ntohs(sin.sin_port));
}

unused_ static void
peer_hang_up(struct peer *p)
{
	if (p->fd != -1)
		close(p->fd);
	p->fd = -1;
}

unused_ static void
peer_close(struct peer *p)
{
	peer_hang_up(p);
	if (p->listening != -1)
		close(p->listening);
	p->listening = -1;
}

/* Says what is in its wire, which is empty then. */
unused_ static void
peer_say(struct peer *p)
{
	t_int(write(p->fd, p->w.b, p->w.n), (int64_t)p->w.n);
	p->w.n = 0;
}

/* Takes who comes, and what comes. */
unused_ static void
peer_step(struct peer *p)
{
	int fd, on = 1;
	ssize_t n;

	if (p->listening != -1 &&
	    (fd = accept4(p->listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) != -1) {
		peer_hang_up(p);
		/* what is said is there at once: the test's time may go faster than the kernel's */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		p->fd = fd;
		p->n = 0;
		p->calls++;
	}
	while (p->fd != -1 && !p->deaf && p->n < sizeof(p->got) &&
	    (n = read(p->fd, p->got + p->n, sizeof(p->got) - p->n)) != -1) {
		p->n += (size_t)n;
		if (n == 0) {
			peer_hang_up(p);
			break;
		}
	}
	if (p->fd != -1 && p->answers != NULL && p->answered < p->calls && p->n >= HANDSHAKE / 2) {
		p->answers(&p->w);
		peer_say(p);
		p->answered = p->calls;
	}
}

unused_ static void
peer_note(struct peer *p, struct message *m)
{
	size_t len = strlen(p->commands);

	if (m->type == MSG_COMMAND)
		snprintf(p->commands + len, sizeof(p->commands) - len, "%s%.*s", len > 0 ? " " : "",
		    be16(m->body + 1), (const char *)m->body + 3);
	if (m->type == MSG_VIDEO) {
		if (p->video++ == 0)
			p->first_time = m->time;
		p->last_time = m->time;
	}
	p->audio += m->type == MSG_AUDIO;
	p->data += m->type == MSG_DATA;
	packet_unref(m->packet);
}

/* What came over this connection so far, taken apart. */
unused_ static void
peer_heard(struct peer *p)
{
	struct arena *a = arena_new(65536);
	struct chunk_reader *r = chunk_reader_new(a, 8 << 20, 65536);
	enum chunk_error err;
	struct message m;
	size_t at = HANDSHAKE;
	ptrdiff_t used;
	bool got = true;

	p->commands[0] = '\0';
	p->video = p->audio = p->data = 0;
	while (at < p->n && (used = chunk_read(r, p->got + at, p->n - at, &m, &got, &err)) > 0) {
		at += (size_t)used;
		if (got)
			peer_note(p, &m);
	}
	t_ok(p->n <= HANDSHAKE || at == p->n);
	chunk_reader_free(r);
	arena_free(a);
}

/* Waits 5 s at most; turn() is the test's: one round of what it watches, and of the peers. */
#define UNTIL(cond) do {						\
	int64_t end_ = clock_ms() + 5000;				\
									\
	while (!(cond) && clock_ms() < end_)				\
		turn();							\
	t_ok(cond);							\
} while (0)

#endif
