/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/amf0.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp_request.h"

#define REQUEST_MAX		(4 * RTMP_URL_MAX)	/* connect names app and tcUrl */
#define BUFFER_MS	3000
#define LIVE_OR_RECORDED (-2000)	/* play: a live stream; the server waits for its publisher */
#define CAPS_RECONNECT	1

_Static_assert(REQUEST_MAX <= RTMP_CHUNK_OUT, "a command is one chunk");

static int
message_add(struct buf *out, unsigned int csid, uint8_t type, uint32_t msid,
    const uint8_t *body, size_t len)
{
	uint8_t *p;
	size_t n;

	if ((p = buf_room(out, CHUNK_HEADER_MAX + len)) == NULL)
		return -1;
	n = chunk_first(p, csid, 0, (uint32_t)len, type, msid);
	memcpy(p + n, body, len);
	buf_added(out, n + len);
	return 0;
}

int
request_control(struct buf *out, uint8_t type, uint32_t value)
{
	uint8_t body[4];

	put_be32(body, value);
	return message_add(out, CSID_CONTROL, type, 0, body, sizeof(body));
}

int
request_pong(struct buf *out, uint32_t time)
{
	uint8_t body[6] = { 0, USER_PONG };

	put_be32(body + 2, time);
	return message_add(out, CSID_CONTROL, MSG_USER, 0, body, sizeof(body));
}

static int
request_buffer_length(struct buf *out, uint32_t msid)
{
	uint8_t body[10] = { 0, USER_BUFFER_LENGTH };

	put_be32(body + 2, msid);
	put_be32(body + 6, BUFFER_MS);
	return message_add(out, CSID_CONTROL, MSG_USER, 0, body, sizeof(body));
}

static void
call_start(struct amf0_writer *w, uint8_t *space, size_t size, const char *name,
    enum call call)
{
	amf0_writer_init(w, space, size);
	amf0_put_string(w, name);
	amf0_put_number(w, call);
}

static int
call_add(struct buf *out, uint32_t msid, const struct amf0_writer *w)
{
	return message_add(out, CSID_COMMAND, MSG_COMMAND, msid, w->p, w->len);
}

/* name(null), or name(null, arg) */
static int
request_call(struct buf *out, const char *name, enum call call, const char *arg)
{
	uint8_t space[REQUEST_MAX];
	struct amf0_writer w;

	call_start(&w, space, sizeof(space), name, call);
	amf0_put_null(&w);
	if (arg != NULL)
		amf0_put_string(&w, arg);
	return call_add(out, 0, &w);
}

static void
put_text(struct amf0_writer *w, const char *key, const char *value)
{
	amf0_put_key(w, key);
	amf0_put_string(w, value);
}

static void
put_value(struct amf0_writer *w, const char *key, double value)
{
	amf0_put_key(w, key);
	amf0_put_number(w, value);
}

/* Enhanced RTMP v2: all codecs, because media passes through unchanged, and support for ReconnectRequest. */
static void
put_enhanced(struct amf0_writer *w)
{
	static const char *const codecs[] = {
		"av01", "hvc1", "avc1", "vp09", "Opus", "fLaC", "ac-3", "ec-3",
		"mp4a"
	};
	size_t i;

	amf0_put_key(w, "fourCcList");
	amf0_put_array(w, nitems(codecs));
	for (i = 0; i < nitems(codecs); i++)
		amf0_put_string(w, codecs[i]);
	put_value(w, "capsEx", CAPS_RECONNECT);
}

int
request_connect(struct buf *out, enum rtmp_role role, const struct rtmp_url *url)
{
	uint8_t space[REQUEST_MAX];
	struct amf0_writer w;

	if (request_control(out, MSG_CHUNK_SIZE, RTMP_CHUNK_OUT) == -1)
		return -1;
	call_start(&w, space, sizeof(space), "connect", CALL_CONNECT);
	amf0_put_object(&w);
	put_text(&w, "app", url->app);
	put_text(&w, "type", "nonprivate");
	put_text(&w, "flashVer", "FMLE/3.0 (compatible; lsctl)");
	put_text(&w, "tcUrl", url->tc_url);
	if (role == RTMP_PLAY) {
		amf0_put_key(&w, "fpad");
		amf0_put_bool(&w, false);
		put_value(&w, "capabilities", 15);
		put_value(&w, "audioCodecs", 4071);
		put_value(&w, "videoCodecs", 252);
		put_value(&w, "videoFunction", 1);
	}
	put_enhanced(&w);
	amf0_put_end(&w);
	return call_add(out, 0, &w);
}

int
request_create_stream(struct buf *out, enum rtmp_role role, const struct rtmp_url *url)
{
	if (role == RTMP_PUBLISH && (request_call(out, "releaseStream",
	    CALL_RELEASE, url->stream) == -1 || request_call(out, "FCPublish",
	    CALL_FCPUBLISH, url->stream) == -1))
		return -1;
	return request_call(out, "createStream", CALL_CREATE, NULL);
}

int
request_start(struct buf *out, enum rtmp_role role, const struct rtmp_url *url,
    uint32_t msid)
{
	uint8_t space[REQUEST_MAX];
	struct amf0_writer w;

	call_start(&w, space, sizeof(space),
	    role == RTMP_PLAY ? "play" : "publish", CALL_START);
	amf0_put_null(&w);
	amf0_put_string(&w, url->stream);
	if (role == RTMP_PUBLISH) {
		amf0_put_string(&w, "live");
		return call_add(out, msid, &w);
	}
	amf0_put_number(&w, LIVE_OR_RECORDED);
	if (call_add(out, msid, &w) == -1)
		return -1;
	return request_buffer_length(out, msid);
}

int
request_unpublish(struct buf *out, enum rtmp_role role, const struct rtmp_url *url,
    uint32_t msid)
{
	uint8_t space[64];
	struct amf0_writer w;

	if (role == RTMP_PUBLISH && request_call(out, "FCUnpublish", CALL_UNPUBLISH,
	    url->stream) == -1)
		return -1;
	call_start(&w, space, sizeof(space), "deleteStream", CALL_DELETE);
	amf0_put_null(&w);
	amf0_put_number(&w, msid);
	return call_add(out, 0, &w);
}
