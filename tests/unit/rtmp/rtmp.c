/* SPDX-License-Identifier: ISC */
#include "fuzz/rtmp.c"
#include "corpus.h"
#include "dialogue.h"

static void
plays(void)
{
	put_playing();
	w_message(&w, 5, 0, 18, 1, "\2\0\x11|RtmpSampleAccess\1\1\1\1", 24);
	w_message(&w, 5, 0, 18, 1, "\2\0\xaonMetaData\5", 14);
	w_message(&w, 4, 20, 8, 1, "\xaf\0\x12\x10", 4);
	w_message(&w, 6, 40, 9, 1, w.b, 3000);
	dialogue(RTMP_PLAY, "started media:18,0,14 media:8,20,4 media:9,40,3000",
	    PLAY_WORDS);
	t_int(rtmp_msid(r), 1);
	session_end();
}

static void
publishes(void)
{
	begin();
	put_connected();
	w_call(&body, "_error", 2);	/* releaseStream is not known here */
	w_info(&body, "error", "NetConnection.Call.Failed", NULL);
	put(0);
	w_call(&body, "onFCPublish", 0);
	w_info(&body, "status", "NetStream.Publish.Start", NULL);
	put(0);
	w_call(&body, "_result", 3);
	put(0);
	w_message(&w, 3, 0, 19, 0, "shared", 6);
	w_message(&w, 4, 0, 18, 0, "data", 4);
	w_message(&w, 4, 0, 15, 0, "data", 4);
	put_created(5);
	w_call(&body, "onFCPublish", 0);
	w_info(&body, "status", "NetStream.Publish.Start", NULL);
	put(0);
	dialogue(RTMP_PUBLISH, "", PUBLISH_WORDS);
	put_status("status", "NetStream.Publish.Start", "x");
	dialogue(RTMP_PUBLISH, "started", PUBLISH_WORDS);
	t_int(rtmp_msid(r), 5);
	rtmp_unpublish(r);
	session_feed(w.b, 0, 1);
	hear_out();
	t_str(said, PUBLISH_WORDS " FCUnpublish(key?token=sesame) deleteStream");
	session_end();
}

static void
no_unpublish_before_a_stream(void)
{
	begin();
	put_connected();
	session(RTMP_PUBLISH, "rtmp://h/live", "key");
	session_feed(w.b, w.n, SIZE_MAX);
	rtmp_unpublish(r);
	t_int(buf_len(rtmp_out(r)), 0);
	session_end();
}

static void
amf3_servers(void)
{
	begin();
	put_connected();
	w_bytes(&w, "\3\0\0\0\0\0\x1e\x11\0\0\0\0\0", 13);
	w_bytes(&w, "\2\0\7_result\0\x40\x10\0\0\0\0\0\0\5\0\x3f\xf0\0\0\0\0\0\0",
	    29);
	put_status("status", "NetStream.Play.Start", NULL);
	w_message(&w, 4, 7, 15, 1, "\0\2\0\xaonMetaData\5", 15);
	dialogue(RTMP_PLAY, "started media:18,7,14", PLAY_WORDS);
	session_end();
}

static void
media_is_a_start_too(void)
{
	begin();
	put_connected();
	w_message(&w, 4, 10, 8, 1, "early", 5);
	put_created(1);
	w_message(&w, 4, 20, 8, 1, "abc", 3);
	put_status("status", "NetStream.Play.Start", NULL);
	w_message(&w, 4, 30, 8, 1, "", 0);
	dialogue(RTMP_PLAY, "started media:8,20,3 media:8,30,0", PLAY_WORDS);
	session_end();
}

static void
streams_end_and_begin(void)
{
	put_playing();
	put_user(1, 1);
	put_status("status", "NetStream.Play.UnpublishNotify", NULL);
	put_user(0, 1);
	put_status("status", "NetStream.Play.PublishNotify", NULL);
	w_message(&w, 4, 20, 8, 1, "abc", 3);
	put_status("status", "NetStream.Play.Stop", NULL);
	w_message(&w, 4, 30, 8, 1, "abc", 3);
	body.n = 0;
	w_string(&body, "onPlayStatus");
	w_info(&body, "status", "NetStream.Play.Complete", NULL);
	w_message(&w, 4, 30, 18, 1, body.b, body.n);
	put_status("status", "NetStream.Play.Start", NULL);
	dialogue(RTMP_PLAY, "started ended restarted media:8,20,3 ended "
	    "restarted media:8,30,3 ended restarted", PLAY_WORDS);
	session_end();
}

