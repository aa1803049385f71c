/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/error.h"
#include "forward/rtmp_conn.h"

#include <stdarg.h>

#define MESSAGE_MAX	(8u * 1024 * 1024)
#define START_MS	10000	/* from being connected until play or publish is accepted */
#define REFUSAL_MS	2000	/* closed so soon after that, it was not accepted */
#define POLL_MS		20	/* while a name is looked up */

/* One process, one thread: what is read is taken apart before the next read. */
static uint8_t batch[256 * 1024];

const char *
rtmp_conn_fault_name(enum rtmp_conn_fault f)
{
	static const char *const names[] = {
		[RTMP_CONN_FINE] = "none",
		[RTMP_CONN_DNS] = "dns",
		[RTMP_CONN_CONNECT] = "connect",
		[RTMP_CONN_TLS] = "tls",
		[RTMP_CONN_REFUSED] = "refused",
		[RTMP_CONN_CLOSED] = "closed",
		[RTMP_CONN_STALLED] = "stalled",
		[RTMP_CONN_PROTOCOL] = "protocol",
		[RTMP_CONN_LOCAL] = "local",
	};

	return names[f];
}

static void
on_ready(void *arg, unsigned int events)
{
	struct rtmp_conn *l = arg;

	(void)events;
	l->ready = true;
}

void
rtmp_conn_init(struct rtmp_conn *l, struct ev *ev, enum rtmp_role role, void *arg)
{
	memset(l, 0, sizeof(*l));
	conn_init(&l->conn);
	l->ev = ev;
	l->role = role;
	l->arg = arg;
	l->io.ready = on_ready;
	l->io.arg = l;
}

int
rtmp_conn_add_url(struct rtmp_conn *l, const char *url, const char *key,
    const char **reason)
{
	if (rtmp_url_parse(&l->url[l->urls], url, key, reason) == -1)
		return -1;
	if (l->url[l->urls].stream[0] == '\0') {
		*reason = "names no stream after the last /";
		return -1;
	}
	l->urls++;
	return 0;
}

static void
hang_up(struct rtmp_conn *l)
{
	ev_del(l->ev, &l->io);
	conn_close(&l->conn);
	rtmp_free(l->rtmp);
	l->rtmp = NULL;
	l->up_since = 0;
	l->state = RTMP_CONN_WAITING;
}

void
rtmp_conn_free(struct rtmp_conn *l)
{
	hang_up(l);
	explicit_bzero(l->url, sizeof(l->url));
	explicit_bzero(&l->redirect, sizeof(l->redirect));
}

void
rtmp_conn_fail(struct rtmp_conn *l, int64_t now, enum rtmp_conn_fault fault,
    const char *fmt, ...)
{
	int64_t up_ms = l->state == RTMP_CONN_UP ? now - l->up_since : 0;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(l->error, sizeof(l->error), fmt, ap);
	va_end(ap);
	l->fault = fault;
	if (l->state != RTMP_CONN_UP || fault == RTMP_CONN_REFUSED)
		/* what worked is tried again first */
		l->turn = (l->turn + 1) % l->urls;
	l->retry_time = retry_at(&l->retry, now, up_ms);
	hang_up(l);
	if (l->ops->down != NULL)
		l->ops->down(l->arg, now);
	l->again = true;
}

void
rtmp_conn_lost(struct rtmp_conn *l, int64_t now)
{
	static const enum rtmp_conn_fault faults[] = {
		[CONN_OK] = RTMP_CONN_LOCAL,
		[CONN_DNS] = RTMP_CONN_DNS,
		[CONN_CONNECT] = RTMP_CONN_CONNECT,
		[CONN_TLS] = RTMP_CONN_TLS,
		[CONN_CLOSED] = RTMP_CONN_CLOSED,
		[CONN_LOST] = RTMP_CONN_CLOSED,
		[CONN_LOCAL] = RTMP_CONN_LOCAL,
	};
	struct error err = l->conn.err;
	enum conn_fault fault = l->conn.fault;

	/* Servers answer a key they do not like, or one that is in use, by hanging up; some
	 * accept it first (nginx-rtmp, SRS, Facebook). */
	if (faults[fault] == RTMP_CONN_CLOSED && (l->state == RTMP_CONN_STARTING ||
	    (l->state == RTMP_CONN_UP && now - l->up_since < REFUSAL_MS)))
		rtmp_conn_fail(l, now, RTMP_CONN_REFUSED, "%s at the start of %s: is the "
		    "key right, and not in use?", err.text,
		    l->role == RTMP_PUBLISH ? "publish" : "play");
	else
		rtmp_conn_fail(l, now, faults[fault], "%s", err.text);
}

static void
dial(struct rtmp_conn *l, int64_t now)
{
	const struct rtmp_url *u = l->redirected ? &l->redirect :
	    &l->url[l->turn];

	l->rtmp = rtmp_new(l->role, u, l->arena, MESSAGE_MAX);
	if (l->rtmp == NULL) {
		rtmp_conn_fail(l, now, RTMP_CONN_LOCAL, "out of memory");
		return;
	}
	l->redirected = false;
	l->state = RTMP_CONN_CONNECTING;
	conn_dial(&l->conn, u->host, u->port, u->tls,
	    l->ca_file != NULL ? l->ca_file : "", l->sndbuf, now);
}

