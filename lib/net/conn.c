/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "net/conn.h"
#include "net/resolve.h"
#include "net/tls.h"
#include "process/ev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>		/* glibc's tcp_info ends before tcpi_bytes_acked */
#include <netdb.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* For one address, so that a name whose first address is dead still reaches its second one. */
#define CONNECT_MS	5000
#define HANDSHAKE_MS	10000
#define RESOLVE_MS	10000

#define TLS_RECORD	16384	/* RFC 8446 section 5.1 */

void
conn_init(struct conn *c)
{
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

static void
conn_fail(struct conn *c, enum conn_fault fault, const char *what)
{
	c->state = CONN_FAILED;
	c->fault = fault;
	c->want = 0;
	error_set(&c->err, "%s", what);
}

void
conn_close(struct conn *c)
{
	struct linger now = { .l_onoff = 1 };

	tls_free(c->ssl);
	c->ssl = NULL;
	free(c->record);
	c->record = NULL;
	c->unsent = 0;
	if (c->fd != -1 && c->reset)
		setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	if (c->fd != -1)
		close(c->fd);
	c->reset = false;
	c->fd = -1;
	resolve_end(c->lookup);
	c->lookup = NULL;
	c->state = CONN_IDLE;
	c->want = 0;
}

void
conn_finish(struct conn *c)
{
	if (c->ssl != NULL)
		tls_finish(c->ssl);
	shutdown(c->fd, SHUT_WR);
}

void
conn_dial(struct conn *c, const char *host, const char *port, bool tls,
    const char *ca_file, int sndbuf, int64_t now)
{
	conn_close(c);
	strlcpy(c->host, host, sizeof(c->host));
	strlcpy(c->ca_file, ca_file, sizeof(c->ca_file));
	c->tls = tls;
	c->sndbuf = sndbuf;
	c->fault = CONN_OK;
	c->err.text[0] = '\0';
	c->state = CONN_RESOLVING;
	c->deadline = now + RESOLVE_MS;
	if ((c->lookup = resolve_start(host, port)) == NULL)
		conn_fail(c, CONN_LOCAL, strerror(errno));
}

/* Keepalive detects a dead host behind a connection that we only read from. */
static void
set_options(struct conn *c)
{
	int on = 1, idle = 10, interval = 5, count = 3;

	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval,
	    sizeof(interval));
	setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
	if (c->sndbuf > 0)
		setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &c->sndbuf,
		    sizeof(c->sndbuf));
}

static void
connect_next(struct conn *c, int64_t now)
{
	for (; c->addr != NULL; c->addr = c->addr->ai_next) {
		if (c->refuses != NULL && c->refuses(c->addr->ai_addr)) {
			conn_fail(c, CONN_CONNECT, "the address is inside, of this machine or a private network");
			continue;
		}
		if (c->fd != -1)
			close(c->fd);
		c->fd = socket(c->addr->ai_family,
		    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (c->fd == -1) {
			conn_fail(c, CONN_LOCAL, strerror(errno));
			continue;
		}
		set_options(c);
		if (connect(c->fd, c->addr->ai_addr, c->addr->ai_addrlen) == 0 ||
		    errno == EINPROGRESS) {
			c->state = CONN_CONNECTING;
			c->want = EV_WRITE;
			c->deadline = now + CONNECT_MS;
			return;
		}
		conn_fail(c, CONN_CONNECT, strerror(errno));
	}
	if (c->state != CONN_FAILED)
		conn_fail(c, CONN_CONNECT, "no address answered");
}

static void
step_resolving(struct conn *c, int64_t now)
{
	const char *reason;

	switch (resolve_poll(c->lookup, &c->addr, &reason)) {
	case 1:
		connect_next(c, now);
		break;
	case 0:
		if (now > c->deadline)
			conn_fail(c, CONN_DNS, "the name server does not answer");
		break;
	default:
		conn_fail(c, CONN_DNS, reason);
		break;
	}
}

static void
step_connecting(struct conn *c, int64_t now)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(int);
	int err = 0;

	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &len);
	len = sizeof(peer);
	if (err == 0 && getpeername(c->fd, (struct sockaddr *)&peer, &len) == -1) {
		if (now <= c->deadline)
			return;
		err = ETIMEDOUT;
	}
	if (err != 0) {
		conn_fail(c, CONN_CONNECT, strerror(err));
		c->addr = c->addr->ai_next;
		if (c->addr != NULL)
			connect_next(c, now);
		return;
	}
	resolve_end(c->lookup);
	c->lookup = NULL;
	c->addr = NULL;
	c->state = CONN_OPEN;
	c->want = EV_READ;
	if (!c->tls)
		return;
	if ((c->record = malloc(TLS_RECORD)) == NULL) {
		conn_fail(c, CONN_LOCAL, strerror(errno));
		return;
	}
	c->ssl = tls_new(c->fd, c->host, c->ca_file, &c->err);
	if (c->ssl == NULL) {
		conn_fail(c, CONN_TLS, c->err.text);
		return;
	}
	c->state = CONN_HANDSHAKING;
	c->deadline = now + HANDSHAKE_MS;
}