static void
put_aggregate(size_t cut)
{
	body.n = 0;
	w_bytes(&body, "\x08\0\0\2\0\0\x64\0\0\0\1aa\0\0\0\x0d", 17);
	w_bytes(&body, "\x0c\0\0\2\0\0\x64\0\0\0\1??\0\0\0\x0d", 17);
	w_bytes(&body, "\x09\0\0\3\0\0\x78\0\0\0\1vvv\0\0\0\x0e", 18);
	w_message(&w, 6, 5000, 22, 1, body.b, body.n - cut);
}

static void
aggregates_come_apart(void)
{
	put_playing();
	put_aggregate(0);
	w_message(&w, 4, 6000, 8, 1, "abc", 3);
	dialogue(RTMP_PLAY, "started media:8,5000,2 media:9,5020,3 "
	    "media:8,6000,3", PLAY_WORDS);
	/* as the first media of all, and then a broken one */
	begin();
	put_connected();
	put_created(1);
	put_aggregate(0);
	put_aggregate(5);
	dialogue(RTMP_PLAY, "started media:8,5000,2 media:9,5020,3 "
	    "media:8,5000,2 broken", PLAY_WORDS);
	session_end();
}

/* n audio tags without a byte, in one message */
static void
put_tags(int n)
{
	body.n = 0;
	while (n-- > 0) {
		w_byte(&body, 8);
		w_fill(&body, 0, 10);
		w_int(&body, 11, 4);
	}
	w_message(&w, 6, 0, 22, 1, body.b, body.n);
}

static void
tiny_parts_are_counted_and_bounded(void)
{
	uint64_t messages;

	put_playing();
	session(RTMP_PLAY, "rtmp://h/live", "key");
	session_feed(w.b, w.n, w.n);
	messages = rtmp_work(r);
	t_int(messages, 8);
	w.n = 0;
	put_tags(100);
	session_feed(w.b, w.n, w.n);
	t_int(rtmp_work(r) - messages, 1 + 100);
	w.n = 0;
	put_tags(4097);
	session_feed(w.b, w.n, w.n);
	t_str(rtmp_text(r), "an aggregate message is not valid, or has too many parts");
	session_end();
}

static void
pings_are_answered(void)
{
	put_publishing();
	put_user(6, 77);
	put_user(31, 1);
	w_message(&w, 2, 0, 4, 0, "\0\6", 2);
	dialogue(RTMP_PUBLISH, "started", PUBLISH_WORDS " 4:7");
	t_mem(buf_head(&sent) + buf_len(&sent) - 4, "\0\0\0\x4d", 4);
	session_end();
}

static void
acknowledges_at_half_the_window(void)
{
	static uint8_t media[10000];

	put_playing();
	w_control(&w, 5, 20000);
	w_message(&w, 6, 40, 9, 1, media, sizeof(media));
	session(RTMP_PLAY, "rtmp://h/live", "key?token=sesame");
	session_feed(w.b, 9999, 100);
	hear_out();
	t_str(said, PLAY_WORDS);
	session_feed(w.b + 9999, 1, 1);
	hear_out();
	t_str(said, PLAY_WORDS " 3:10000");
	/* One batch of bytes is one acknowledgement, with all of it in. */
	session(RTMP_PLAY, "rtmp://h/live", "key?token=sesame");
	session_feed(w.b, w.n, SIZE_MAX);
	hear_out();
	t_int(be32(buf_head(&sent) + buf_len(&sent) - 4), w.n);
	session_end();
}

/* They may come at any distance, go back, or be too short. */
static void
acknowledgements_change_nothing(void)
{
	put_publishing();
	w_control(&w, 3, 0xfffff000);
	w_control(&w, 3, 0x1000);
	w_control(&w, 3, 0x0fff);
	dialogue(RTMP_PUBLISH, "started", PUBLISH_WORDS);
	session_end();
}

/* A server that asks who publishes; text is what it refuses connect with. */
static void
asks(const char *text, const char *user, const char *want)
{
	struct rtmp_url to;

	begin();
	w_call(&body, "_error", 1);
	w_info(&body, "error", "NetConnection.Connect.Rejected", text);
	put(0);
	session(RTMP_PUBLISH, "rtmp://h/live", "key?token=sesame");
	rtmp_login(r, user, "Bhakti108");
	session_feed(w.b, w.n, SIZE_MAX);
	t_str(events, want);
	t_int(rtmp_state(r), RTMP_OVER);
	rtmp_redirect(r, &to);
	t_str(to.app, strcmp(want, "redirect") == 0 ? "live?authmod=adobe&user=krishna" : "live");
	t_str(to.stream, "key?token=sesame");
}

