/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/aggregate.h"
#include "rtmp/auth.h"
#include "rtmp/chunk.h"
#include "rtmp/handshake.h"
#include "rtmp/redact.h"
#include "rtmp/rtmp.h"
#include "rtmp/rtmp_request.h"
#include "rtmp/rtmp_response.h"
#include "rtmp/window.h"

#include <errno.h>

#define OUT_MAX		65536	/* limit for the bytes that wait to be sent */
#define OTHER_MAX	65536	/* limit for the bytes of a message that is not media */
#define TEXT_MAX	1024	/* bytes of a server's text before it is redacted */

struct rtmp {
	enum rtmp_role	 role;
	enum rtmp_state	 state;
	bool		 ended;		/* RTMP_ENDED was reported, nothing began since */
	bool		 leaving;	/* RTMP_RECONNECT was reported */
	enum rtmp_refusal refusal;
	struct rtmp_url	 url;
	char		 redirect[RTMP_URL_MAX];	/* tcUrl of a ReconnectRequest, of a 302, or with our proof */
	struct handshake shake;
	struct chunk_reader *chunks;
	struct arena	*arena;
	struct buf	 out;
	struct packet	*held;		/* media that waits behind an event */
	struct aggregate parts;		/* what is left of an aggregate message */
	uint64_t	 work;		/* parts of all aggregate messages */
	uint32_t	 msid;
	struct fourcc_list fourccs;	/* that the server takes */
	struct window	 window;
	char		 text[RTMP_TEXT_MAX + 1];
};

struct rtmp *
rtmp_new(enum rtmp_role role, const struct rtmp_url *url, struct arena *arena, uint32_t max_message)
{
	struct rtmp *r;

	if ((r = calloc(1, sizeof(*r))) == NULL)
		return NULL;
	r->role = role;
	r->url = *url;
	r->arena = arena;
	buf_init(&r->out, OUT_MAX);
	r->chunks = chunk_reader_new(arena, max_message, OTHER_MAX);
	if (r->chunks == NULL || handshake_start(&r->shake, &r->out) == -1) {
		rtmp_free(r);
		return NULL;
	}
	return r;
}

void
rtmp_free(struct rtmp *r)
{
	if (r == NULL)
		return;
	chunk_reader_free(r->chunks);
	packet_unref(r->held);
	if (r->out.data != NULL)
		explicit_bzero(r->out.data, r->out.size);
	buf_free(&r->out);
	explicit_bzero(r, sizeof(*r));
	free(r);
}

void
rtmp_login(struct rtmp *r, const char *user, const char *password)
{
	(void)strlcpy(r->url.user, user, sizeof(r->url.user));
	(void)strlcpy(r->url.password, password, sizeof(r->url.password));
}

/* -- the end of the session -- */

static enum rtmp_event
broken(struct rtmp *r, const char *reason)
{
	r->state = RTMP_OVER;
	(void)strlcpy(r->text, reason, sizeof(r->text));
	return RTMP_BROKEN;
}

/* rc is the result of a request_...(). */
static enum rtmp_event
queued(struct rtmp *r, int rc)
{
	return rc == 0 ? RTMP_NONE : broken(r, "cannot queue a message: too many wait to be sent, or out of memory");
}

static enum rtmp_event
refused(struct rtmp *r, const struct rtmp_response *resp, const char *what)
{
	struct amf0_value code;
	char text[TEXT_MAX];

	(void)amf0_member(&resp->info, "code", &code);
	r->refusal = amf0_equals(&code, "NetStream.Publish.BadName") ? RTMP_REFUSAL_IN_USE : RTMP_REFUSAL_OTHER;
	rtmp_response_text(text, sizeof(text), resp);
	redact_url(r->text, sizeof(r->text), *text != '\0' ? text : what, &r->url);
	r->state = RTMP_OVER;
	return RTMP_REFUSED;
}

/* The server's last word on a stream; before it has accepted one, a refusal. */
static enum rtmp_event
closed(struct rtmp *r, const struct rtmp_response *resp)
{
	bool accepted = r->state == RTMP_RUNNING;

	(void)refused(r, resp, "closed by the server");
	return accepted ? RTMP_CLOSED : RTMP_REFUSED;
}

