/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "forward/rtmp_conn.h"
#include "forward/turn.h"

#include <stdarg.h>

#define MESSAGE_MAX	(8u * 1024 * 1024)
#define START_MS	10000	/* usual answer_ms */
#define SICK_MS		120000	/* an address that breaks again within this is left for the other one */
#define RETURN_MAX_MS	3600000	/* the longest wait for a primary that fails at each return */
#define HELD_MS		60000	/* a key in use may be that of our last connection for so long */
#define HELD_RETRY_MS	5000
#define LOGIN_RETRY_MS	30000	/* more than the usual delay: servers lock out who guesses */
#define REDIRECTS_MAX	3
#define REFUSAL_MS	2000	/* a close so soon after that means a refusal */
#define POLL_MS		20	/* while a name is looked up */
#define SLICE		RTMP_WORK_BYTES	/* bytes that are parsed before the work is checked */

/* Shared by all connections: one thread parses all bytes of a read before it reads again. */
static uint8_t batch[32 * 1024];

const char *
rtmp_conn_fault_name(enum rtmp_conn_fault f)
{
	static const char *const names[] = {
		[RTMP_CONN_FINE] = "none",
		[RTMP_CONN_DNS] = "dns",
		[RTMP_CONN_CONNECT] = "connect",
		[RTMP_CONN_TLS] = "tls",
		[RTMP_CONN_REFUSED] = "refused",
		[RTMP_CONN_LOGIN] = "login",
		[RTMP_CONN_CODEC] = "codec",
		[RTMP_CONN_CLOSED] = "closed",
		[RTMP_CONN_STALLED] = "stalled",
		[RTMP_CONN_PROTOCOL] = "protocol",
		[RTMP_CONN_FLOOD] = "flood",
		[RTMP_CONN_LOCAL] = "local",
	};

	return names[f];
}

static void
on_ready(void *arg, unsigned int events)
{
	struct rtmp_conn *c = arg;

	(void)events;
	c->ready = true;
}

void
rtmp_conn_init(struct rtmp_conn *c, struct ev *ev, enum rtmp_role role, void *arg)
{
	memset(c, 0, sizeof(*c));
	conn_init(&c->conn);
	c->ev = ev;
	c->role = role;
	c->arg = arg;
	c->user = c->password = "";
	c->answer_ms = START_MS;
	c->io.ready = on_ready;
	c->io.arg = c;
}

int
rtmp_conn_add_url(struct rtmp_conn *c, const char *url, const char *key,
    const char **reason)
{
	if (rtmp_url_parse(&c->url[c->urls], url, key, reason) == -1)
		return -1;
	if (c->url[c->urls].stream[0] == '\0') {
		*reason = "has no stream name after the last /";
		return -1;
	}
	c->urls++;
	return 0;
}

void
rtmp_conn_hang_up(struct rtmp_conn *c)
{
	ev_del(c->ev, &c->io);
	conn_close(&c->conn);
	rtmp_free(c->rtmp);
	c->rtmp = NULL;
	c->up_since = 0;
	c->state = RTMP_CONN_WAITING;
}

void
rtmp_conn_free(struct rtmp_conn *c)
{
	rtmp_conn_hang_up(c);
	explicit_bzero(c->url, sizeof(c->url));
	explicit_bzero(&c->redirect, sizeof(c->redirect));
}

/* The primary lasted: a later failure of it is a new one. */
static void
prove(struct rtmp_conn *c)
{
	if (c->turn != 0)
		return;
	c->returned = false;
	c->return_wait = c->return_ms;
}

/* The next try is for the other address. A primary that failed after a return is left alone for longer each time. */
static void
change_address(struct rtmp_conn *c, int64_t now)
{
	int64_t most = c->return_ms > RETURN_MAX_MS ? c->return_ms : RETURN_MAX_MS;

	c->broke = 0;
	c->turn = (c->turn + 1) % c->urls;
	if (!c->returned)
		return;
	c->returned = false;
	c->return_wait = c->return_wait * 2 < most ? c->return_wait * 2 : most;
	c->retry_time = now;	/* the backup worked until the return */
}

void
rtmp_conn_set_return(struct rtmp_conn *c, int64_t ms)
{
	if (ms != c->return_ms)
		c->return_wait = ms;
	c->return_ms = ms;
}

bool
rtmp_conn_may_return(const struct rtmp_conn *c, int64_t now)
{
	return c->turn != 0 && c->return_ms > 0 && c->state == RTMP_CONN_UP && now - c->up_since >= c->return_wait;
}

