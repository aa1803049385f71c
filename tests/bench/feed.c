/* SPDX-License-Identifier: ISC */
/*
 * The load of the bench: plays an FLV file for ever, each message at its own time, as an encoder
 * sends it. One process feeds any number of streams, so that the load itself weighs little.
 *
 *	feed [-r] [-s MS] FILE [PORT/APP/STREAM...]
 *
 * Publishes to media servers on 127.0.0.1; each stream begins MS after the one before. -r: also
 * prints a port, and a client that connects there gets the messages as bare bytes.
 */
#include "rtmp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>

#define TARGETS	1024

struct tag {
	const uint8_t	*body;
	uint32_t	 len, time;
	uint8_t		 type;
	bool		 once;		/* metadata or a sequence header */
};

struct target {
	int	 fd;
	bool	 raw;
	int64_t	 began;			/* us: when its time 0 was */
	int64_t	 due;
	size_t	 at;
	int64_t	 round;
};

static struct tag	*tags;
static size_t		 ntags;
static int64_t		 length_ms;
static struct target	 target[TARGETS];
static int		 targets;

static void
load(const char *path)
{
	const uint8_t *p, *end;
	struct stat st;
	struct tag *t;
	uint32_t first = 0, last = 0, frames = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1 || fstat(fd, &st) == -1)
		err(1, "%s", path);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ,
	    MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (p == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	if ((tags = calloc((size_t)st.st_size / 15 + 1, sizeof(*tags))) == NULL)
		err(1, NULL);
	end = p + st.st_size;
	for (p += 13; end - p > 15; p += 11 + get24(p + 1) + 4) {
		t = &tags[ntags];
		t->type = p[0];
		t->len = get24(p + 1);
		t->time = get24(p + 4) | (uint32_t)p[7] << 24;
		t->body = p + 11;
		if ((size_t)(end - t->body) < t->len || t->len < 2)
			continue;
		t->once = t->type == 18 || t->body[1] == 0;
		if (t->type == 9 && !t->once) {
			first = frames++ == 0 ? t->time : first;
			last = t->time;
		}
		ntags++;
	}
	if (frames < 2)
		errx(1, "%s: no video", path);
	length_ms = (int64_t)(last - first) * frames / (frames - 1);
}

/* -- publishing: all is said at once, what the server answers is not waited for -- */

static uint8_t *
say(uint8_t *p, const uint8_t *body, const uint8_t *end, uint32_t msid)
{
	size_t len = (size_t)(end - body);

	p = head(p, 3, 0, (uint32_t)len, 20, msid);
	memcpy(p, body, len);
	return p + len;
}

static void
publish(int fd, int port, const char *app, const char *stream)
{
	uint8_t c[1 + HANDSHAKE] = { 3 }, s[1 + 2 * HANDSHAKE], out[1024],
	    body[512], *p = out, *b;
	char url[160];

	write_all(fd, c, sizeof(c));
	if (recv(fd, s, sizeof(s), MSG_WAITALL) != sizeof(s))
		errx(1, "no handshake");
	write_all(fd, s + 1, HANDSHAKE);
	p = put32(head(p, 2, 0, 4, 1, 0), CHUNK);
	snprintf(url, sizeof(url), "rtmp://127.0.0.1:%d/%s", port, app);
	b = amf_number(amf_string(body, "connect"), 1);
	*b++ = 3;
	b = amf_end(amf_member(amf_member(b, "app", app), "tcUrl", url));
	p = say(p, body, b, 0);
	b = amf_number(amf_string(body, "createStream"), 2);
	*b++ = 5;
	p = say(p, body, b, 0);
	b = amf_number(amf_string(body, "publish"), 3);
	*b++ = 5;
	b = amf_string(amf_string(b, stream), "live");
	p = say(p, body, b, 1);
	write_all(fd, out, (size_t)(p - out));
}

static void
add_target(int epfd, int fd, bool raw, int64_t began)
{
	struct epoll_event e = { .events = EPOLLIN | EPOLLET };
	struct target *t = &target[targets++];
	int size = 1 << 20;

	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	t->fd = fd;
	t->raw = raw;
	t->began = began;
	t->due = began;
	e.data.ptr = t;
	if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &e) == -1)
		err(1, "epoll_ctl");
}