/* The end of a stream of ours; until ours has begun, of one before it. */
static enum rtmp_event
unpublished(struct rtmp *r, const struct rtmp_response *resp)
{
	return r->role == RTMP_PUBLISH && r->state == RTMP_RUNNING ? closed(r, resp) : RTMP_NONE;
}

/* -- the start of the session -- */

static enum rtmp_event
started(struct rtmp *r)
{
	if (r->state == RTMP_STARTING) {
		r->state = RTMP_RUNNING;
		return RTMP_STARTED;
	}
	if (r->state != RTMP_RUNNING || !r->ended)
		return RTMP_NONE;
	r->ended = false;
	return RTMP_RESTARTED;
}

static enum rtmp_event
on_result(struct rtmp *r, const struct rtmp_response *resp)
{
	double msid = resp->value.number;

	if (r->state == RTMP_CONNECTING && resp->call == CALL_CONNECT) {
		fourcc_list_add(&r->fourccs, &resp->object);
		fourcc_list_add(&r->fourccs, &resp->info);
		r->state = r->role == RTMP_CONNECT ? RTMP_RUNNING : RTMP_CREATING;
		if (r->state == RTMP_RUNNING)
			return RTMP_STARTED;
		/* The window makes the server acknowledge what arrived. */
		if (window_announce(&r->window, &r->out, r->window.ours) == -1)
			return queued(r, -1);
		return queued(r, request_create_stream(&r->out, r->role, &r->url));
	}
	if (r->state == RTMP_CREATING && resp->call == CALL_CREATE) {
		/* Encoders take an id that is missing for 0, and some servers rely on it. */
		if (r->role == RTMP_PUBLISH && resp->value.kind == AMF0_NULL)
			msid = 0;
		else if (resp->value.kind != AMF0_NUMBER || !(msid >= 0 && msid <= UINT32_MAX))
			return broken(r, "the answer to createStream has no stream id");
		r->msid = (uint32_t)msid;
		r->state = RTMP_STARTING;
		return queued(r, request_start(&r->out, r->role, &r->url, r->msid));
	}
	/* Some servers answer publish by this alone. */
	return r->role == RTMP_PUBLISH && r->state == RTMP_STARTING && resp->call == CALL_START ? started(r) : RTMP_NONE;
}

/* connect was refused: unless the server only wants to know who we are. */
static enum rtmp_event
connect_refused(struct rtmp *r, const struct rtmp_response *resp)
{
	char text[TEXT_MAX];
	enum auth a;

	rtmp_response_text(text, sizeof(text), resp);
	(void)refused(r, resp, "connect was refused");
	if ((a = auth_answer(r->redirect, sizeof(r->redirect), &r->url, text, arc4random())) == AUTH_AGAIN)
		return RTMP_REDIRECT;
	if (a != AUTH_NONE) {
		r->refusal = RTMP_REFUSAL_LOGIN;
		(void)strlcpy(r->text, auth_text(a), sizeof(r->text));
	}
	return RTMP_REFUSED;
}

static enum rtmp_event
on_error(struct rtmp *r, const struct rtmp_response *resp)
{
	if (r->state == RTMP_CONNECTING && rtmp_response_redirect(r->redirect, sizeof(r->redirect), resp)) {
		r->state = RTMP_OVER;
		return RTMP_REDIRECT;
	}
	if (r->state == RTMP_CONNECTING)
		return connect_refused(r, resp);
	if (resp->call == CALL_CREATE)
		return refused(r, resp, "createStream was refused");
	if (resp->call == CALL_START)
		return refused(r, resp, "the stream was refused");
	/* releaseStream and FCPublish: many servers do not implement them. */
	return RTMP_NONE;
}

static enum rtmp_event
ended(struct rtmp *r)
{
	if (r->role != RTMP_PLAY || r->state != RTMP_RUNNING || r->ended)
		return RTMP_NONE;
	r->ended = true;
	return RTMP_ENDED;
}

static enum rtmp_event
on_reconnect(struct rtmp *r, const struct rtmp_response *resp)
{
	struct amf0_value v;

	if (r->leaving)
		return RTMP_NONE;
	r->leaving = true;
	(void)amf0_member(&resp->info, "tcUrl", &v);
	rtmp_response_string(r->redirect, sizeof(r->redirect), &v);
	redact_url(r->text, sizeof(r->text), r->redirect, &r->url);
	return RTMP_RECONNECT;
}

