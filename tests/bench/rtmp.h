/* SPDX-License-Identifier: ISC */
/*
 * Just enough RTMP for the two ends of the bench, and none of it from lib/: what is measured must not
 * also be the ruler.
 */
#ifndef BENCH_RTMP_H
#define BENCH_RTMP_H

#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HANDSHAKE	1536	/* C1, C2, S1 and S2 */
#define CHUNK		65536	/* the chunk size that feed announces */

static inline int64_t
now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000LL + ts.tv_nsec / 1000;
}

static inline uint8_t *
put24(uint8_t *p, uint32_t v)
{
	*p++ = (uint8_t)(v >> 16);
	*p++ = (uint8_t)(v >> 8);
	*p++ = (uint8_t)v;
	return p;
}

static inline uint32_t
get24(const uint8_t *p)
{
	return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
}

static inline uint8_t *
put32(uint8_t *p, uint32_t v)
{
	*p++ = (uint8_t)(v >> 24);
	return put24(p, v & 0xffffff);
}

static inline uint32_t
get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | get24(p + 1);
}

static inline uint8_t *
amf_text(uint8_t *p, const char *s, size_t len)
{
	*p++ = (uint8_t)(len >> 8);
	*p++ = (uint8_t)len;
	memcpy(p, s, len);
	return p + len;
}

static inline uint8_t *
amf_string(uint8_t *p, const char *s)
{
	*p++ = 2;
	return amf_text(p, s, strlen(s));
}

static inline uint8_t *
amf_number(uint8_t *p, double d)
{
	uint64_t v;

	memcpy(&v, &d, sizeof(v));
	*p++ = 0;
	p = put32(p, (uint32_t)(v >> 32));
	return put32(p, (uint32_t)v);
}

static inline uint8_t *
amf_member(uint8_t *p, const char *name, const char *value)
{
	p = amf_text(p, name, strlen(name));
	return amf_string(p, value);
}

static inline uint8_t *
amf_end(uint8_t *p)
{
	return put24(p, 9);
}

/* A type 0 header; the body of len bytes follows it. time is below 0xffffff. */
static inline uint8_t *
head(uint8_t *p, unsigned int csid, uint32_t time, uint32_t len, uint8_t type,
    uint32_t msid)
{
	*p++ = (uint8_t)csid;
	p = put24(p, time);
	p = put24(p, len);
	*p++ = type;
	*p++ = (uint8_t)msid;
	*p++ = 0;
	*p++ = 0;
	*p++ = 0;
	return p;
}

static inline int
tcp_listen(int *port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 1024) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1)
		err(1, "listen");
	*port = ntohs(a.sin_port);
	return fd;
}

static inline int
tcp_connect(int port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a.sin_port = htons((uint16_t)port);
	if (fd == -1 || connect(fd, (struct sockaddr *)&a, sizeof(a)) == -1)
		err(1, "connect to port %d", port);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static inline void
write_all(int fd, const void *p, size_t n)
{
	const uint8_t *b = p;
	ssize_t sent;

	while (n > 0) {
		if ((sent = send(fd, b, n, MSG_NOSIGNAL)) == -1)
			err(1, "send");
		b += sent;
		n -= (size_t)sent;
	}
}

#endif
