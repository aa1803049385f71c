/* SPDX-License-Identifier: ISC */
/* A host with a channel or two, as its parts would answer. */
#ifndef TESTS_UNIT_CONTROL_HEALTH_STAGE_H
#define TESTS_UNIT_CONTROL_HEALTH_STAGE_H

#include "base/base.h"
#include "base/clock.h"
#include "health/health.h"
#include "health/health_record.h"

#include <errno.h>
#include <stdarg.h>

#include "t.h"

#define LIVE_SOURCE(more) "{\"on_air\":true,\"healthy\":true,\"health\":\"healthy\",\"connected\":true," \
	"\"publishing\":true,\"stable_s\":812.4,\"kbps\":5980,\"last_error\":null,\"silent_s\":0.0," \
	"\"video\":\"h264 1920x1080 30\",\"audio\":\"aac 48000 2\",\"keyframe_s\":2.0," \
	"\"breaks\":1,\"dropped\":0" more "}"
#define LOOP_SOURCE "{\"on_air\":false,\"healthy\":true,\"health\":\"healthy\",\"connected\":true," \
	"\"publishing\":true,\"stable_s\":9.5,\"kbps\":4400,\"last_error\":null,\"silent_s\":0.0," \
	"\"video\":\"h264 1920x1080 30\",\"audio\":\"aac 48000 2\",\"keyframe_s\":2.0," \
	"\"breaks\":1,\"dropped\":0}"
#define LIVE_DEST "{\"state\":\"live\",\"address\":\"primary\",\"up_s\":9.0,\"kbps\":5975," \
	"\"lag_ms\":212,\"queue_ms\":12,\"acked_bytes\":123456,\"connects\":1,\"reconnects\":0,\"dropped_frames\":0,\"fault\":null,\"last_error\":null}"
#define FORWARD(state, on_air, mode, obs, dest) "{\"code\":\"ok\",\"channel\":\"krishna\",\"time\":\"x\"," \
	"\"started\":\"2026-01-01T00:00:00.000Z\",\"state\":\"" state "\",\"on_air\":" on_air ",\"since\":\"2026-01-01T00:00:00.000Z\",\"mode\":\"" mode "\",\"sources\":{\"obs\":" obs \
	",\"loop\":" LOOP_SOURCE ",\"file\":{\"on_air\":false,\"healthy\":true}},\"destinations\":" \
	"{\"youtube\":" dest "},\"cuts\":3,\"max_gap_ms\":40,\"problems\":[\"source obs: stalled\"]}"
#define GOOD_FORWARD FORWARD("OBS_ACTIVE", "\"obs\"", "auto", LIVE_SOURCE(""), LIVE_DEST)
#define GOOD_LOOP "{\"code\":\"ok\",\"channel\":\"krishna\",\"state\":\"FILE_ACTIVE\",\"sources\":{},\"destinations\":" \
	"{\"server\":" LIVE_DEST "},\"problems\":[]}"
#define DESIRED_SOURCES "[{\"name\":\"obs\",\"kind\":\"live\",\"token\":true,\"files\":0,\"refused\":0," \
	"\"allowed\":{\"cobs\":60}},{\"name\":\"loop\",\"kind\":\"loop\",\"token\":true,\"files\":1," \
	"\"refused\":0,\"allowed\":{\"cloop\":60}},{\"name\":\"file\",\"kind\":\"file\"," \
	"\"files\":1,\"refused\":0}]"
#define DESIRED(enabled, mode, sources, last) "{\"host\":{\"server\":\"srs\",\"api_url\":\"x\"}," \
	"\"channels\":[{\"channel\":\"krishna\",\"enabled\":" enabled ",\"mode\":\"" mode "\"," \
	"\"sources\":" sources ",\"destinations\":[{\"name\":\"youtube\",\"enabled\":true,\"key\":true}]," \
	"\"previous\":" last "}]}"
#define GOOD_DESIRED DESIRED("true", "auto", DESIRED_SOURCES, "null")

/* What each part says; NULL: the forwarder or loop is not there, the others are away. */
struct stage {
	const char	*desired, *forward, *loop;
	const struct server_stream *streams;	/* none: the server is down */
	size_t		 n;
	int		 error;		/* of a forwarder that does not answer; 0: ENOENT */
	const char	*identity;
	const struct health *previous;
	enum db_fault	 db_fault;	/* why there is no answer; DB_OK: DB_AWAY */
	enum server_fault server_fault;
	bool		 spool_waits, spool_refused;
};

