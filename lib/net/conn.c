/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "net/conn.h"
#include "net/last_good.h"
#include "net/resolve.h"
#include "net/tls.h"
#include "net/tunnel.h"
#include "process/ev.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <linux/tcp.h>		/* glibc's tcp_info ends before tcpi_bytes_acked */
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define HANDSHAKE_MS	10000
#define TUNNEL_MS	10000
#define RESOLVE_MS	10000
#define RESOLVE_SOON_MS	3000	/* after this, the last good addresses are used, if there are any */

/* What lies unacknowledged, or a dead host behind a connection that we only read from. */
#define USER_TIMEOUT_MS	25000	/* as long as keepalive takes, which it replaces (tcp(7)) */

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
	if (c->race != NULL) {
		race_end(c->race);
		c->fd = -1;
	}
	free(c->race);
	c->race = NULL;
	free(c->tunnel);
	c->tunnel = NULL;
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
	struct proxy_url proxy;

	conn_close(c);
	strlcpy(c->host, host, sizeof(c->host));
	strlcpy(c->port, port, sizeof(c->port));
	strlcpy(c->ca_file, ca_file, sizeof(c->ca_file));
	c->tls = tls;
	c->sndbuf = sndbuf;
	c->fault = CONN_OK;
	c->err.text[0] = '\0';
	c->state = CONN_RESOLVING;
	if (c->proxy != NULL && c->proxy[0] != '\0') {
		if (proxy_url_parse(&proxy, c->proxy) != NULL || (c->tunnel = malloc(sizeof(*c->tunnel))) == NULL) {
			conn_fail(c, CONN_LOCAL, "the proxy cannot be used");
			return;
		}
		tunnel_start(c->tunnel, proxy.kind, host, port);
		host = proxy.address.host;
		port = proxy.address.port;
	}
	strlcpy(c->dialled, host, sizeof(c->dialled));
	strlcpy(c->dialled_port, port, sizeof(c->dialled_port));
	c->deadline = now + RESOLVE_MS;
	c->started = now;
	if ((c->lookup = resolve_start(host, port)) == NULL)
		conn_fail(c, CONN_LOCAL, strerror(errno));
}

/* Sends from the declared address or interface. 0; -1 with *reason or errno. */
static int
bind_to(const struct conn *c, int fd, const struct sockaddr *to, const char **reason)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in in = { .sin_family = AF_INET };

	if (c->bind[0] == '\0')
		return 0;
	if (inet_pton(AF_INET, c->bind, &in.sin_addr) == 1) {
		*reason = to->sa_family == AF_INET ? NULL : "bind is an IPv4 address, and this one of the server is IPv6";
		return *reason != NULL ? -1 : bind(fd, (struct sockaddr *)&in, sizeof(in));
	}
	if (inet_pton(AF_INET6, c->bind, &in6.sin6_addr) == 1) {
		*reason = to->sa_family == AF_INET6 ? NULL : "bind is an IPv6 address, and this one of the server is IPv4";
		return *reason != NULL ? -1 : bind(fd, (struct sockaddr *)&in6, sizeof(in6));
	}
	return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, c->bind, (socklen_t)strlen(c->bind));
}

/* Keepalive detects a dead host behind a connection that we only read from. */
static int
prepare(void *arg, int fd, const struct sockaddr *to, const char **reason)
{
	const struct conn *c = arg;
	int on = 1, idle = 10, interval = 5, count = 3, user_timeout = USER_TIMEOUT_MS;

	if (c->refuses != NULL && c->refuses(to)) {
		*reason = c->tunnel != NULL ? "the address of the proxy is inside, of this machine or a private network" :
		    "the address is inside, of this machine or a private network";
		return -1;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof(count));
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout, sizeof(user_timeout));
	if (c->sndbuf > 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &c->sndbuf, sizeof(c->sndbuf));
	return bind_to(c, fd, to, reason);
}

static void
connect_to(struct conn *c, const struct race_list *list, int64_t now)
{
	resolve_end(c->lookup);
	c->lookup = NULL;
	if ((c->race = malloc(sizeof(*c->race))) == NULL || race_start(c->race, list, prepare, c, now) == -1) {
		free(c->race);
		c->race = NULL;
		conn_fail(c, CONN_LOCAL, strerror(errno));
		return;
	}
	c->fd = c->race->epfd;
	c->want = EV_READ;
	c->state = CONN_CONNECTING;
}

static void
step_resolving(struct conn *c, int64_t now)
{
	const struct addrinfo *all;
	struct race_list list;
	const char *reason = "the name server does not answer";
	int answer = resolve_poll(c->lookup, &all, &reason);

	if (answer == 1) {
		race_list_make(&list, all);
		c->is_old = false;
		connect_to(c, &list, now);
	} else if (answer == RESOLVE_NO_ADDRESS)
		conn_fail(c, CONN_DNS, reason);
	else if (answer == 0 && now - c->started < RESOLVE_SOON_MS)
		return;
	else if (last_good_get(c->dialled, c->dialled_port, &list, now)) {
		c->is_old = true;
		connect_to(c, &list, now);
	} else if (answer != 0 || now > c->deadline)
		conn_fail(c, CONN_DNS, reason);
}

static void
begin_tls(struct conn *c, int64_t now)
{
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
step_connecting(struct conn *c, int64_t now)
{
	int fd = -1;

	switch (race_step(c->race, now, &fd)) {
	case RACE_RUNS:
		c->deadline = c->race->wake;
		return;
	case RACE_LOST:
		conn_fail(c, CONN_CONNECT, c->race->reason);
		c->fd = -1;
		return;
	case RACE_WON:
		break;
	}
	if (!c->is_old)
		last_good_put(c->dialled, c->dialled_port, &c->race->list, now);
	free(c->race);
	c->race = NULL;
	c->fd = fd;
	if (c->tunnel == NULL) {
		begin_tls(c, now);
		return;
	}
	c->state = CONN_TUNNELING;
	c->deadline = now + TUNNEL_MS;
	c->want = EV_READ;
}

/* A request is short: a socket that has just been connected takes all of it. */
static void
step_tunneling(struct conn *c, int64_t now)
{
	struct tunnel *t = c->tunnel;
	enum tunnel_state state = TUNNEL_ASKS;
	uint8_t in[TUNNEL_PIECE];
	ssize_t n = 1;

	while (state == TUNNEL_ASKS && n > 0) {
		if (t->out_len > 0 && send(c->fd, t->out, t->out_len, MSG_NOSIGNAL) != (ssize_t)t->out_len) {
			conn_fail(c, CONN_CONNECT, "the proxy hung up");
			return;
		}
		t->out_len = 0;
		if ((n = read(c->fd, in, tunnel_wants(t))) > 0)
			state = tunnel_take(t, in, (size_t)n);
	}
	if (state == TUNNEL_REFUSED)
		conn_fail(c, CONN_CONNECT, t->err.text);
	else if (n == 0 || (n == -1 && errno != EAGAIN && errno != EINTR))
		conn_fail(c, CONN_CONNECT, "the proxy hung up");
	else if (state == TUNNEL_OPEN) {
		free(c->tunnel);
		c->tunnel = NULL;
		begin_tls(c, now);
	} else if (now > c->deadline)
		conn_fail(c, CONN_CONNECT, "the proxy does not answer");
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
	if (c->state == CONN_TUNNELING)
		step_tunneling(c, now);
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
	got = recv(c->fd, p, n, 0);	/* read(2) takes longer to find that this is a socket */
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

void
conn_read_late(struct conn *c, int bytes)
{
	setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof(bytes));
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