static void
proves_who_it_is(void)
{
	asks("[ code=403 need auth; authmod=adobe ] : ", "krishna", "redirect");
	asks("[ code=403 need auth; authmod=adobe ] : ", "", "refused");
	t_int(rtmp_refusal(r), RTMP_REFUSAL_LOGIN);
	t_str(rtmp_text(r), "the server wants a user and a password");
	asks("[ authmod=adobe ] : ?reason=authfailed", "krishna", "refused");
	t_int(rtmp_refusal(r), RTMP_REFUSAL_LOGIN);
	t_str(rtmp_text(r), "wrong user or password");
	/* a server that repeats what it must not know */
	asks("no such app for Bhakti108", "krishna", "refused");
	t_int(rtmp_refusal(r), RTMP_REFUSAL_OTHER);
	t_str(rtmp_text(r), "NetConnection.Connect.Rejected: no such app for ***");
	session_end();
}

static void
refusals(void)
{
	begin();
	w_call(&body, "_error", 1);
	w_info(&body, "error", "NetConnection.Connect.Rejected", "no such app");
	put(0);
	w_call(&body, "close", 0);
	put(0);
	dialogue(RTMP_PUBLISH, "refused", "1:60000 connect");
	t_str(rtmp_text(r), "NetConnection.Connect.Rejected: no such app");
	begin();
	put_connected();
	w_call(&body, "_error", 4);
	put(0);
	dialogue(RTMP_PLAY, "refused", NULL);
	t_str(rtmp_text(r), "createStream was refused");
	begin();
	put_connected();
	put_created(1);
	put_status("error", "NetStream.Publish.BadName", "Already publishing");
	dialogue(RTMP_PUBLISH, "refused", PUBLISH_WORDS);
	t_str(rtmp_text(r), "NetStream.Publish.BadName: Already publishing");
	put_playing();
	put_status("status", "NetStream.Play.StreamNotFound", NULL);
	dialogue(RTMP_PLAY, "started refused", PLAY_WORDS);
	begin();
	put_connected();
	put_created(1);
	w_call(&body, "_error", 5);
	put(0);
	dialogue(RTMP_PUBLISH, "refused", PUBLISH_WORDS);
	begin();
	w_call(&body, "close", 0);
	put(0);
	dialogue(RTMP_PUBLISH, "refused", NULL);
	t_str(rtmp_text(r), "closed by the server");
	session_end();
}

/* As encoders do: an id that is missing is 0, and _result is an answer to publish. */
static void
short_answers_are_enough(void)
{
	begin();
	put_connected();
	w_call(&body, "_result", 4);
	put(0);
	w_call(&body, "_result", 5);
	put(0);
	dialogue(RTMP_PUBLISH, "started", NULL);
	t_int(rtmp_msid(r), 0);
	session_end();
}

static void
a_server_ends_what_it_had_accepted(void)
{
	static const char *const codes[] = { "NetConnection.Connect.Closed", "NetConnection.Connect.AppShutdown",
	    "NetStream.Unpublish.Success", "NetStream.Play.UnpublishNotify" };
	size_t i;

	put_publishing();
	w_call(&body, "close", 0);
	put(0);
	dialogue(RTMP_PUBLISH, "started closed", PUBLISH_WORDS);
	t_str(rtmp_text(r), "closed by the server");
	for (i = 0; i < nitems(codes); i++) {
		put_publishing();
		put_status("status", codes[i], "bye");
		dialogue(RTMP_PUBLISH, "started closed", PUBLISH_WORDS);
		t_ok(strstr(rtmp_text(r), codes[i]) == rtmp_text(r));
	}
	/* the end of a stream of before */
	begin();
	put_connected();
	put_status("status", "NetStream.Unpublish.Success", NULL);
	put_created(1);
	put_status("status", "NetStream.Publish.Start", NULL);
	dialogue(RTMP_PUBLISH, "started", PUBLISH_WORDS);
	session_end();
}