void
rtmp_conn_return(struct rtmp_conn *c, int64_t now)
{
	c->up_until = now;
	rtmp_conn_hang_up(c);
	c->turn = 0;
	c->returned = true;
	c->broke = now;		/* one failure is enough now */
	c->retry.delay_ms = 0;
	c->retry_time = now;
}

void
rtmp_conn_fail(struct rtmp_conn *c, int64_t now, enum rtmp_conn_fault fault,
    const char *fmt, ...)
{
	int64_t up_ms = c->state == RTMP_CONN_UP ? now - c->up_since : 0;
	va_list ap;

	if (c->state == RTMP_CONN_UP)
		c->up_until = now;
	va_start(ap, fmt);
	vsnprintf(c->error, sizeof(c->error), fmt, ap);
	va_end(ap);
	c->fault = fault;
	c->redirects = 0;
	c->retry_time = retry_at(&c->retry, now, up_ms);
	if (up_ms >= SICK_MS)
		prove(c);
	/* An address that worked is tried again first, unless it broke shortly before. */
	if (c->state != RTMP_CONN_UP || fault == RTMP_CONN_REFUSED || fault == RTMP_CONN_CODEC || (c->broke > 0 && now - c->broke < SICK_MS))
		change_address(c, now);
	else
		c->broke = now;
	rtmp_conn_hang_up(c);
	if (c->ops->down != NULL)
		c->ops->down(c->arg, now);
	c->again = true;
}

void
rtmp_conn_lost(struct rtmp_conn *c, int64_t now)
{
	static const enum rtmp_conn_fault faults[] = {
		[CONN_OK] = RTMP_CONN_LOCAL,
		[CONN_DNS] = RTMP_CONN_DNS,
		[CONN_CONNECT] = RTMP_CONN_CONNECT,
		[CONN_TLS] = RTMP_CONN_TLS,
		[CONN_CLOSED] = RTMP_CONN_CLOSED,
		[CONN_FLOOD] = RTMP_CONN_FLOOD,
		[CONN_LOST] = RTMP_CONN_CLOSED,
		[CONN_LOCAL] = RTMP_CONN_LOCAL,
	};
	const char *reason = c->conn.err.text;
	enum rtmp_conn_fault fault = faults[c->conn.fault];
	bool starts = c->state == RTMP_CONN_STARTING || (c->state == RTMP_CONN_UP && now - c->up_since < REFUSAL_MS);

	/* Servers hang up on a key that is wrong or in use; some accept it first (nginx-rtmp, SRS, Facebook). */
	if (fault != RTMP_CONN_CLOSED || !starts)
		rtmp_conn_fail(c, now, fault, "%s", reason);
	else if (rtmp_state(c->rtmp) == RTMP_SHAKING)
		rtmp_conn_fail(c, now, fault, "%s before the handshake: is this an RTMP server, with or without TLS as in the "
		    "address?", reason);
	else if (rtmp_state(c->rtmp) == RTMP_CONNECTING)
		rtmp_conn_fail(c, now, RTMP_CONN_REFUSED, "%s at connect: is the application in the address right?", reason);
	else
		rtmp_conn_fail(c, now, RTMP_CONN_REFUSED, "%s at the start of %s: is the key right, and not in use?", reason,
		    c->role == RTMP_PUBLISH ? "publish" : "play");
}

static void
dial(struct rtmp_conn *c, int64_t now)
{
	const struct rtmp_url *u = c->redirected ? &c->redirect :
	    &c->url[c->turn];

	c->rtmp = rtmp_new(c->role, u, c->arena, MESSAGE_MAX);
	if (c->rtmp == NULL) {
		rtmp_conn_fail(c, now, RTMP_CONN_LOCAL, "out of memory");
		return;
	}
	rtmp_login(c->rtmp, c->user, c->password);
	c->redirected = false;
	c->reads = c->work = c->backlog = 0;
	c->state = RTMP_CONN_CONNECTING;
	strlcpy(c->conn.bind, c->bind != NULL ? c->bind : "", sizeof(c->conn.bind));
	c->conn.proxy = c->proxy;
	conn_dial(&c->conn, u->host, u->port, u->tls,
	    c->ca_file != NULL ? c->ca_file : "", c->sndbuf, now);
}