/* What the session made of the bytes. false: the link is down. */
static bool
take(struct rtmp_conn *l, const uint8_t *p, size_t n, int64_t now)
{
	enum rtmp_event event;
	struct packet *pkt;
	size_t used;

	do {
		pkt = NULL;
		used = rtmp_read(l->rtmp, p, n, &event, &pkt);
		p += used;
		n -= used;
		switch (event) {
		case RTMP_MEDIA:
			if (l->ops->media != NULL)
				l->ops->media(l->arg, pkt, now);
			else
				packet_unref(pkt);
			break;
		case RTMP_STARTED:
			l->state = RTMP_CONN_UP;
			l->up_since = now;
			l->connects++;
			l->fault = RTMP_CONN_FINE;
			l->again = false;
			l->ops->up(l->arg, now);
			break;
		case RTMP_ENDED:
			if (l->ops->ended != NULL)
				l->ops->ended(l->arg);
			break;
		case RTMP_RECONNECT:
			rtmp_redirect(l->rtmp, &l->redirect);
			l->redirected = true;
			if (l->ops->reconnect != NULL)
				l->ops->reconnect(l->arg);
			break;
		case RTMP_REFUSED:
			rtmp_conn_fail(l, now, RTMP_CONN_REFUSED, "%s",
			    rtmp_text(l->rtmp));
			return false;
		case RTMP_BROKEN:
			rtmp_conn_fail(l, now, RTMP_CONN_PROTOCOL, "%s",
			    rtmp_text(l->rtmp));
			return false;
		case RTMP_RESTARTED:	/* shows by its media */
		case RTMP_NONE:
			break;
		}
	} while (n > 0 || event != RTMP_NONE);
	return true;
}

bool
rtmp_conn_recv(struct rtmp_conn *l, int64_t now)
{
	ssize_t n;

	l->ready = false;
	do {
		if ((n = conn_read(&l->conn, batch, sizeof(batch))) == -1) {
			rtmp_conn_lost(l, now);
			return false;
		}
		if (n > 0 && !take(l, batch, (size_t)n, now))
			return false;
	} while (n == (ssize_t)sizeof(batch) || (n > 0 && l->conn.tls));
	return true;
}

bool
rtmp_conn_flush(struct rtmp_conn *l, int64_t now)
{
	struct buf *out = rtmp_out(l->rtmp);
	struct iovec iov;
	ssize_t n = 1;

	while (buf_len(out) > 0 && n > 0) {
		iov.iov_base = out->data + out->head;
		iov.iov_len = buf_len(out);
		if ((n = conn_writev(&l->conn, &iov, 1)) == -1) {
			rtmp_conn_lost(l, now);
			return false;
		}
		buf_take(out, (size_t)n);
	}
	return true;
}

static int64_t
step_starting(struct rtmp_conn *l, int64_t now)
{
	if (!rtmp_conn_recv(l, now))
		return l->retry_time;
	if (!rtmp_conn_flush(l, now))
		return l->retry_time;
	if (l->state == RTMP_CONN_UP)
		return INT64_MAX;
	if (now >= l->deadline) {
		rtmp_conn_fail(l, now, RTMP_CONN_STALLED, "no answer within %d s",
		    START_MS / 1000);
		return l->retry_time;
	}
	ev_set(l->ev, &l->io, EV_READ |
	    (buf_len(rtmp_out(l->rtmp)) > 0 ? EV_WRITE : 0));
	return l->deadline;
}

static int64_t
step_connecting(struct rtmp_conn *l, int64_t now)
{
	ev_del(l->ev, &l->io);	/* conn_step() may swap the descriptor */
	switch (conn_step(&l->conn, now)) {
	case CONN_OPEN:
		l->state = RTMP_CONN_STARTING;
		l->deadline = now + START_MS;
		l->io.fd = l->conn.fd;
		return step_starting(l, now);
	case CONN_FAILED:
		rtmp_conn_lost(l, now);
		return l->retry_time;
	case CONN_CONNECTING:
	case CONN_HANDSHAKING:
		l->io.fd = l->conn.fd;
		ev_set(l->ev, &l->io, l->conn.want);
		return l->conn.deadline + 1;
	case CONN_RESOLVING:
	case CONN_IDLE:
		break;
	}
	return now + POLL_MS;
}

int64_t
rtmp_conn_step(struct rtmp_conn *l, int64_t now)
{
	if (l->state == RTMP_CONN_WAITING) {
		if (now < l->retry_time)
			return l->retry_time;
		dial(l, now);
	}
	switch (l->state) {
	case RTMP_CONN_WAITING:
		return l->retry_time;
	case RTMP_CONN_CONNECTING:
		return step_connecting(l, now);
	case RTMP_CONN_STARTING:
		return step_starting(l, now);
	case RTMP_CONN_UP:
		break;
	}
	return INT64_MAX;
}

void
rtmp_conn_stop(struct rtmp_conn *l, int64_t now, bool unpublish)
{
	if (l->state == RTMP_CONN_UP && unpublish) {
		rtmp_unpublish(l->rtmp);
		rtmp_conn_flush(l, now);	/* as far as the socket takes it */
	}
	hang_up(l);
	l->retry_time = INT64_MAX;
}

void
rtmp_conn_resume(struct rtmp_conn *l, int64_t now)
{
	if (l->state == RTMP_CONN_WAITING && l->retry_time == INT64_MAX)
		l->retry_time = now;
}
