/* SPDX-License-Identifier: ISC */
/* What SRS 5 really answered: tests/data/srs/. */
#include "base/base.h"
#include "server/server_srs.h"

#include "answers.h"
#include "corpus.h"
#include "t.h"
#include "fuzz/srs_streams.c"

static struct error err;

static enum server_fault
streams(char *body, struct server_streams *l)
{
	enum server_fault f;

	memset(l, 0, sizeof(*l));
	err.text[0] = '\0';
	f = server_srs.streams(body, strlen(body), l, &err);
	free(body);
	return f;
}

/* One that was recorded alone, as an element of the list. */
static enum server_fault
one_stream(const char *path, struct server_streams *l)
{
	return streams(wrapped("{\"code\":0,\"service\":\"s\",\"streams\":[", path,
	    "]}"), l);
}

static void
a_publisher_is_told_whole(void)
{
	struct server_streams l;
	const struct server_stream *s;

	t_int(streams(recorded("srs/streams-1-av.json"), &l), SERVER_OK);
	t_str(l.identity, "2g028165");
	t_int(l.n, 1);
	s = &l.v[0];
	t_str(s->vhost, "");
	t_str(s->app, "live");
	t_str(s->name, "one");
	t_ok(s->publishing && !s->orphan);
	t_str(s->client, "1t958024");
	t_int(s->recv_bytes, 936689);
	t_int(s->frames, 0);
	t_int(s->clients, 3);
	t_str(s->video, "h264 640x360");
	t_str(s->audio, "aac 44100 2");
	t_str(s->address, "");
	t_ok(s->alive_s == -1 && s->video_kbps == -1);
	server_streams_free(&l);
}

static void
null_tracks_are_none(void)
{
	struct server_streams l;

	t_int(streams(recorded("srs/streams-2-videoonly-audioonly.json"), &l), SERVER_OK);
	t_int(l.n, 2);
	t_str(l.v[0].video, "h264 640x360");
	t_str(l.v[0].audio, "");
	t_str(l.v[1].video, "");
	t_str(l.v[1].audio, "aac 44100 2");
	server_streams_free(&l);
}

static void
publishing_without_media_is_publishing(void)
{
	struct server_streams l;

	t_int(one_stream("srs/stream-published-no-media-yet.json", &l), SERVER_OK);
	t_ok(l.v[0].publishing);
	t_int(l.v[0].recv_bytes, 0);
	t_str(l.v[0].client, "685g3746");
	server_streams_free(&l);
}

static void
an_old_client_id_is_nobody(void)
{
	struct server_streams l;

	t_int(one_stream("srs/stream-inactive-with-player-attached.json", &l), SERVER_OK);
	t_ok(!l.v[0].publishing && l.v[0].orphan);
	t_str(l.v[0].client, "");
	server_streams_free(&l);
}

static void
players_alone_and_leaks_are_orphan_streams(void)
{
	struct server_streams l;

	t_int(one_stream("srs/stream-orphan-player-only.json", &l), SERVER_OK);
	t_ok(!l.v[0].publishing && l.v[0].orphan);
	t_str(l.v[0].client, "");
	server_streams_free(&l);
	t_int(streams(recorded("srs/stream-leaked-after-republish-on-same-connection.json"),
	    &l), SERVER_OK);
	t_ok(l.v[0].orphan && l.v[0].clients == 1);
	server_streams_free(&l);
}

static void
another_vhost_is_another_stream(void)
{
	char *text = recorded("srs/token-and-other-vhost-bypasses-hooks.json"),
	    *from = strstr(text, "\"streams\""), body[4096];
	struct server_streams l;

	snprintf(body, sizeof(body), "{\"code\":0,%s", from);
	free(text);
	t_int(streams(strdup(body), &l), SERVER_OK);
	t_int(l.n, 1);
	t_str(l.v[0].vhost, "joff.lab");
	t_str(l.v[0].name, "h6");
	server_streams_free(&l);
}

static void
the_request_asks_for_all_and_ends_in_a_slash(void)
{
	struct server_streams l;

	t_str(server_srs.streams_path, "/api/v1/streams/?count=1000000");
	t_str(server_srs.clients_path, "/api/v1/clients/?count=1000000");
	t_int(streams(recorded("srs/streams-14-default-page.json"), &l), SERVER_OK);
	t_int(l.n, 10);		/* what nobody may take for all of them */
	server_streams_free(&l);
	t_int(streams(recorded("srs/streams-14-count-1000.json"), &l), SERVER_OK);
	t_int(l.n, 14);
	server_streams_free(&l);
	t_int(streams(recorded("srs/streams-0.json"), &l), SERVER_OK);
	t_int(l.n, 0);
	server_streams_free(&l);
}