static void
add_url(int epfd, const char *arg, int64_t began)
{
	char app[64], stream[64];
	int port, fd;

	if (sscanf(arg, "%d/%63[^/]/%63s", &port, app, stream) != 3 ||
	    targets == TARGETS)
		errx(1, "%s: not PORT/APP/STREAM", arg);
	fd = tcp_connect(port);
	publish(fd, port, app, stream);
	add_target(epfd, fd, false, began);
}

/* false: the other end is gone. */
static bool
send_tag(const struct target *t, const struct tag *g, uint32_t time)
{
	static uint8_t next[] = { 0xc6 };
	uint8_t first[16];
	struct iovec iov[64];
	struct msghdr msg = { .msg_iov = iov };
	uint32_t off, part;
	size_t n = 0, total = 0;
	ssize_t sent;

	if (!t->raw) {
		iov[n].iov_base = first;
		iov[n++].iov_len = (size_t)(head(first, 6, time, g->len,
		    g->type, 1) - first);
	}
	for (off = 0; off < g->len && n < 62; off += part) {
		if (off > 0 && !t->raw) {
			iov[n].iov_base = next;
			iov[n++].iov_len = 1;
		}
		part = g->len - off < CHUNK ? g->len - off : CHUNK;
		iov[n].iov_base = (void *)(uintptr_t)(g->body + off);
		iov[n++].iov_len = part;
	}
	msg.msg_iovlen = n;
	while (n-- > 0)
		total += iov[n].iov_len;
	/* Blocking, and so whole: the buffer takes more than a second. */
	sent = sendmsg(t->fd, &msg, MSG_NOSIGNAL);
	return sent == (ssize_t)total;
}

static void
step(struct target *t, int64_t now)
{
	const struct tag *g;
	int64_t ms;

	for (;;) {
		if (t->at == ntags) {
			t->at = 0;
			t->round++;
		}
		g = &tags[t->at];
		if (g->once && t->round > 0) {
			t->at++;
			continue;
		}
		ms = t->round * length_ms + g->time;
		t->due = t->began + ms * 1000;
		if (t->due > now)
			return;
		if (!send_tag(t, g, (uint32_t)ms)) {
			if (!t->raw)
				errx(1, "a publisher was cut off");
			close(t->fd);
			t->due = INT64_MAX;
			return;
		}
		t->at++;
	}
}

static int64_t
step_all(void)
{
	int64_t next = INT64_MAX, now = now_us();
	int i;

	for (i = 0; i < targets; i++) {
		if (target[i].due <= now)
			step(&target[i], now);
		if (target[i].due < next)
			next = target[i].due;
	}
	return next;
}

static void
pass(int epfd, int64_t until, int raw)
{
	static uint8_t junk[4096];
	struct epoll_event got[16];
	int64_t us = until - now_us();
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };
	int n, i, fd;

	if (us <= 0)
		return;
	n = epoll_pwait2(epfd, got, 16, until == INT64_MAX ? NULL : &ts, NULL);
	for (i = 0; i < n; i++) {
		struct target *t = got[i].data.ptr;

		if (t != NULL) {
			while (recv(t->fd, junk, sizeof(junk), MSG_DONTWAIT) > 0)
				continue;
		} else if ((fd = accept(raw, NULL, NULL)) != -1)
			add_target(epfd, fd, true, now_us());
	}
}

int
main(int argc, char **argv)
{
	struct epoll_event e = { .events = EPOLLIN };
	int64_t stagger = 0, start;
	int epfd = epoll_create1(EPOLL_CLOEXEC), raw = -1, port, c, i;

	while ((c = getopt(argc, argv, "rs:")) != -1)
		if (c == 'r') {
			raw = tcp_listen(&port);
			epoll_ctl(epfd, EPOLL_CTL_ADD, raw, &e);
			printf("%d\n", port);
			fflush(stdout);
		} else if (c == 's')
			stagger = atoll(optarg) * 1000;
	if (optind == argc)
		errx(1, "usage: feed [-r] [-s MS] FILE [PORT/APP/STREAM...]");
	load(argv[optind]);
	start = now_us();
	for (i = optind + 1; i < argc; i++)
		add_url(epfd, argv[i], start + (i - optind) * stagger);
	for (;;)
		pass(epfd, step_all(), raw);
}
