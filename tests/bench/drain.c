/* SPDX-License-Identifier: ISC */
/*
 * The destination of the bench: accepts publishers, throws their bytes away and counts
 * them. Every message of a stream in the application "stamp" is written down with the time it was
 * whole.
 *
 *	drain STAMPS
 *
 * Prints "RTMP-PORT RAW-PORT". For every line on stdin, prints a line a stream, name connections
 * bytes video-messages first-video-us, and an empty one; at its end, exits. Lines of STAMPS: stream us
 * type key dts bytes. A raw connection says its name in the first line, then anything.
 */
#include "rtmp.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/epoll.h>

#define NAME	64
#define CSIDS	64
#define ANNOUNCED 4096	/* our chunk size, that of nginx-rtmp */
#define COMMAND	4096	/* bytes of a command that are looked at */

struct stream {
	char		 name[NAME];
	unsigned int	 conns;
	uint64_t	 bytes, video;
	int64_t		 first_us;
	struct stream	*next;
};

struct chunk_stream {			/* one chunk stream */
	uint32_t	 time, field, len, have;
	uint8_t		 type;
	bool		 extended;
	uint8_t		 start[2];	/* of the body */
};

struct conn {
	int		 fd;
	bool		 raw, stamp;
	struct stream	*stream;
	char		 app[NAME];
	size_t		 shaken;	/* bytes of the handshake taken */
	uint8_t		 c1[HANDSHAKE];
	uint32_t	 chunk, left;
	struct chunk_stream	 chunk_streams[CSIDS], *cur;
	uint8_t		 head[18];
	size_t		 head_have;
	uint8_t		 command[COMMAND];
};

static struct stream	*streams;
static FILE		*stamps;
static uint8_t		 batch[256 * 1024];

static struct stream *
stream_get(const char *name)
{
	struct stream **s = &streams;

	while (*s != NULL && strcmp((*s)->name, name) != 0)
		s = &(*s)->next;
	if (*s == NULL) {
		if ((*s = calloc(1, sizeof(**s))) == NULL)
			err(1, NULL);
		snprintf((*s)->name, sizeof((*s)->name), "%s", name);
	}
	(*s)->conns++;
	return *s;
}

/* -- answers -- */

static void
answer(struct conn *c, const uint8_t *body, const uint8_t *end, uint32_t msid)
{
	uint8_t out[512], *p;
	size_t len = (size_t)(end - body);

	p = head(out, 3, 0, (uint32_t)len, 20, msid);
	memcpy(p, body, len);
	if (send(c->fd, out, (size_t)(p - out) + len, MSG_NOSIGNAL) == -1)
		warn("answer");
}

/* As servers do; and ffmpeg, told no size, writes 128 bytes at a time, which no server makes it do. */
static void
announce(struct conn *c)
{
	uint8_t out[16], *p;

	p = put32(head(out, 2, 0, 4, 1, 0), ANNOUNCED);
	if (send(c->fd, out, (size_t)(p - out), MSG_NOSIGNAL) == -1)
		warn("announce");
}

static void
answer_status(struct conn *c, const char *code, uint32_t msid)
{
	uint8_t out[256], *p;

	p = amf_number(amf_string(out, "onStatus"), 0);
	*p++ = 5;
	*p++ = 3;
	p = amf_member(p, "level", "status");
	p = amf_member(p, "code", code);
	p = amf_end(amf_member(p, "description", "ok"));
	answer(c, out, p, msid);
}

static void
answer_result(struct conn *c, double call, bool connect)
{
	uint8_t out[256], *p;

	p = amf_number(amf_string(out, "_result"), call);
	if (connect) {
		*p++ = 3;
		p = amf_end(amf_member(p, "fmsVer", "FMS/3,0,1,123"));
		*p++ = 3;
		p = amf_member(p, "level", "status");
		p = amf_end(amf_member(p, "code",
		    "NetConnection.Connect.Success"));
	} else {
		*p++ = 5;
		p = amf_number(p, 1);
	}
	answer(c, out, p, 0);
}

/* -- commands -- */

/* The string value at p, as far as it fits; what follows it, or NULL. */
static const uint8_t *
string_get(const uint8_t *p, const uint8_t *end, char dst[NAME])
{
	size_t len;

	dst[0] = '\0';
	if (end - p < 3 || p[0] != 2)
		return NULL;
	len = (size_t)p[1] << 8 | p[2];
	if ((size_t)(end - p) < 3 + len)
		return NULL;
	snprintf(dst, NAME, "%.*s", (int)len, (const char *)p + 3);
	return p + 3 + len;
}

static double
number_get(const uint8_t *p, const uint8_t *end)
{
	uint64_t v;
	double d;

	if (end - p < 9)
		return 0;
	v = (uint64_t)get32(p + 1) << 32 | get32(p + 5);
	memcpy(&d, &v, sizeof(d));
	return d;
}