static enum rtmp_event
act(struct rtmp *r, const struct rtmp_response *resp)
{
	switch (resp->what) {
	case RESPONSE_RESULT:
		return on_result(r, resp);
	case RESPONSE_ERROR:
		return on_error(r, resp);
	case RESPONSE_START:
		return started(r);
	case RESPONSE_BEGIN:
		return r->state == RTMP_RUNNING ? started(r) : RTMP_NONE;
	case RESPONSE_END:
		return r->role == RTMP_PUBLISH ? unpublished(r, resp) : ended(r);
	case RESPONSE_RECONNECT:
		return on_reconnect(r, resp);
	case RESPONSE_REFUSAL:
		return refused(r, resp, "refused");
	case RESPONSE_CLOSE:
		return closed(r, resp);
	case RESPONSE_UNPUBLISHED:
		return unpublished(r, resp);
	case RESPONSE_NOTHING:
		break;
	}
	return RTMP_NONE;
}

/* -- media -- */

/* Takes ownership of p. Reports RTMP_STARTED first if the server sent no Play.Start before the media. */
static enum rtmp_event
media(struct rtmp *r, struct packet *p, struct packet **pkt)
{
	struct rtmp_response resp;
	enum rtmp_event ev;

	if (p->type == MSG_DATA && rtmp_response_data(&resp, p->data, p->len)) {
		ev = act(r, &resp);
		packet_unref(p);
		return ev;
	}
	if (r->role != RTMP_PLAY || r->state < RTMP_STARTING) {
		packet_unref(p);
		return RTMP_NONE;
	}
	if ((ev = started(r)) != RTMP_NONE) {
		r->held = p;
		return ev;
	}
	*pkt = p;
	return RTMP_MEDIA;
}

static enum rtmp_event
media_copy(struct rtmp *r, uint8_t type, uint32_t time, const uint8_t *p, uint32_t len, struct packet **pkt)
{
	struct packet *copy;

	if (r->arena == NULL)
		return RTMP_NONE;
	if ((copy = packet_new(r->arena, type, time, len)) == NULL)
		return broken(r, "out of memory for media");
	memcpy(copy->data, p, len);
	return media(r, copy, pkt);
}

static enum rtmp_event
part_next(struct rtmp *r, struct packet **pkt)
{
	struct aggregate_part a;
	int rc;

	if ((rc = aggregate_next(&r->parts, &a)) == -1)
		return broken(r, "an aggregate message is not valid, or has too many parts");
	r->work++;
	if (rc == 0 || (a.type != MSG_AUDIO && a.type != MSG_VIDEO && a.type != MSG_DATA))
		return RTMP_NONE;
	return media_copy(r, a.type, a.time, a.body, a.len, pkt);
}

/* -- messages -- */

static enum rtmp_event
user_control(struct rtmp *r, const struct message *m)
{
	if (m->len < 6)
		return RTMP_NONE;
	switch (be16(m->body)) {
	case USER_STREAM_BEGIN:		/* before Play.Start it means only that the stream id exists */
		return r->state == RTMP_RUNNING ? started(r) : RTMP_NONE;
	case USER_STREAM_EOF:
		return ended(r);
	case USER_PING:
		return queued(r, request_pong(&r->out, be32(m->body + 2)));
	default:
		return RTMP_NONE;
	}
}

static enum rtmp_event
on_command(struct rtmp *r, const struct message *m)
{
	/* AMF3 commands of servers are AMF0 after a byte 0. */
	uint32_t skip = m->type == MSG_COMMAND3 && m->len > 0 && m->body[0] == 0;
	struct rtmp_response resp;

	if (rtmp_response_command(&resp, m->body + skip, m->len - skip) == -1)
		return broken(r, "a command message is not valid");
	return act(r, &resp);
}