/* Only the operator can change it. */
static void
login_refused(struct rtmp_conn *c, int64_t now)
{
	rtmp_conn_fail(c, now, RTMP_CONN_LOGIN, "%s%s", rtmp_text(c->rtmp), c->role == RTMP_PLAY ? "" :
	    ": lsctl-channel dest set CHANNEL NAME user=USER --password");
	c->retry_time += LOGIN_RETRY_MS;
}

/*
 * A platform holds the key for half a minute after a connection that died without a word. Until then it is no wrong key,
 * and the server is asked often.
 */
static void
refused(struct rtmp_conn *c, int64_t now)
{
	enum rtmp_refusal reason = rtmp_refusal(c->rtmp);

	if (reason == RTMP_REFUSAL_LOGIN) {
		login_refused(c, now);
		return;
	}
	if (reason != RTMP_REFUSAL_IN_USE || c->up_until == 0 || now - c->up_until >= HELD_MS) {
		rtmp_conn_fail(c, now, RTMP_CONN_REFUSED, "%s", rtmp_text(c->rtmp));
		return;
	}
	rtmp_conn_fail(c, now, RTMP_CONN_CLOSED, "%s: the server holds the key of the connection before", rtmp_text(c->rtmp));
	if (c->retry_time > now + HELD_RETRY_MS)
		c->retry_time = now + HELD_RETRY_MS;
}

/* Dials where the server says, at once. false: the connection is down. */
static bool
redirect(struct rtmp_conn *c, int64_t now)
{
	if (c->redirects++ == REDIRECTS_MAX) {
		rtmp_conn_fail(c, now, RTMP_CONN_REFUSED, "redirected more than %d times", REDIRECTS_MAX);
		return false;
	}
	rtmp_redirect(c->rtmp, &c->redirect);
	c->redirected = true;
	rtmp_conn_hang_up(c);	/* retry_time is that of this try, which has passed */
	return false;
}

/* false: the connection is down. */
static bool
handle_event(struct rtmp_conn *c, enum rtmp_event event, struct packet *pkt, int64_t now)
{
	switch (event) {
	case RTMP_MEDIA:
		if (c->ops->media != NULL)
			c->ops->media(c->arg, pkt, now);
		else
			packet_unref(pkt);
		break;
	case RTMP_STARTED:
		c->state = RTMP_CONN_UP;
		c->up_since = now;
		c->connects++;
		c->fault = RTMP_CONN_FINE;
		c->redirects = 0;
		c->again = false;
		c->ops->up(c->arg, now);
		break;
	case RTMP_ENDED:
		if (c->ops->ended != NULL)
			c->ops->ended(c->arg);
		break;
	case RTMP_RECONNECT:
		rtmp_redirect(c->rtmp, &c->redirect);
		c->redirected = true;
		if (c->ops->reconnect != NULL)
			c->ops->reconnect(c->arg);
		break;
	case RTMP_REDIRECT:
		return redirect(c, now);
	case RTMP_REFUSED:
		refused(c, now);
		return false;
	case RTMP_CLOSED:
		rtmp_conn_fail(c, now, now - c->up_since < REFUSAL_MS ? RTMP_CONN_REFUSED : RTMP_CONN_CLOSED, "%s",
		    rtmp_text(c->rtmp));
		return false;
	case RTMP_BROKEN:
		rtmp_conn_fail(c, now, RTMP_CONN_PROTOCOL, "%s", rtmp_text(c->rtmp));
		return false;
	case RTMP_RESTARTED:	/* its media follows */
	case RTMP_NONE:
		break;
	}
	return true;
}

/* Is the peer's work within RTMP_CONN_WORK? false: it is not, and the connection is down. */
static bool
check_work(struct rtmp_conn *c, int64_t now)
{
	uint64_t work = rtmp_work(c->rtmp) + c->reads,
	    covered = (uint64_t)(now - c->worked) * RTMP_CONN_WORK / 1000;

	c->backlog = (c->backlog > covered ? c->backlog - covered : 0) + work - c->work;
	c->work = work;
	c->worked = now;
	if (c->backlog <= RTMP_CONN_WORK_BURST)
		return true;
	rtmp_conn_fail(c, now, RTMP_CONN_FLOOD, "sends more than %d messages a second", RTMP_CONN_WORK);
	return false;
}

