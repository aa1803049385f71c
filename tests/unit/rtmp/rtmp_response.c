/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/rtmp_response.h"
#include "t.h"
#include "wire.h"

static struct wire w;
static struct rtmp_response h;

static int
hear(void)
{
	return rtmp_response_command(&h, w.b, w.n);
}

static const char *
words(void)
{
	static char text[1200];

	rtmp_response_text(text, sizeof(text), &h);
	return text;
}

static void
status(const char *level, const char *code, const char *description)
{
	w_call(&w, "onStatus", 0);
	w_info(&w, level, code, description);
	t_int(hear(), 0);
}

static void
answers_have_call_and_value(void)
{
	w_call(&w, "_result", 4);
	w_number(&w, 17);
	t_int(hear(), 0);
	t_int(h.what, RESPONSE_RESULT);
	t_int(h.call, 4);
	t_int(h.value.kind, AMF0_NUMBER);
	t_int(h.value.number, 17);
	w_call(&w, "_error", 1);
	w_info(&w, "error", "NetConnection.Connect.Rejected", "no");
	t_int(hear(), 0);
	t_int(h.what, RESPONSE_ERROR);
	t_str(words(), "NetConnection.Connect.Rejected: no");
}

static void
codes_mean_something(void)
{
	static const struct {
		const char	*level, *code;
		enum response_kind	 what;
	} t[] = {
		{ "status", "NetStream.Publish.Start", RESPONSE_START },
		{ "status", "NetStream.Play.Start", RESPONSE_START },
		{ NULL, "NetStream.Play.Start", RESPONSE_START },
		{ "status", "NetStream.Play.Reset", RESPONSE_NOTHING },
		{ "status", "NetStream.Play.PublishNotify", RESPONSE_BEGIN },
		{ "status", "NetStream.Play.UnpublishNotify", RESPONSE_END },
		{ "status", "NetStream.Play.Stop", RESPONSE_END },
		{ "status", "NetStream.Play.Complete", RESPONSE_END },
		{ "status", "NetConnection.Connect.ReconnectRequest",
		    RESPONSE_RECONNECT },
		{ "status", "NetStream.Publish.BadName", RESPONSE_REFUSAL },
		{ "status", "NetStream.Play.StreamNotFound", RESPONSE_REFUSAL },
		{ "status", "NetConnection.Connect.Closed", RESPONSE_CLOSE },
		{ "error", "NetConnection.Connect.AppShutdown", RESPONSE_CLOSE },
		{ "status", "NetStream.Unpublish.Success", RESPONSE_UNPUBLISHED },
		{ "error", "NetStream.Anything", RESPONSE_REFUSAL },
		{ "error", NULL, RESPONSE_REFUSAL },
		{ "warning", "NetStream.Play.InsufficientBW", RESPONSE_NOTHING },
		{ NULL, NULL, RESPONSE_NOTHING },
	};
	size_t i;

	for (i = 0; i < nitems(t); i++) {
		status(t[i].level, t[i].code, NULL);
		t_int(h.what, t[i].what);
	}
}

static void
only_on_status_is_a_status(void)
{
	w_call(&w, "onFCPublish", 0);
	w_info(&w, "status", "NetStream.Publish.Start", NULL);
	t_int(hear(), 0);
	t_int(h.what, RESPONSE_NOTHING);
}

static void
words_are_what_there_is(void)
{
	status("error", "Code", NULL);
	t_str(words(), "Code");
	status("error", NULL, "description");
	t_str(words(), "description");
	status("error", NULL, NULL);
	t_str(words(), "");
	w_call(&w, "_error", 1);
	w_string(&w, "only words");
	t_int(hear(), 0);
	t_str(words(), "only words");
}

static void
most_may_be_missing(void)
{
	w.n = 0;
	w_string(&w, "close");
	t_int(hear(), 0);
	t_int(h.what, RESPONSE_CLOSE);
	w_number(&w, 0);
	t_int(hear(), 0);
	t_int(h.what, RESPONSE_CLOSE);
	/* information where the null should be */
	w.n = 0;
	w_string(&w, "onStatus");
	w_number(&w, 0);
	w_info(&w, "status", "NetStream.Play.Start", NULL);
	t_int(hear(), 0);
	t_int(h.what, RESPONSE_START);
	t_int(rtmp_response_command(&h, NULL, 0), -1);
	t_int(rtmp_response_command(&h, (const uint8_t *)"\5", 1), -1);
}

static void
data_of_the_connection(void)
{
	w.n = 0;
	w_string(&w, "|RtmpSampleAccess");
	w_bytes(&w, "\1\1\1\1", 4);
	t_ok(rtmp_response_data(&h, w.b, w.n));
	t_int(h.what, RESPONSE_NOTHING);
	w.n = 0;
	w_string(&w, "onPlayStatus");
	w_info(&w, "status", "NetStream.Play.Complete", NULL);
	t_ok(rtmp_response_data(&h, w.b, w.n));
	t_int(h.what, RESPONSE_END);
	w.n = 0;
	w_string(&w, "onStatus");
	w_info(&w, NULL, "NetStream.Data.Start", NULL);
	t_ok(rtmp_response_data(&h, w.b, w.n));
	t_int(h.what, RESPONSE_NOTHING);
	w.n = 0;
	w_string(&w, "onMetaData");
	w_info(&w, "error", "NetStream.Play.Stop", NULL);
	t_ok(!rtmp_response_data(&h, w.b, w.n));
	t_ok(!rtmp_response_data(&h, w.b, 0));
}

static void
long_strings_are_cut(void)
{
	char small[5];

	status("error", "Code", NULL);
	rtmp_response_string(small, sizeof(small), &h.value);
	t_str(small, "");
	w_call(&w, "_error", 1);
	w_string(&w, "abcdefgh");
	t_int(hear(), 0);
	rtmp_response_string(small, sizeof(small), &h.value);
	t_str(small, "abcd");
}

T_MAIN(
	{ "answers_have_call_and_value", answers_have_call_and_value },
	{ "codes_mean_something", codes_mean_something },
	{ "only_on_status_is_a_status", only_on_status_is_a_status },
	{ "words_are_what_there_is", words_are_what_there_is },
	{ "most_may_be_missing", most_may_be_missing },
	{ "data_of_the_connection", data_of_the_connection },
	{ "long_strings_are_cut", long_strings_are_cut },
)