static void
command(struct conn *c, const uint8_t *p, const uint8_t *end)
{
	static const uint8_t app[] = "\x00\x03" "app";
	char name[NAME];
	const uint8_t *at;
	double call;

	if ((p = string_get(p, end, name)) == NULL)
		return;
	call = number_get(p, end);
	if (strcmp(name, "connect") == 0) {
		at = memmem(p, (size_t)(end - p), app, 5);
		if (at != NULL)
			string_get(at + 5, end, c->app);
		announce(c);
		answer_result(c, call, true);
	} else if (strcmp(name, "createStream") == 0) {
		answer_result(c, call, false);
	} else if (strcmp(name, "publish") == 0 && end - p > 10) {
		string_get(p + 10, end, name);
		name[strcspn(name, "?")] = '\0';
		c->stream = stream_get(name);
		c->stamp = strcmp(c->app, "stamp") == 0;
		answer_status(c, "NetStream.Publish.Start", 1);
	}
}

/* -- messages -- */

static void
media(struct conn *c, const struct chunk_stream *l, int64_t us)
{
	/* Enhanced RTMP has its frame type in the same place, below the flag. */
	bool header = l->type != 9 || (l->start[0] & 0x80 ?
	    (l->start[0] & 15) == 0 : l->start[1] == 0);
	bool key = l->type == 9 && (l->start[0] >> 4 & 7) == 1 && !header;

	if (c->stream == NULL)
		return;
	if (l->type == 9 && !header) {
		c->stream->video++;
		if (c->stream->first_us == 0)
			c->stream->first_us = us;
	}
	if (c->stamp && (l->type != 9 || !header))
		fprintf(stamps, "%s %lld %u %d %u %u\n", c->stream->name,
		    (long long)us, l->type, key, l->time, l->len);
}

static void
message(struct conn *c, struct chunk_stream *l, int64_t us)
{
	uint32_t n = l->len < COMMAND ? l->len : COMMAND;

	if (l->type == 8 || l->type == 9)
		media(c, l, us);
	else if (l->type == 1 && n >= 4)
		c->chunk = get32(c->command);
	else if (l->type == 20)
		command(c, c->command, c->command + n);
	else if (l->type == 17 && n > 0)
		command(c, c->command + 1, c->command + n);
}

/* Bytes of header still missing; 0: it is whole and *basic bytes of it are the basic header. */
static size_t
head_want(const struct conn *c, size_t *basic)
{
	static const size_t more[] = { 11, 7, 3, 0 };
	unsigned int fmt, low;
	size_t n;

	if (c->head_have < 1)
		return 1;
	fmt = c->head[0] >> 6;
	low = c->head[0] & 63;
	*basic = low == 0 ? 2 : low == 1 ? 3 : 1;
	n = *basic + more[fmt];
	if (c->head_have < n)
		return n - c->head_have;
	if (fmt == 3 ? c->chunk_streams[low].extended : get24(c->head + *basic) == 0xffffff)
		n += 4;
	return n - c->head_have;
}

static void
head_take(struct conn *c, size_t basic)
{
	unsigned int fmt = c->head[0] >> 6;
	struct chunk_stream *l = &c->chunk_streams[c->head[0] & 63];	/* csids above 63 share one */
	const uint8_t *p = c->head + basic;

	if (fmt < 3) {
		l->field = get24(p);
		l->extended = l->field == 0xffffff;
		if (l->extended)
			l->field = get32(c->head + c->head_have - 4);
		if (fmt < 2) {
			l->len = get24(p + 3);
			l->type = p[6];
		}
		l->have = 0;
	}
	if (l->have == 0)
		l->time = fmt == 0 ? l->field : l->time + l->field;
	c->left = l->len - l->have;
	if (c->left > c->chunk)
		c->left = c->chunk;
	c->cur = l;
	c->head_have = 0;
}

static size_t
body_take(struct conn *c, const uint8_t *p, size_t n)
{
	struct chunk_stream *l = c->cur;
	uint32_t i;

	if (n > c->left)
		n = c->left;
	for (i = l->have; i < 2 && i < l->have + n; i++)
		l->start[i] = p[i - l->have];
	if (l->type != 8 && l->type != 9 && l->have < COMMAND)
		memcpy(c->command + l->have, p,
		    n < COMMAND - l->have ? n : COMMAND - l->have);
	l->have += (uint32_t)n;
	c->left -= (uint32_t)n;
	return n;
}

