/* SPDX-License-Identifier: ISC */
/* Lists of streams and clients, and what a track is called in a line. */
#include "base/base.h"
#include "server/server_driver.h"
#include "t.h"

#define MANY	100

static void
stream(struct server_streams *l, const char *vhost, const char *app, const char *name, bool publishing,
    const char *client)
{
	struct server_stream *s = server_streams_add(l);

	s->vhost = strdup(vhost);
	s->app = strdup(app);
	s->name = strdup(name);
	s->publishing = publishing;
	strlcpy(s->client, client, sizeof(s->client));
}

static void
they_grow_zeroed_and_keep_what_they_have(void)
{
	struct server_streams streams = { .n = 0 };
	struct server_clients clients = { .n = 0 };
	struct server_client *c;
	char name[16];
	int i;

	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		stream(&streams, "", SERVER_APP, name, true, "");
		t_ok((c = server_clients_add(&clients)) != NULL);
		t_ok(c->name == NULL && c->alive_s == 0 && c->id[0] == '\0');
		c->name = strdup(name);
	}
	t_int(streams.n, MANY);
	t_int(clients.n, MANY);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		t_str(streams.v[i].name, name);
		t_str(clients.v[i].name, name);
		t_int(streams.v[i].kbps, 0);
	}
	server_streams_free(&streams);
	server_clients_free(&clients);
	t_int(streams.n + clients.n, 0);
	t_ok(streams.v == NULL && clients.v == NULL);
	server_streams_free(&streams);
	server_clients_free(&clients);
}

static const char *
video(const char *codec, int64_t width, int64_t height, const char *fps)
{
	static char text[64];

	server_video_print(text, sizeof(text), codec, width, height, fps);
	return text;
}

static const char *
audio(const char *codec, int64_t rate, int64_t channels)
{
	static char text[64];

	server_audio_print(text, sizeof(text), codec, rate, channels);
	return text;
}

static void
what_is_not_known_of_a_track_is_left_out(void)
{
	t_str(video("H264", 1920, 1080, "30"), "h264 1920x1080 30");
	t_str(video("H264", 1920, 1080, "29.97002997"), "h264 1920x1080 29.97");
	t_str(video("H264", 1920, 1080, ""), "h264 1920x1080");
	t_str(video("H264", 1920, 1080, "0"), "h264 1920x1080");
	t_str(video("H264", 1920, 1080, "1000"), "h264 1920x1080");
	t_str(video("HEVC", 0, 1080, "30"), "hevc");
	t_str(video("HEVC", 1920, -1, "30"), "hevc");
	t_str(video("", 1920, 1080, "30"), "");
	t_str(audio("AAC", 48000, 2), "aac 48000 2");
	t_str(audio("AAC", 48000, 0), "aac 48000");
	t_str(audio("AAC", 0, 2), "aac");
	t_str(audio("", 48000, 2), "");
}

static void
a_name_that_is_too_long_is_cut(void)
{
	char text[8];

	server_video_print(text, sizeof(text), "h264", 1920, 1080, "30");
	t_str(text, "h264 19");
	server_audio_print(text, sizeof(text), "aac", 48000, 2);
	t_str(text, "aac 480");
}

T_MAIN(
	{ "they_grow_zeroed_and_keep_what_they_have", they_grow_zeroed_and_keep_what_they_have },
	{ "what_is_not_known_of_a_track_is_left_out", what_is_not_known_of_a_track_is_left_out },
	{ "a_name_that_is_too_long_is_cut", a_name_that_is_too_long_is_cut }
)