static void
protocol_errors(void)
{
	begin();
	w.b[0] = 'H';
	session(RTMP_PUBLISH, "rtmp://h/live", "key");
	session_feed(w.b, w.n, 1);
	t_str(events, "broken");
	t_str(rtmp_text(r), "the peer does not speak RTMP");
	begin();
	w_byte(&w, 0xc9);
	dialogue(RTMP_PUBLISH, "broken", NULL);
	t_str(rtmp_text(r), "a chunk continues a message that never started");
	begin();
	w_message(&w, 3, 0, 20, 0, "junk", 4);
	dialogue(RTMP_PUBLISH, "broken", NULL);
	begin();
	put_connected();
	put_created(-1);
	dialogue(RTMP_PUBLISH, "broken", NULL);
	begin();
	put_connected();
	w_call(&body, "_result", 4);
	put(0);
	dialogue(RTMP_PLAY, "broken", NULL);
	t_str(rtmp_text(r), "the answer to createStream has no stream id");
	put_playing();
	w_head0(&w, 6, 0, 65537, 9, 1);
	dialogue(RTMP_PLAY, "started broken", PLAY_WORDS);
	session_end();
}

static void
an_owner_that_does_not_send(void)
{
	enum rtmp_event ev;
	struct packet *pkt;
	size_t i;

	put_publishing();
	session(RTMP_PUBLISH, "rtmp://h/live", "key");
	session_feed(w.b, w.n, SIZE_MAX);
	w.n = 0;
	put_user(6, 1);
	for (i = 0, ev = RTMP_NONE; i < 10000 && ev == RTMP_NONE; i++)
		(void)rtmp_read(r, w.b, w.n, &ev, &pkt);
	t_int(ev, RTMP_BROKEN);
	t_ok(buf_len(rtmp_out(r)) <= 65536);
	t_int(rtmp_read(r, w.b, w.n, &ev, &pkt), w.n);
	t_int(ev, RTMP_NONE);
	session_end();
}

static void
echoes_are_redacted(void)
{
	begin();
	put_connected();
	put_created(1);
	put_status("error", "NetStream.Publish.Denied", "live?auth=letmein/"
	    "abcd-efgh-ijkl?token=sesame\r\nabcd-efgh letmein c=d&e=f");
	session(RTMP_PUBLISH, "rtmp://h/live?auth=letmein",
	    "abcd-efgh-ijkl?token=sesame");
	session_feed(w.b, w.n, 100);
	t_str(events, "refused");
	t_str(rtmp_text(r), "NetStream.Publish.Denied: "
	    "live?*** *** c=***&e=***");
	session_end();
}

static void
reconnects_where_told(void)
{
	struct rtmp_url u;

	put_publishing();
	body.n = 0;
	w_call(&body, "onStatus", 0);
	w_info(&body, "status", "NetConnection.Connect.ReconnectRequest", NULL);
	body.n -= 3;
	w_key(&body, "tcUrl");
	w_string(&body, "rtmp://other:1936/live?a=secret");
	w_int(&body, 9, 3);
	put(0);
	dialogue(RTMP_PUBLISH, "started reconnect", PUBLISH_WORDS);
	t_str(rtmp_text(r), "rtmp://other:1936/live?a=***");
	rtmp_redirect(r, &u);
	t_ok(strcmp(u.tc_url, "rtmp://other:1936/live?a=secret") == 0);
	t_ok(strcmp(u.stream, "key?token=sesame") == 0);
	put_publishing();
	put_status("status", "NetConnection.Connect.ReconnectRequest", NULL);
	dialogue(RTMP_PUBLISH, "started reconnect", PUBLISH_WORDS);
	t_str(rtmp_text(r), "");
	rtmp_redirect(r, &u);
	t_ok(strcmp(u.tc_url, "rtmp://h/live") == 0);
	session_end();
	rtmp_free(NULL);
}

static void
corpus(void)
{
	t_corpus("rtmp", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "plays", plays },
	{ "publishes", publishes },
	{ "no_unpublish_before_a_stream", no_unpublish_before_a_stream },
	{ "amf3_servers", amf3_servers },
	{ "media_is_a_start_too", media_is_a_start_too },
	{ "streams_end_and_begin", streams_end_and_begin },
	{ "aggregates_come_apart", aggregates_come_apart },
	{ "tiny_parts_are_counted_and_bounded", tiny_parts_are_counted_and_bounded },
	{ "pings_are_answered", pings_are_answered },
	{ "acknowledges_at_half_the_window", acknowledges_at_half_the_window },
	{ "acknowledgements_change_nothing", acknowledgements_change_nothing },
	{ "proves_who_it_is", proves_who_it_is },
	{ "refusals", refusals },
	{ "short_answers_are_enough", short_answers_are_enough },
	{ "a_server_ends_what_it_had_accepted", a_server_ends_what_it_had_accepted },
	{ "protocol_errors", protocol_errors },
	{ "an_owner_that_does_not_send", an_owner_that_does_not_send },
	{ "echoes_are_redacted", echoes_are_redacted },
	{ "reconnects_where_told", reconnects_where_told },
	{ "corpus", corpus },
)
