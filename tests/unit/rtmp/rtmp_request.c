/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/amf0.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp_request.h"
#include "t.h"
#include "wire.h"

#include <errno.h>

static struct wire want, body;
static struct rtmp_url url;
static struct buf out;

static void
setup(const char *server, const char *key)
{
	const char *reason;

	buf_free(&out);
	buf_init(&out, 65536);
	want.n = 0;
	want.chunk = RTMP_CHUNK_OUT;
	t_int(rtmp_url_parse(&url, server, key, &reason), 0);
}

static void
check(void)
{
	if (t_int(buf_len(&out), want.n))
		t_mem(buf_head(&out), want.b, want.n);
	buf_free(&out);
}

static void
put(uint32_t msid)
{
	w_message(&want, 3, 0, 20, msid, body.b, body.n);
}

static void
call(const char *name, double id, const char *arg)
{
	w_call(&body, name, id);
	if (arg != NULL)
		w_string(&body, arg);
	put(0);
}

static void
key_string(const char *key, const char *value)
{
	w_key(&body, key);
	w_string(&body, value);
}

static void
key_number(const char *key, double value)
{
	w_key(&body, key);
	w_number(&body, value);
}

static void
connect_object(bool play)
{
	static const char *const codecs[] = { "av01", "hvc1", "avc1", "vp09",
	    "Opus", "fLaC", "ac-3", "ec-3", "mp4a" };
	size_t i;

	body.n = 0;
	w_string(&body, "connect");
	w_number(&body, 1);
	w_byte(&body, 3);
	key_string("app", "live2?backup=1");
	key_string("type", "nonprivate");
	key_string("flashVer", "FMLE/3.0 (compatible; lsctl)");
	key_string("tcUrl", "rtmps://b.example/live2?backup=1");
	if (play) {
		w_key(&body, "fpad");
		w_int(&body, 0x0100, 2);
		key_number("capabilities", 15);
		key_number("audioCodecs", 4071);
		key_number("videoCodecs", 252);
		key_number("videoFunction", 1);
	}
	w_key(&body, "fourCcList");
	w_byte(&body, 10);
	w_int(&body, nitems(codecs), 4);
	for (i = 0; i < nitems(codecs); i++)
		w_string(&body, codecs[i]);
	key_number("capsEx", 1);
	w_int(&body, 9, 3);
}

static void
hello(enum rtmp_role role)
{
	setup("rtmps://b.example:443/live2?backup=1", "abcd-efgh");
	w_control(&want, 1, RTMP_CHUNK_OUT);
	connect_object(role == RTMP_PLAY);
	put(0);
	t_int(request_connect(&out, role, &url), 0);
	check();
}

static void
hello_is_chunk_size_and_connect(void)
{
	hello(RTMP_PUBLISH);
	hello(RTMP_PLAY);
}

static void
publishers_speak_as_fmle(void)
{
	setup("rtmp://h/live", "key?a=b");
	call("releaseStream", 2, "key?a=b");
	call("FCPublish", 3, "key?a=b");
	call("createStream", 4, NULL);
	t_int(request_create_stream(&out, RTMP_PUBLISH, &url), 0);
	check();
	setup("rtmp://h/live", "key?a=b");
	w_call(&body, "publish", 5);
	w_string(&body, "key?a=b");
	w_string(&body, "live");
	put(3);
	t_int(request_start(&out, RTMP_PUBLISH, &url, 3), 0);
	check();
	setup("rtmp://h/live", "key?a=b");
	call("FCUnpublish", 6, "key?a=b");
	w_call(&body, "deleteStream", 7);
	w_number(&body, 3);
	put(0);
	t_int(request_unpublish(&out, RTMP_PUBLISH, &url, 3), 0);
	check();
}

static void
players_name_a_buffer(void)
{
	setup("rtmp://h/live", "key");
	call("createStream", 4, NULL);
	t_int(request_create_stream(&out, RTMP_PLAY, &url), 0);
	check();
	setup("rtmp://h/live", "key");
	w_call(&body, "play", 5);
	w_string(&body, "key");
	w_number(&body, -2000);
	put(9);
	w_message(&want, 2, 0, 4, 0, "\0\3\0\0\0\x09\0\0\x0b\xb8", 10);
	t_int(request_start(&out, RTMP_PLAY, &url, 9), 0);
	check();
	setup("rtmp://h/live", "key");
	w_call(&body, "deleteStream", 7);
	w_number(&body, 9);
	put(0);
	t_int(request_unpublish(&out, RTMP_PLAY, &url, 9), 0);
	check();
}

static void
control_messages(void)
{
	setup("rtmp://h/live", "key");
	w_control(&want, 3, 0xfedcba98);
	w_message(&want, 2, 0, 4, 0, "\0\7\1\2\3\4", 6);
	t_int(request_control(&out, MSG_ACK, 0xfedcba98), 0);
	t_int(request_pong(&out, 0x01020304), 0);
	check();
}

static void
the_longest_address_fits(void)
{
	static char s[RTMP_URL_MAX], key[RTMP_URL_MAX];

	memset(s, 'a', sizeof(s) - 1);
	memcpy(s, "rtmp://h/", 9);
	memset(key, 'k', sizeof(key) - 1);
	setup(s, key);
	t_int(request_connect(&out, RTMP_PLAY, &url), 0);
	t_int(request_create_stream(&out, RTMP_PUBLISH, &url), 0);
	t_int(request_start(&out, RTMP_PUBLISH, &url, 1), 0);
	t_int(request_unpublish(&out, RTMP_PUBLISH, &url, 1), 0);
	t_ok(buf_len(&out) > 6 * RTMP_URL_MAX);
	buf_free(&out);
}

static void
a_full_buffer_is_an_error(void)
{
	setup("rtmp://h/live", "key");
	buf_init(&out, 20);
	errno = 0;
	t_int(request_connect(&out, RTMP_PLAY, &url), -1);
	t_int(request_create_stream(&out, RTMP_PUBLISH, &url), -1);
	t_int(request_start(&out, RTMP_PLAY, &url, 1), -1);
	t_int(request_unpublish(&out, RTMP_PUBLISH, &url, 1), -1);
	t_int(request_control(&out, MSG_ACK, 1), -1);
	t_int(errno, ENOBUFS);
	t_int(buf_len(&out), 0);
	buf_free(&out);
}

T_MAIN(
	{ "hello_is_chunk_size_and_connect", hello_is_chunk_size_and_connect },
	{ "publishers_speak_as_fmle", publishers_speak_as_fmle },
	{ "players_name_a_buffer", players_name_a_buffer },
	{ "control_messages", control_messages },
	{ "the_longest_address_fits", the_longest_address_fits },
	{ "a_full_buffer_is_an_error", a_full_buffer_is_an_error },
)