static struct server_stream good_streams[] = {
	{ .vhost = (char[]){ "" }, .app = (char[]){ "live" }, .name = (char[]){ "krishna_obs" },
	  .publishing = true, .client = "cobs", .recv_bytes = 1000, .frames = 100, .kbps = 6000,
	  .video_kbps = -1, .audio_kbps = -1, .alive_s = -1, .clients = 2,
	  .video = "h264 1920x1080", .audio = "aac 48000 2" },
	{ .vhost = (char[]){ "" }, .app = (char[]){ "live" }, .name = (char[]){ "krishna_loop" },
	  .publishing = true, .client = "cloop", .recv_bytes = 1000, .frames = 100, .kbps = 4400,
	  .video_kbps = -1, .audio_kbps = -1, .alive_s = -1, .clients = 2,
	  .video = "h264 1920x1080", .audio = "aac 48000 2" }
};

#define GOOD_STAGE { GOOD_DESIRED, GOOD_FORWARD, GOOD_LOOP, good_streams, nitems(good_streams), 0, "id1", NULL, DB_OK, SERVER_OK, \
	false, false }

__attribute__((unused)) static struct health *
stage_make(const struct stage *s)
{
	static const char *const names[] = { "krishna" };
	char *forward_text = s->forward != NULL ? strdup(s->forward) : NULL,
	    *loop_text = s->loop != NULL ? strdup(s->loop) : NULL;
	struct ctl_query forward = { .answer = forward_text, .error = forward_text != NULL ? 0 :
	    s->error != 0 ? s->error : ENOENT },
	    loop = { .answer = loop_text, .error = loop_text != NULL ? 0 : ENOENT };
	struct server_stream *v = calloc(s->n + 1, sizeof(*v));
	struct server_streams streams = { v, s->n, s->n, "" };
	struct health *h;

	if (s->n > 0)
		memcpy(v, s->streams, s->n * sizeof(*v));
	strlcpy(streams.identity, s->identity != NULL ? s->identity : "", sizeof(streams.identity));
	h = health_make(&(struct health_answers){ .host = "testhost", .desired = s->desired,
	    .db_fault = s->desired != NULL ? DB_OK : s->db_fault != DB_OK ? s->db_fault : DB_AWAY,
	    .db_reason = "no server there", .server_kind = "srs",
	    .streams = s->streams != NULL ? &streams : NULL,
	    .server_fault = s->streams != NULL ? SERVER_OK : s->server_fault != SERVER_OK ? s->server_fault :
	    SERVER_AWAY, .server_reason = "media server x: nobody answers there", .channels = names,
	    .forward = &forward, .loop = &loop, .n = 1, .spool_waits = s->spool_waits,
	    .spool_refused = s->spool_refused }, s->previous);
	free(v);
	free(forward_text);
	free(loop_text);
	return h;
}

/* Makes what differs from pass to pass the same. */
__attribute__((unused)) static void
stage_freeze(struct health *h)
{
	json_t *record, *source, *server;
	const char *name;
	size_t i;

	json_object_set_new(h->host, "time", json_string("2026-01-01T00:00:09.000Z"));
	json_array_foreach(h->channels, i, record) {
		json_object_set_new(record, "time", json_string("2026-01-01T00:00:09.000Z"));
		json_object_foreach(json_object_get(record, "sources"), name, source) {
			server = json_object_get(source, "server");
			json_object_del(server, "seen");
			json_object_del(server, "moved");
		}
	}
}

__attribute__((unused)) static const json_t *
stage_record(const struct health *h)
{
	return json_array_get(h->channels, 0);
}

/* All problems of a record, "CODE SUBJECT: TEXT" and a newline each. */
__attribute__((unused)) static const char *
stage_problems(const json_t *record)
{
	static char text[8192];
	const json_t *one;
	size_t i, n = 0;

	text[0] = '\0';
	json_array_foreach(json_object_get(record, "problems"), i, one)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s %s: %s\n", record_text(one, "code"),
		    record_text(one, "subject"), record_text(one, "text"));
	return text;
}

/*
 * In this stage the channel has a problem of this code and subject, "no-video source:obs", with text in its text, and
 * its status is that. NULL: it has none.
 */
#define t_problem(s, key, text, status) t_problem_(s, key, text, status, __FILE__, __LINE__)

__attribute__((unused)) static void
t_problem_(const struct stage *s, const char *key, const char *text, const char *status, const char *file,
    int line)
{
	struct health *h = stage_make(s);
	const json_t *problems = json_object_get(stage_record(h), "problems"), *one;
	char have[HEALTH_KEY];
	bool found = false;
	size_t i;

	json_array_foreach(problems, i, one)
		found |= key != NULL && strcmp(health_problem_key(have, one), key) == 0 &&
		    strstr(record_text(one, "text"), text) != NULL;
	if (!t_report(key != NULL ? found : json_array_size(problems) == 0, file, line, key != NULL ? key : "no problem"))
		printf("# got: %s\n", stage_problems(stage_record(h)));
	t_str_(record_text(stage_record(h), "status"), status, "status", file, line);
	health_free(h);
}

#endif
