/* SPDX-License-Identifier: ISC */
/* What nginx's RTMP module really answered: tests/data/nginx/. */
#include "base/base.h"
#include "server/server_nginx.h"

#include "answers.h"
#include "corpus.h"
#include "t.h"
#include "fuzz/nginx_stat.c"

static struct error err;

#define IN_STREAM(s) "<rtmp><pid>7</pid><server><application><name>live</name><live>" \
	"<stream>" s "</stream></live></application></server></rtmp>"

static enum server_fault
streams(const char *body, size_t len, struct server_streams *l)
{
	memset(l, 0, sizeof(*l));
	err.text[0] = '\0';
	return server_nginx.streams(body, len, l, &err);
}

static void
a_publisher_is_told_whole(void)
{
	char *body = recorded("nginx/stat.xml");
	struct server_streams l;
	const struct server_stream *s;

	t_int(streams(body, strlen(body), &l), SERVER_OK);
	t_str(l.identity, "12222");
	t_int(l.n, 1);
	s = &l.v[0];
	t_str(s->app, "live");
	t_str(s->name, "key1");
	t_ok(s->publishing && !s->orphan);
	t_str(s->client, "1005");
	t_str(s->address, "127.0.0.1");
	t_ok(s->alive_s > 4.9 && s->alive_s < 5);
	t_int(s->recv_bytes, 426006);
	t_int(s->frames, -1);
	t_int(s->video_kbps, 0);
	t_int(s->clients, 1);
	t_str(s->video, "h264 640x360 30");
	t_str(s->audio, "aac 44100 1");
	server_streams_free(&l);
	free(body);
}

static void
a_player_is_no_publisher(void)
{
	static const char body[] = IN_STREAM("<name>a</name><bw_in>5000500</bw_in>"
	    "<bw_audio>96000</bw_audio><bw_video>4904500</bw_video>"
	    "<client><id>8</id><address>10.0.0.8</address><time>10</time><active/></client>"
	    "<client><id>9</id><address>10.0.0.9</address><time>2000</time>"
	    "<publishing/><active/></client><nclients>2</nclients><publishing/>");
	static const char orphan[] = IN_STREAM("<name>a</name><client><id>8</id>"
	    "<address>10.0.0.8</address></client><nclients>1</nclients>");
	struct server_streams l;

	t_int(streams(body, strlen(body), &l), SERVER_OK);
	t_str(l.v[0].client, "9");
	t_str(l.v[0].address, "10.0.0.9");
	t_int(l.v[0].kbps, 5000);
	t_int(l.v[0].video_kbps, 4904);
	t_int(l.v[0].audio_kbps, 96);
	t_str(l.v[0].video, "");
	server_streams_free(&l);
	t_int(streams(orphan, strlen(orphan), &l), SERVER_OK);
	t_ok(l.v[0].orphan && !l.v[0].publishing);
	t_str(l.v[0].client, "");
	server_streams_free(&l);
}

static void
names_are_any_bytes(void)
{
	static const char body[] = IN_STREAM("<name>a\xff\xc3\xa4\x01&lt;b&amp;</name>");
	struct server_streams l;

	t_int(streams(body, strlen(body), &l), SERVER_OK);
	t_str(l.v[0].name, "a\xff\xc3\xa4?<b&");
	server_streams_free(&l);
}

static void
what_is_no_stat_page_is_strange(void)
{
	static const char *const bodies[] = { "", "1", "<html></html>", "<rtmp>",
	    "<!DOCTYPE r [<!ENTITY a \"b\">]><rtmp><pid>&a;</pid></rtmp>",
	    "<html><head><title>404 Not Found</title></head></html>" };
	struct server_streams l;
	char deep[1024] = "";
	size_t i;

	for (i = 0; i < nitems(bodies); i++) {
		t_int(streams(bodies[i], strlen(bodies[i]), &l), SERVER_STRANGE);
		t_str(err.text, "its answer is not the stat page of nginx's RTMP module");
		server_streams_free(&l);
	}
	while (strlen(deep) < 900)
		strlcat(deep, "<rtmp>", sizeof(deep));
	t_int(streams(deep, strlen(deep), &l), SERVER_STRANGE);
	server_streams_free(&l);
}

static void
no_stream_is_an_answer(void)
{
	static const char body[] = "<rtmp><pid>7</pid></rtmp>";
	struct server_streams l;

	t_int(streams(body, strlen(body), &l), SERVER_OK);
	t_int(l.n, 0);
	t_str(l.identity, "7");
}

static void
clients_come_from_the_same_page(void)
{
	char *body = recorded("nginx/stat.xml");
	struct server_clients l = { 0 };

	t_int(server_nginx.clients(body, strlen(body), &l, &err), SERVER_OK);
	t_int(l.n, 1);
	t_str(l.v[0].name, "key1");
	t_str(l.v[0].app, "live");
	t_str(l.v[0].id, "1005");
	t_ok(l.v[0].publishing);
	server_clients_free(&l);
	free(body);
}

static void
a_kick_names_one_publisher(void)
{
	struct buf b;
	bool kicked;

	buf_init(&b, 256);
	t_int(server_nginx.kick_path(&b, "live", "a&b \xff", "9"), 0);
	buf_add(&b, "", 1);
	t_str((const char *)buf_head(&b),
	    "/control/drop/publisher?app=live&name=a%26b%20%FF&clientid=9");
	buf_free(&b);
	t_int(server_nginx.kick("1", 1, &kicked, &err), SERVER_OK);
	t_ok(kicked);
	t_int(server_nginx.kick("0\n", 2, &kicked, &err), SERVER_OK);
	t_ok(!kicked);
	t_int(server_nginx.kick("<html>", 6, &kicked, &err), SERVER_STRANGE);
	t_int(server_nginx.kick("", 0, &kicked, &err), SERVER_STRANGE);
}

static void
corpus(void)
{
	t_corpus("nginx_stat", LLVMFuzzerTestOneInput);
}

T_MAIN({ "a_publisher_is_told_whole", a_publisher_is_told_whole },
    { "a_player_is_no_publisher", a_player_is_no_publisher },
    { "names_are_any_bytes", names_are_any_bytes },
    { "what_is_no_stat_page_is_strange", what_is_no_stat_page_is_strange },
    { "no_stream_is_an_answer", no_stream_is_an_answer },
    { "clients_come_from_the_same_page", clients_come_from_the_same_page },
    { "a_kick_names_one_publisher", a_kick_names_one_publisher },
    { "corpus", corpus })