/* Parses bytes and handles the events. false: the connection is down. */
static bool
handle_bytes(struct rtmp_conn *c, const uint8_t *p, size_t n, int64_t now)
{
	enum rtmp_event event;
	struct packet *pkt;
	size_t used;

	do {
		used = rtmp_read(c->rtmp, p, n < SLICE ? n : SLICE, &event, &pkt);
		p += used;
		n -= used;
		if (!handle_event(c, event, pkt, now) || !check_work(c, now))
			return false;
	} while (n > 0 || event != RTMP_NONE);
	return true;
}

bool
rtmp_conn_recv(struct rtmp_conn *c, int64_t now)
{
	struct turn turn = { 0 };
	ssize_t n;

	c->ready = false;
	for (;;) {
		c->reads++;
		if ((n = conn_read(&c->conn, batch, sizeof(batch))) == -1) {
			rtmp_conn_lost(c, now);
			return false;
		}
		if (n > 0 ? !handle_bytes(c, batch, (size_t)n, now) : !check_work(c, now))
			return false;
		if (n == 0 || (n < (ssize_t)sizeof(batch) && !c->conn.tls))
			return true;
		if (turn_over(&turn, (size_t)n)) {
			ev_again(c->ev, &c->io);
			return true;
		}
	}
}

bool
rtmp_conn_flush(struct rtmp_conn *c, int64_t now)
{
	struct buf *out = rtmp_out(c->rtmp);
	struct iovec iov;
	ssize_t n = 1;

	while (buf_len(out) > 0 && n > 0) {
		iov.iov_base = out->data + out->head;
		iov.iov_len = buf_len(out);
		if ((n = conn_writev(&c->conn, &iov, 1)) == -1) {
			rtmp_conn_lost(c, now);
			return false;
		}
		buf_take(out, (size_t)n);
	}
	return true;
}

static int64_t
step_starting(struct rtmp_conn *c, int64_t now)
{
	if (!rtmp_conn_recv(c, now))
		return c->retry_time;
	if (!rtmp_conn_flush(c, now))
		return c->retry_time;
	if (c->state == RTMP_CONN_UP)
		return INT64_MAX;
	if (now >= c->deadline) {
		rtmp_conn_fail(c, now, RTMP_CONN_STALLED, "no answer within %lld s",
		    (long long)c->answer_ms / 1000);
		return c->retry_time;
	}
	ev_set(c->ev, &c->io, EV_READ |
	    (buf_len(rtmp_out(c->rtmp)) > 0 ? EV_WRITE : 0));
	return c->deadline;
}

static int64_t
step_connecting(struct rtmp_conn *c, int64_t now)
{
	ev_del(c->ev, &c->io);	/* conn_step() may swap the descriptor */
	switch (conn_step(&c->conn, now)) {
	case CONN_OPEN:
		c->state = RTMP_CONN_STARTING;
		c->deadline = now + c->answer_ms;
		c->io.fd = c->conn.fd;
		return step_starting(c, now);
	case CONN_FAILED:
		rtmp_conn_lost(c, now);
		return c->retry_time;
	case CONN_CONNECTING:
	case CONN_TUNNELING:
	case CONN_HANDSHAKING:
		c->io.fd = c->conn.fd;
		ev_set(c->ev, &c->io, c->conn.want);
		return c->conn.deadline + 1;
	case CONN_RESOLVING:
	case CONN_IDLE:
		break;
	}
	return now + POLL_MS;
}

int64_t
rtmp_conn_step(struct rtmp_conn *c, int64_t now)
{
	if (c->state == RTMP_CONN_WAITING) {
		if (now < c->retry_time)
			return c->retry_time;
		dial(c, now);
	}
	switch (c->state) {
	case RTMP_CONN_WAITING:
		return c->retry_time;
	case RTMP_CONN_CONNECTING:
		return step_connecting(c, now);
	case RTMP_CONN_STARTING:
		return step_starting(c, now);
	case RTMP_CONN_LEAVING:		/* rtmp_conn_leave_step() goes on */
	case RTMP_CONN_UP:
		break;
	}
	return INT64_MAX;
}

void
rtmp_conn_stop(struct rtmp_conn *c, int64_t now, bool unpublish)
{
	if (c->state == RTMP_CONN_UP && unpublish) {
		rtmp_unpublish(c->rtmp);
		rtmp_conn_flush(c, now);	/* until the socket is full */
	}
	rtmp_conn_hang_up(c);
	c->retry_time = INT64_MAX;
}

void
rtmp_conn_resume(struct rtmp_conn *c, int64_t now)
{
	if (c->state == RTMP_CONN_WAITING && c->retry_time == INT64_MAX)
		c->retry_time = now;
}