static void
what_is_no_list_is_strange(void)
{
	static const char *const bodies[] = { "", "0", "[]", "{}", "{\"code\":\"0\"}",
	    "{\"code\":null,\"streams\":[]}", "{\"code\":0,\"streams\":null}",
	    "{\"code\":0,\"streams\":{}}", "Redirect to /api/v1/streams/",
	    "{\"code\":0,\"streams\":[" };
	struct server_streams l;
	char *text;
	size_t i;

	for (i = 0; i < nitems(bodies); i++) {
		t_int(streams(strdup(bodies[i]), &l), SERVER_STRANGE);
		t_ok(err.text[0] != '\0' && l.n == 0);
	}
	t_int(streams(strdup("{\"code\":2048}"), &l), SERVER_STRANGE);
	t_str(err.text, "it answers with code 2048");
	/* A path it does not know: 200, code 0, and a directory. */
	text = recorded("srs/error-unknown-path.json");
	t_int(streams(strdup(strstr(text, "\"body\": ") + 8), &l), SERVER_STRANGE);
	free(text);
	/* The server's process id is text here and a number there: neither is read. */
	t_int(streams(recorded("srs/summaries.json"), &l), SERVER_STRANGE);
	t_ok(strstr(err.text, "HTTP API") != NULL);
}

static void
members_of_other_types_are_nothing(void)
{
	static const char body[] = "{\"code\":0,\"service\":7,\"streams\":[null,3,"
	    "{\"name\":1,\"app\":null,\"url\":[],\"publish\":{\"active\":1,\"cid\":2},"
	    "\"recv_bytes\":\"9\",\"frames\":-4,\"kbps\":3,\"clients\":1e300,"
	    "\"video\":{\"codec\":7},\"audio\":\"aac\"}]}";
	struct server_streams l;
	size_t i;

	t_int(streams(strdup(body), &l), SERVER_OK);
	t_int(l.n, 3);
	t_str(l.identity, "");
	for (i = 0; i < l.n; i++) {
		t_str(l.v[i].name, "");
		t_ok(!l.v[i].publishing);
		t_int(l.v[i].recv_bytes, -1);
	}
	server_streams_free(&l);
}

static void
clients_are_told_by_url(void)
{
	char *text = recorded("srs/clients-1pub-1rtmp-1flv.json");
	struct server_clients l = { 0 };

	t_int(server_srs.clients(text, strlen(text), &l, &err), SERVER_OK);
	t_int(l.n, 3);
	t_ok(l.v[0].publishing && !l.v[1].publishing && !l.v[2].publishing);
	t_str(l.v[1].name, "one");	/* its own name is one.flv */
	t_str(l.v[0].id, "1t958024");
	t_str(l.v[0].address, "127.0.0.1");
	t_str(l.v[0].app, "live");
	t_str(l.v[0].vhost, "");
	t_ok(l.v[0].alive_s > 14 && l.v[0].alive_s < 15);
	server_clients_free(&l);
	free(text);
	text = strdup("{\"code\":0,\"clients\":[{\"url\":\"v.lab/live/sub/x\"},{\"url\":\"y\"},{}]}");
	t_int(server_srs.clients(text, strlen(text), &l, &err), SERVER_OK);
	t_str(l.v[0].vhost, "v.lab");
	t_str(l.v[0].app, "live/sub");
	t_str(l.v[0].name, "x");
	t_str(l.v[1].name, "y");
	t_str(l.v[2].name, "");
	server_clients_free(&l);
	free(text);
}

static void
kicking_who_is_gone_is_done(void)
{
	char *text = recorded("srs/client-delete-ok.json");
	struct buf b;
	bool kicked;

	t_int(server_srs.kick(text, strlen(text), &kicked, &err), SERVER_OK);
	t_ok(kicked);
	free(text);
	t_int(server_srs.kick("{\"code\":2049}", 13, &kicked, &err), SERVER_OK);
	t_ok(!kicked);
	t_int(server_srs.kick("{\"code\":1061}", 13, &kicked, &err),
	    SERVER_STRANGE);
	buf_init(&b, 256);
	t_int(server_srs.kick_path(&b, "live", "one", "a/b?"), 0);
	buf_add(&b, "", 1);
	t_str((const char *)buf_head(&b), "/api/v1/clients/a%2Fb%3F");
	buf_free(&b);
}

static void
corpus(void)
{
	t_corpus("srs_streams", LLVMFuzzerTestOneInput);
}

T_MAIN({ "a_publisher_is_told_whole", a_publisher_is_told_whole },
    { "null_tracks_are_none", null_tracks_are_none },
    { "publishing_without_media_is_publishing", publishing_without_media_is_publishing },
    { "an_old_client_id_is_nobody", an_old_client_id_is_nobody },
    { "players_alone_and_leaks_are_orphan_streams", players_alone_and_leaks_are_orphan_streams },
    { "another_vhost_is_another_stream", another_vhost_is_another_stream },
    { "the_request_asks_for_all_and_ends_in_a_slash",
      the_request_asks_for_all_and_ends_in_a_slash },
    { "what_is_no_list_is_strange", what_is_no_list_is_strange },
    { "members_of_other_types_are_nothing", members_of_other_types_are_nothing },
    { "clients_are_told_by_url", clients_are_told_by_url },
    { "kicking_who_is_gone_is_done", kicking_who_is_gone_is_done },
    { "corpus", corpus })