static void
step_handshaking(struct conn *c, int64_t now)
{
	switch (tls_handshake(c->ssl, &c->err)) {
	case TLS_DONE:
		c->state = CONN_OPEN;
		c->want = EV_READ;
		return;
	case TLS_WANT_WRITE:
		c->want = EV_WRITE;
		break;
	case TLS_WANT_READ:
		c->want = EV_READ;
		break;
	case TLS_CLOSED:
		error_set(&c->err, "closed during the handshake");
		/* FALLTHROUGH */
	case TLS_REFUSED:
	case TLS_FAILED:
		conn_fail(c, CONN_TLS, c->err.text);
		return;
	case TLS_FLOODED:
		conn_fail(c, CONN_FLOOD, c->err.text);
		return;
	}
	if (now > c->deadline)
		conn_fail(c, CONN_TLS, "handshake timed out");
}

enum conn_state
conn_step(struct conn *c, int64_t now)
{
	if (c->state == CONN_RESOLVING)
		step_resolving(c, now);
	if (c->state == CONN_CONNECTING)
		step_connecting(c, now);
	if (c->state == CONN_HANDSHAKING)
		step_handshaking(c, now);
	return c->state;
}

/* Handles an errno of an open connection. */
static ssize_t
io_error(struct conn *c)
{
	switch (errno) {
	case EAGAIN:
	case EINTR:
		return 0;
	case ECONNRESET:
	case EPIPE:
		conn_fail(c, CONN_LOST, "reset by peer");
		return -1;
	default:
		conn_fail(c, CONN_LOST, strerror(errno));
		return -1;
	}
}

static ssize_t
tls_io(struct conn *c, enum tls_result r, size_t n)
{
	switch (r) {
	case TLS_DONE:
		return (ssize_t)n;
	case TLS_WANT_READ:
	case TLS_WANT_WRITE:
		return 0;
	case TLS_CLOSED:
		conn_fail(c, CONN_CLOSED, "closed by peer");
		return -1;
	case TLS_FLOODED:
		conn_fail(c, CONN_FLOOD, c->err.text);
		return -1;
	case TLS_REFUSED:
		conn_fail(c, CONN_TLS, c->err.text);
		return -1;
	case TLS_FAILED:
		break;
	}
	conn_fail(c, CONN_LOST, c->err.text);
	return -1;
}

ssize_t
conn_read(struct conn *c, void *p, size_t n)
{
	ssize_t got;
	size_t len = 0;
	enum tls_result r;

	if (c->ssl != NULL) {
		r = tls_read(c->ssl, p, n, &len, &c->err);
		return tls_io(c, r, len);
	}
	got = read(c->fd, p, n);
	if (got > 0)
		return got;
	if (got == -1)
		return io_error(c);
	conn_fail(c, CONN_CLOSED, "closed by peer");
	return -1;
}

/* Sends the rest of the record: 1; 0: not now; -1. */
static int
finish_record(struct conn *c)
{
	enum tls_result r;
	ssize_t done;

	r = tls_write(c->ssl, c->record, c->unsent, &c->err);
	if ((done = tls_io(c, r, 1)) == 1)
		c->unsent = 0;
	return (int)done;
}

/*
 * Gathers pieces into records: one record for each piece would double the cost. OpenSSL has encrypted a
 * record that the socket took only in part, and must send it before anything else. So all of it except the
 * last byte counts as written: the owner must then finish its message, which goes on with that byte.
 */
static ssize_t
tls_writev(struct conn *c, const struct iovec *iov, int n)
{
	size_t part, total = 0, off = 0;
	int i = 0, done;

	if (c->unsent > 0) {
		if ((done = finish_record(c)) <= 0)
			return done;
		total = off = 1;
		while (i < n && iov[i].iov_len == 0)
			i++;
	}
	for (;;) {
		while (i < n && c->unsent < TLS_RECORD) {
			part = iov[i].iov_len - off;
			if (part > TLS_RECORD - c->unsent)
				part = TLS_RECORD - c->unsent;
			memcpy(c->record + c->unsent,
			    (const uint8_t *)iov[i].iov_base + off, part);
			c->unsent += part;
			off += part;
			if (off == iov[i].iov_len) {
				off = 0;
				i++;
			}
		}
		if (c->unsent == 0)
			return (ssize_t)total;
		total += c->unsent;
		if ((done = finish_record(c)) <= 0)
			return done == 0 ? (ssize_t)total - 1 : -1;
	}
}

ssize_t
conn_writev(struct conn *c, const struct iovec *iov, int n)
{
	struct msghdr msg = { .msg_iovlen = (size_t)n };
	ssize_t sent;

	if (c->ssl != NULL)
		return tls_writev(c, iov, n);
	msg.msg_iov = (struct iovec *)(uintptr_t)iov;
	sent = sendmsg(c->fd, &msg, MSG_NOSIGNAL);
	return sent >= 0 ? sent : io_error(c);
}

uint64_t
conn_acked(const struct conn *c)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	if (c->fd == -1 ||
	    getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &len) == -1 ||
	    len < offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof(uint64_t))
		return 0;
	return info.tcpi_bytes_acked;
}

size_t
conn_unacked(const struct conn *c)
{
	int n = 0;

	if (c->fd == -1 || ioctl(c->fd, SIOCOUTQ, &n) == -1 || n < 0)
		return 0;
	return (size_t)n + c->unsent;
}