static enum rtmp_event
message(struct rtmp *r, struct message *m, struct packet **pkt)
{
	uint32_t skip;

	if (m->packet != NULL)
		return media(r, m->packet, pkt);
	switch (m->type) {
	case MSG_COMMAND:
	case MSG_COMMAND3:
		return on_command(r, m);
	case MSG_USER:
		return user_control(r, m);
	case MSG_WINDOW:
		if (m->len >= 4)
			r->window.theirs = be32(m->body);
		return RTMP_NONE;
	case MSG_BANDWIDTH:
		return m->len < 4 ? RTMP_NONE : queued(r, window_announce(&r->window, &r->out, be32(m->body)));
	case MSG_AGGREGATE:
		aggregate_start(&r->parts, m->time, m->body, m->len);
		return RTMP_NONE;
	case MSG_DATA3:
		skip = m->len > 0 && m->body[0] == 0;
		return media_copy(r, MSG_DATA, m->time, m->body + skip, m->len - skip, pkt);
	default:
		return RTMP_NONE;
	}
}

/* -- bytes -- */

static size_t
shake(struct rtmp *r, const uint8_t *p, size_t n, enum rtmp_event *ev)
{
	ptrdiff_t used = handshake_read(&r->shake, p, n, &r->out);

	if (used == -1) {
		*ev = errno == EPROTO ? broken(r, "the peer does not speak RTMP") : queued(r, -1);
		return n;
	}
	if (handshake_done(&r->shake)) {
		r->state = RTMP_CONNECTING;
		*ev = queued(r, request_connect(&r->out, r->role, &r->url));
	}
	return (size_t)used;
}

/* Reads up to the end of the next message; *more is false if that needs more bytes. */
static size_t
chunks(struct rtmp *r, const uint8_t *p, size_t n, bool *more, enum rtmp_event *ev, struct packet **pkt)
{
	enum chunk_error error;
	struct message m;
	ptrdiff_t used = chunk_read(r->chunks, p, n, &m, more, &error);

	if (used == -1) {
		*ev = broken(r, chunk_error_text(error));
		return n;
	}
	if (*more)
		*ev = message(r, &m, pkt);
	return (size_t)used;
}

size_t
rtmp_read(struct rtmp *r, const uint8_t *p, size_t n, enum rtmp_event *ev, struct packet **pkt)
{
	static const uint8_t nothing[1];
	size_t used = 0;
	bool more = true;

	*ev = RTMP_NONE;
	*pkt = NULL;
	if (r->state == RTMP_OVER)
		return n;
	if (n == 0)
		p = nothing;	/* arithmetic on NULL is undefined */
	while (*ev == RTMP_NONE && more) {
		if (r->held != NULL) {
			*pkt = r->held;
			r->held = NULL;
			*ev = RTMP_MEDIA;
		} else if (r->parts.len > 0) {
			*ev = part_next(r, pkt);
		} else if (r->state == RTMP_SHAKING) {
			more = used < n;
			if (more)
				used += shake(r, p + used, n - used, ev);
		} else {
			used += chunks(r, p + used, n - used, &more, ev, pkt);
		}
	}
	r->window.in += used;
	if (*ev == RTMP_NONE && r->state >= RTMP_CONNECTING)
		*ev = queued(r, window_acknowledge(&r->window, &r->out));
	return used;
}

/* -- accessors -- */

struct buf *
rtmp_out(struct rtmp *r)
{
	return &r->out;
}

void
rtmp_unpublish(struct rtmp *r)
{
	if (r->state == RTMP_STARTING || r->state == RTMP_RUNNING)
		(void)queued(r, request_unpublish(&r->out, r->role, &r->url, r->msid));
}

enum rtmp_state
rtmp_state(const struct rtmp *r)
{
	return r->state;
}

enum rtmp_refusal
rtmp_refusal(const struct rtmp *r)
{
	return r->refusal;
}

uint32_t
rtmp_msid(const struct rtmp *r)
{
	return r->msid;
}

const struct fourcc_list *
rtmp_fourccs(const struct rtmp *r)
{
	return &r->fourccs;
}

uint64_t
rtmp_work(const struct rtmp *r)
{
	return chunk_work(r->chunks) + r->work + r->window.in / RTMP_WORK_BYTES;
}

const char *
rtmp_text(const struct rtmp *r)
{
	return r->text;
}

void
rtmp_redirect(const struct rtmp *r, struct rtmp_url *url)
{
	rtmp_url_redirect(url, &r->url, r->redirect);
}