static void
chunks(struct conn *c, const uint8_t *p, size_t n, int64_t us)
{
	size_t k, basic = 1;

	while (n > 0 || (c->cur != NULL && c->left == 0)) {
		if (c->cur != NULL && c->left > 0) {
			k = body_take(c, p, n);
		} else if (c->cur != NULL) {
			if (c->cur->have == c->cur->len) {
				message(c, c->cur, us);
				c->cur->have = 0;
			}
			c->cur = NULL;
			continue;
		} else {
			k = head_want(c, &basic);
			if (k > n)
				k = n;
			memcpy(c->head + c->head_have, p, k);
			c->head_have += k;
			if (head_want(c, &basic) == 0)
				head_take(c, basic);
		}
		p += k;
		n -= k;
	}
}

/* -- connections -- */

/* S1 with a zero version asks everybody for the simple handshake. */
static size_t
shake(struct conn *c, const uint8_t *p, size_t n)
{
	static uint8_t s1[1 + HANDSHAKE] = { 3 };
	size_t k = n, want;

	if (c->shaken < 1 + HANDSHAKE) {
		want = 1 + HANDSHAKE - c->shaken;
		k = n < want ? n : want;
		if (c->shaken == 0 && k > 1)
			memcpy(c->c1, p + 1, k - 1);
		else if (c->shaken > 0)
			memcpy(c->c1 + c->shaken - 1, p, k);
		c->shaken += k;
		if (c->shaken == 1 + HANDSHAKE) {
			write_all(c->fd, s1, sizeof(s1));
			write_all(c->fd, c->c1, sizeof(c->c1));
		}
		return k;
	}
	want = 1 + 2 * HANDSHAKE - c->shaken;
	k = n < want ? n : want;
	c->shaken += k;
	return k;
}

static void
name_raw(struct conn *c, size_t n)
{
	size_t len = 0;

	while (len < n && len < NAME - 1 && batch[len] != '\n')
		len++;
	batch[len] = '\0';
	c->stream = stream_get((char *)batch);
}

/* false: it is over. */
static bool
hear(struct conn *c)
{
	ssize_t got = read(c->fd, batch, sizeof(batch));
	int64_t us = now_us();
	size_t n, off = 0;

	if (got == -1 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (got <= 0)
		return false;
	n = (size_t)got;
	if (c->raw && c->stream == NULL)
		name_raw(c, n);
	while (!c->raw && off < n && c->shaken < 1 + 2 * HANDSHAKE)
		off += shake(c, batch + off, n - off);
	if (!c->raw && off < n)
		chunks(c, batch + off, n - off, us);
	if (c->stream != NULL)
		c->stream->bytes += n;
	return true;
}

static void
admit(int epfd, int listener, bool raw)
{
	struct epoll_event e = { .events = EPOLLIN };
	struct conn *c;
	int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC),
	    on = 1;

	if (fd == -1)
		return;
	if ((c = calloc(1, sizeof(*c))) == NULL)
		err(1, NULL);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c->fd = fd;
	c->raw = raw;
	c->chunk = 128;
	e.data.ptr = c;
	if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &e) == -1)
		err(1, "epoll_ctl");
}

static void
report(void)
{
	const struct stream *s;
	char line[64];

	if (fgets(line, sizeof(line), stdin) == NULL)
		exit(fflush(stamps) == 0 ? 0 : 1);
	fflush(stamps);
	for (s = streams; s != NULL; s = s->next)
		printf("%s %u %llu %llu %lld\n", s->name, s->conns,
		    (unsigned long long)s->bytes, (unsigned long long)s->video,
		    (long long)s->first_us);
	puts("");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	static int input = 0, rtmp, raw;	/* their addresses tell them from conns */
	struct epoll_event e = { .events = EPOLLIN }, got[64];
	int *watched[] = { &input, &rtmp, &raw };
	int epfd = epoll_create1(EPOLL_CLOEXEC), rtmp_port, raw_port, n, i;

	if (argc != 2 || (stamps = fopen(argv[1], "w")) == NULL)
		err(1, "usage: drain STAMPS");
	rtmp = tcp_listen(&rtmp_port);
	raw = tcp_listen(&raw_port);
	printf("%d %d\n", rtmp_port, raw_port);
	fflush(stdout);
	for (i = 0; i < 3; i++) {
		e.data.ptr = watched[i];
		if (epoll_ctl(epfd, EPOLL_CTL_ADD, *watched[i], &e) == -1)
			err(1, "epoll_ctl");
	}
	for (;;) {
		n = epoll_wait(epfd, got, 64, -1);
		for (i = 0; i < n; i++) {
			struct conn *c = got[i].data.ptr;

			if (got[i].data.ptr == &input)
				report();
			else if (got[i].data.ptr == &rtmp)
				admit(epfd, rtmp, false);
			else if (got[i].data.ptr == &raw)
				admit(epfd, raw, true);
			else if (!hear(c)) {
				close(c->fd);
				free(c);
			}
		}
	}
}
