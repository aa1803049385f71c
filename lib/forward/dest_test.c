/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/inside.h"
#include "forward/channel.h"
#include "forward/dest_test.h"
#include "forward/egress.h"

#include <netdb.h>
#include <sys/socket.h>

#define NO_LOG_BYTES	4096	/* of a test without media */

struct run {
	struct dest_test	*t;
	struct ev		*ev;
	struct channel		*channel;	/* NULL: nothing is published */
	struct fanout_log	 silence;	/* in its place */
	struct egress		*eg;
	enum dest_test_step	 step;		/* that runs now */
	int64_t			 began;		/* when it did, ms */
	int64_t			 end;		/* of the whole test, ms */
};

const char *
dest_test_step_name(enum dest_test_step step)
{
	static const char *const names[] = { "dns", "connect", "tls", "publish", "media" };

	return names[step];
}

/* help.twitch.tv, "Broadcast Health": the stream of such a key is in Twitch Inspector, and on no page. */
char *
dest_test_hidden_key(const struct spec_dest *d)
{
	static const char name[] = "twitch.tv", mark[] = "bandwidthtest=true";
	struct rtmp_url u;
	const char *reason;
	char *key = NULL;
	size_t n;

	if (d->key == NULL || rtmp_url_parse(&u, d->url, d->key, &reason) == -1)
		return NULL;
	n = strlen(u.host);
	if (n >= strlen(name) && strcasecmp(u.host + n - strlen(name), name) == 0 &&
	    (n == strlen(name) || u.host[n - strlen(name) - 1] == '.') &&
	    asprintf(&key, "%s%s%s", d->key, strstr(d->key, mark) != NULL ? "" : strchr(d->key, '?') != NULL ? "&" : "?",
	    strstr(d->key, mark) != NULL ? "" : mark) == -1)
		key = NULL;
	explicit_bzero(&u, sizeof(u));
	return key;
}

/* -- what happened -- */

static void
step_end(struct run *r, bool ok, int64_t now, const char *detail)
{
	r->t->step[r->step].tried = true;
	r->t->step[r->step].ok = ok;
	r->t->step[r->step].ms = now - r->began;
	strlcpy(r->t->step[r->step].detail, detail, sizeof(r->t->step[r->step].detail));
	r->began = now;
}

static const char *
peer_text(const struct run *r, char *dst, size_t size)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	char host[128], port[16];

	if (getpeername(r->eg->rtmp_conn.conn.fd, (struct sockaddr *)&peer, &len) == -1 ||
	    getnameinfo((struct sockaddr *)&peer, len, host, sizeof(host), port, sizeof(port),
	    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return "";
	snprintf(dst, size, "%s port %s", host, port);
	return dst;
}

/* The step that the connection is at. */
static enum dest_test_step
step_now(const struct run *r)
{
	const struct rtmp_conn *c = &r->eg->rtmp_conn;

	if (c->state == RTMP_CONN_UP)
		return DEST_TEST_MEDIA;
	if (c->state == RTMP_CONN_STARTING)
		return DEST_TEST_PUBLISH;
	switch (c->conn.state) {
	case CONN_HANDSHAKING:
		return DEST_TEST_TLS;
	case CONN_CONNECTING:
	case CONN_TUNNELING:
		return DEST_TEST_CONNECT;
	default:
		return DEST_TEST_DNS;
	}
}

/* Ends the steps before this one, which were ok. */
static void
advance(struct run *r, enum dest_test_step to, int64_t now)
{
	bool tls = r->eg->rtmp_conn.url[0].tls;
	char text[160] = "";

	for (; r->step < to; r->step++) {
		if (r->step == DEST_TEST_TLS && !tls)
			continue;
		step_end(r, true, now, r->step == DEST_TEST_CONNECT ? peer_text(r, text, sizeof(text)) :
		    r->step == DEST_TEST_TLS ? "its certificate is valid" : r->step == DEST_TEST_PUBLISH ?
		    "the server accepts the stream" : "");
	}
}

/* Where the connection failed. A server that hangs up soon after it accepted publish has refused it. */
static enum dest_test_step
step_failed(const struct run *r)
{
	switch (r->eg->rtmp_conn.fault) {
	case RTMP_CONN_DNS:
		return DEST_TEST_DNS;
	case RTMP_CONN_CONNECT:
		return DEST_TEST_CONNECT;
	case RTMP_CONN_TLS:
		return DEST_TEST_TLS;
	case RTMP_CONN_REFUSED:
	case RTMP_CONN_LOGIN:
		return DEST_TEST_PUBLISH;
	case RTMP_CONN_CLOSED:
	case RTMP_CONN_STALLED:
	case RTMP_CONN_PROTOCOL:
	case RTMP_CONN_FLOOD:
		return r->step < DEST_TEST_PUBLISH ? DEST_TEST_PUBLISH : r->step;
	default:
		return r->step;
	}
}

static int
failed(struct run *r, int64_t now)
{
	enum dest_test_step at = step_failed(r);

	advance(r, at, now);
	r->step = at;
	step_end(r, false, now, r->eg->rtmp_conn.error);
	r->t->step[DEST_TEST_MEDIA].tried = at == DEST_TEST_MEDIA;
	return 1;
}

/* Only the answer to connect was awaited: it belongs to the last step of the connection. */
static int
answered(struct run *r, int64_t now)
{
	enum dest_test_step last = r->eg->rtmp_conn.url[0].tls ? DEST_TEST_TLS : DEST_TEST_CONNECT;

	advance(r, DEST_TEST_PUBLISH, now);
	strlcat(r->t->step[last].detail, "; the server speaks RTMP; nothing was published, and the key was not tried",
	    sizeof(r->t->step[last].detail));
	return 0;
}

static int
sent(struct run *r, int64_t now)
{
	int64_t late = egress_lag_ms(r->eg);
	bool ok = egress_acked(r->eg) > 0 && late <= EGRESS_BEHIND_MS;
	char text[160];

	if (ok)
		snprintf(text, sizeof(text), "%llu kB in %d s", (unsigned long long)egress_acked(r->eg) / 1000,
		    DEST_TEST_SEND_MS / 1000);
	else
		snprintf(text, sizeof(text), "the connection is too slow for this film: after %d s the stream is %lld ms late",
		    DEST_TEST_SEND_MS / 1000, (long long)late);
	step_end(r, ok, now, text);
	egress_set_mode(r->eg, EGRESS_OFF, now);
	return ok ? 0 : 1;
}

/* -- the run -- */

/* What comes of it now: 0 and 1 as dest_test(), -1: it goes on. */
static int
look(struct run *r, int64_t now)
{
	const struct rtmp_conn *c = &r->eg->rtmp_conn;

	if (c->state == RTMP_CONN_WAITING && c->fault != RTMP_CONN_FINE)
		return failed(r, now);
	if (c->role == RTMP_CONNECT && c->state == RTMP_CONN_UP)
		return answered(r, now);
	if (step_now(r) > r->step)
		advance(r, step_now(r), now);
	if (r->step == DEST_TEST_MEDIA && now - r->began >= DEST_TEST_SEND_MS)
		return sent(r, now);
	if (now < r->end)
		return -1;
	step_end(r, false, now, "no end within 20 s");
	return 1;
}

static int
run(struct run *r)
{
	const int64_t tick = 50;
	int64_t now, wake, next;
	int rc;

	for (;;) {
		now = clock_ms();
		wake = r->channel != NULL ? channel_step(r->channel, now) : INT64_MAX;
		if ((next = egress_step(r->eg, now)) < wake)
			wake = next;
		if ((rc = look(r, now)) != -1)
			return rc;
		if (r->channel != NULL)
			fanout_log_trim(&r->channel->log, egress_needs(r->eg));
		wake = wake < now + tick ? wake : now + tick;
		if (ev_wait(r->ev, (wake > now ? wake : now + 1) * 1000) == -1)
			return -1;
	}
}

static void
fault_set(struct spec_fault *f, enum spec_fault_kind kind, const char *field, const char *reason)
{
	memset(f, 0, sizeof(*f));
	f->kind = kind;
	strlcpy(f->field, field, sizeof(f->field));
	strlcpy(f->reason, reason, sizeof(f->reason));
}

/* The channel that plays the films and nothing else. */
static int
film_open(struct run *r, const struct spec_source *film, int64_t now, struct spec_fault *fault)
{
	struct spec *s = calloc(1, sizeof(*s));
	struct flv_fault bad = { .reason = "" };
	int source;

	if (s != NULL) {
		s->kind = SPEC_LOOP;
		s->stall_ms = s->stable_ms = DEST_TEST_MS;
		strlcpy(s->mode, "auto", sizeof(s->mode));
		s->source[0] = *film;
		s->sources = 1;
		r->channel = channel_new(s, now, &source, &bad);
		free(s);
	}
	if (r->channel != NULL)
		return 0;
	fault_set(fault, bad.reason[0] != '\0' ? SPEC_BAD_FILM : SPEC_NO_MEMORY, film->name,
	    bad.reason[0] != '\0' ? bad.reason : "out of memory");
	return -1;
}

static int
prepare(struct run *r, const struct spec_dest *d, const struct spec_source *film, bool outside,
    struct spec_fault *fault)
{
	const char *field, *reason;

	if ((r->ev = ev_new()) == NULL) {
		fault_set(fault, SPEC_NO_MEMORY, "", "out of descriptors");
		return -1;
	}
	if (film != NULL && film_open(r, film, r->began, fault) == -1)
		return -1;
	if ((r->eg = egress_new(r->ev, r->channel != NULL ? &r->channel->log : &r->silence, d, &field, &reason)) == NULL) {
		fault_set(fault, SPEC_INVALID, field, reason);
		return -1;
	}
	if (film == NULL)
		r->eg->rtmp_conn.role = RTMP_CONNECT;
	if (outside)
		r->eg->rtmp_conn.conn.refuses = inside_address;
	return 0;
}

int
dest_test(struct dest_test *t, const struct spec_dest *d, const struct spec_source *film, bool outside,
    struct spec_fault *fault)
{
	struct spec_dest first = *d;	/* the one address */
	struct run r = { .t = t, .began = clock_ms() };
	int rc;

	memset(t, 0, sizeof(*t));
	first.backup_url = NULL;
	first.unpublish = UNPUBLISH_ALWAYS;	/* a test leaves no broadcast open */
	r.end = r.began + DEST_TEST_MS;
	fanout_log_init(&r.silence, NO_LOG_BYTES, DEST_TEST_MS);
	if ((rc = prepare(&r, &first, film, outside, fault)) == 0 && (rc = run(&r)) == -1)
		fault_set(fault, SPEC_NO_MEMORY, "", "epoll failed");
	egress_free(r.eg);
	channel_free(r.channel);
	fanout_log_free(&r.silence);
	ev_free(r.ev);
	return rc;
}
