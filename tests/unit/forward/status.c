/* SPDX-License-Identifier: ISC */
/* The status record, read as a program reads it: lsctl-forward(8) says what is in it. */
#include "forward/status.h"
#include "stage.h"

#include <jansson.h>
#include <math.h>

#define SPEC	"{\"channel\":\"c\",\"delay_ms\":1000,\"stall_ms\":700,\"sources\":[{\"name\":\"obs\"," \
	"\"url\":\"$obs\"},{\"name\":\"film\",\"path\":\"$film\"}],\"destinations\":[" \
	"{\"name\":\"youtube\",\"url\":\"$youtube\"},{\"name\":\"facebook\",\"url\":\"$facebook\"}]}"

static json_t *status;

/* As it is now. */
static void
look(void)
{
	char *text = forwarder_status(fw, now);

	json_decref(status);
	status = json_loads(text, 0, NULL);
	t_ok(status != NULL);
	free(text);
}

static void
done(void)
{
	json_decref(status);
	status = NULL;
	end();
}

/* What is at sources/obs/health, say. NULL: nothing. */
static const json_t *
at(const char *path)
{
	const json_t *o = status;
	char key[64];
	size_t n;

	for (; *path != '\0' && o != NULL; path += n + (path[n] == '/')) {
		n = strcspn(path, "/");
		snprintf(key, sizeof(key), "%.*s", (int)n, path);
		o = json_is_array(o) ? json_array_get(o, (size_t)strtonum(key, 0, 99, NULL)) : json_object_get(o, key);
	}
	return o;
}

static const char *
text(const char *path)
{
	const json_t *o = at(path);

	return json_is_null(o) ? "null" : json_is_true(o) ? "true" : json_is_false(o) ? "false" :
	    json_string_value(o);
}

static double
number(const char *path)
{
	t_ok(json_is_number(at(path)));
	return json_number_value(at(path));
}

static void
says_how_a_channel_is(void)
{
	begin(SPEC);
	encoding = true;
	WITHIN(10000, strcmp(state(), "OBS_ACTIVE") == 0);
	pass(8000);
	look();
	t_str(text("channel"), "c");
	t_int(strlen(text("started")), CLOCK_RFC3339_LEN - 1);
	t_str(text("started"), fw->started);
	t_str(text("state"), "OBS_ACTIVE");
	t_str(text("mode"), "auto");
	t_ok(at("pin_left_s") == NULL);
	t_int(number("cuts"), 1);
	t_ok(number("max_gap_ms") <= SPEC_BATCH_MS + 2 * 40);
	t_str(text("sources/obs/on_air"), "true");
	t_str(text("sources/obs/healthy"), "true");
	t_str(text("sources/obs/health"), "healthy");
	t_str(text("sources/obs/connected"), "true");
	t_str(text("sources/obs/publishing"), "true");
	t_ok(number("sources/obs/stable_s") >= 8 && number("sources/obs/stable_s") < 12);
	t_ok(number("sources/obs/silent_s") < 1);
	t_ok(fabs(number("sources/obs/keyframe_s") - 1) < 0.01);
	t_ok(number("sources/obs/kbps") > 0);
	t_str(text("sources/obs/last_error"), "null");
	t_ok(strncmp(text("sources/obs/audio"), "aac 48000 2", 11) == 0);
	t_str(text("sources/obs/audio_profile"), "LC");
	t_str(text("sources/film/on_air"), "false");
	t_str(text("sources/film/health"), "healthy");
	t_ok(at("sources/film/connected") == NULL);		/* a file is nowhere connected */
	t_ok(at("sources/film/keyframe_s") == NULL);		/* it has not played */
	t_ok(number("sources/film/keyframe_max_s") > 0);
	t_ok(strncmp(text("sources/film/video"), "h264", 4) == 0);
	t_str(text("sources/film/audio_profile"), "LC");
	t_ok(at("sources/obs/keyframe_max_s") == NULL);
	t_str(text("destinations/youtube/state"), "live");
	t_str(text("destinations/youtube/address"), "primary");
	t_ok(strncmp(text("destinations/youtube/server"), "rtmp://127.0.0.1:", 17) == 0);
	t_ok(strspn(text("destinations/youtube/server") + 17, "0123456789") ==
	    strlen(text("destinations/youtube/server") + 17));		/* no path: it may have the key */
	t_ok(number("destinations/youtube/up_s") >= 8);
	t_ok(number("destinations/youtube/kbps") > 0);
	t_ok(number("destinations/youtube/acked_bytes") > 1000);
	t_int(number("destinations/youtube/connects"), 1);
	t_int(number("destinations/youtube/reconnects"), 0);
	t_int(number("destinations/youtube/dropped_frames"), 0);
	t_int(number("destinations/youtube/queue_ms"), 0);
	t_ok(number("destinations/youtube/lag_ms") <= 40);
	t_str(text("destinations/youtube/fault"), "null");
	t_int(json_array_size(at("problems")), 0);
	t_int(json_array_size(at("changes")), 1);
	t_int(number("changes/0/n"), 1);
	t_str(text("changes/0/from"), "STARTING");
	t_str(text("changes/0/to"), "OBS_ACTIVE");
	t_str(text("changes/0/reason"), "ready");
	done();
}

static bool
problem(const char *code, const char *subject)
{
	const json_t *p;
	size_t i;

	json_array_foreach(at("problems"), i, p)
		if (strcmp(json_string_value(json_object_get(p, "code")), code) == 0 &&
		    strcmp(json_string_value(json_object_get(p, "subject")), subject) == 0)
			return true;
	return false;
}

static void
a_source_that_is_lost_is_a_problem(void)
{
	begin(SPEC);
	encoding = true;
	WITHIN(10000, strcmp(state(), "OBS_ACTIVE") == 0);
	encoding = false;
	WITHIN(5000, strcmp(state(), "FILM_ACTIVE") == 0);
	look();
	t_str(text("sources/obs/health"), "video-stalled");
	t_str(text("sources/obs/healthy"), "false");
	t_str(text("sources/obs/on_air"), "false");
	t_str(text("sources/film/on_air"), "true");
	t_ok(problem("source-silent", "source:obs"));
	t_str(text("changes/1/health"), "video-stalled");
	peer_hang_up(&obs);
	pass(200);
	look();
	t_str(text("sources/obs/health"), "ended");
	t_str(text("sources/obs/connected"), "false");
	t_str(text("sources/obs/publishing"), "false");
	t_ok(at("sources/obs/silent_s") == NULL);	/* nobody knows */
	t_ok(text("sources/obs/last_error") != NULL && strcmp(text("sources/obs/last_error"), "null") != 0);
	t_int(json_array_size(at("problems")), 0);	/* it went home: that is no fault */
	done();
}

static void
a_destination_that_fails_is_a_problem(void)
{
	begin(SPEC);
	peer_close(&facebook);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	pass(1000);
	look();
	t_str(text("destinations/facebook/fault"), "connect");
	t_ok(strcmp(text("destinations/facebook/state"), "live") != 0);
	t_int(number("destinations/facebook/kbps"), 0);
	t_int(number("destinations/facebook/up_s"), 0);
	t_ok(strstr(text("destinations/facebook/last_error"), "refused") != NULL);
	t_ok(problem("destination-down", "destination:facebook"));
	t_ok(!problem("destination-down", "destination:youtube"));
	channel_switch(fw->channel, "off", 0, now);
	pass(100);
	look();
	t_str(text("mode"), "off");
	t_str(text("state"), "OFF");
	t_ok(!problem("destination-down", "destination:facebook"));		/* it is not wanted now */
	done();
}

/* "Sent to both at once: each address has a state of its own." */
static void
each_of_two_addresses_has_a_state(void)
{
	begin("{\"channel\":\"c\",\"sources\":[{\"name\":\"film\",\"path\":\"$film\"}],\"destinations\":[{\"name\":"
	    "\"youtube\",\"url\":\"$youtube\",\"backup_url\":\"$facebook\",\"send_to\":\"both\"}]}");
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	WITHIN(2000, youtube.calls == 1 && facebook.calls == 1);
	pass(2000);
	look();
	t_int(json_object_size(at("destinations")), 2);
	t_str(text("destinations/youtube/state"), "live");
	t_str(text("destinations/youtube/address"), "primary");
	t_str(text("destinations/youtube:backup/state"), "live");
	t_str(text("destinations/youtube:backup/address"), "backup");
	peer_close(&facebook);
	pass(2000);
	look();
	t_str(text("destinations/youtube/state"), "live");
	t_ok(strcmp(text("destinations/youtube:backup/state"), "live") != 0);
	t_ok(problem("destination-down", "destination:youtube:backup"));
	t_ok(!problem("destination-down", "destination:youtube"));
	t_int(youtube.calls, 1);
	t_ok((peer_heard(&youtube), youtube.video > 50));
	done();
}

static void
a_pin_and_what_became_of_it(void)
{
	begin(SPEC);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	channel_switch(fw->channel, "obs", 60000, now);
	pass(2000);
	look();
	t_str(text("mode"), "obs");
	t_ok(number("pin_left_s") > 57 && number("pin_left_s") < 60);
	t_ok(problem("pin-not-healthy", "source:obs"));
	channel_switch(fw->channel, "obs", 0, now);
	look();
	t_ok(at("pin_left_s") == NULL);		/* for ever */
	channel_switch(fw->channel, "film", 0, now);
	look();
	t_ok(!problem("pin-not-healthy", "source:obs"));
	done();
}

static void
rare_keyframes_are_a_problem(void)
{
	begin(SPEC);
	fw->channel->source[0].src.key_gap = 4100;
	look();
	t_ok(!problem("keyframes-far-apart", "source:obs"));
	fw->channel->source[0].src.key_gap = 4101;
	look();
	t_ok(problem("keyframes-far-apart", "source:obs"));
	done();
}

static void
frames_a_second_are_those_of_the_last_gop(void)
{
	struct source *src;

	begin(SPEC);
	look();
	t_ok(at("sources/obs/fps") == NULL);
	src = &fw->channel->source[0].src;
	src->key_gap = 2000;
	src->gop.last_frames = 59;
	src->gop.last_reorders = true;
	look();
	t_int(number("sources/obs/fps") * 10, 295);
	t_str(text("sources/obs/b_frames"), "true");
	done();
}

static void
a_file_that_cannot_be_read_is_a_problem(void)
{
	begin(SPEC);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	t_int(truncate(film, 100), 0);
	WITHIN(10000, fw->channel->source[1].broken);
	look();
	t_str(text("sources/film/health"), "file-unreadable");
	t_str(text("sources/film/healthy"), "false");
	t_ok(problem("file-unreadable", "source:film"));
	done();
}

static void
the_last_changes_are_numbered(void)
{
	int i;

	begin(SPEC);
	WITHIN(10000, strcmp(state(), "FILM_ACTIVE") == 0);
	for (i = 0; i < 20; i++) {
		channel_switch(fw->channel, i % 2 ? "auto" : "off", 0, now);
		pass(200);
	}
	look();
	t_int(json_array_size(at("changes")), FORWARDER_CHANGES);
	t_int(number("changes/15/n"), fw->changes);
	t_int(number("changes/0/n"), fw->changes - 15);
	t_str(text("changes/14/to"), "OFF");
	t_str(text("changes/15/from"), "OFF");
	done();
}

T_MAIN(
	{ "says_how_a_channel_is", says_how_a_channel_is },
	{ "a_source_that_is_lost_is_a_problem", a_source_that_is_lost_is_a_problem },
	{ "a_destination_that_fails_is_a_problem", a_destination_that_fails_is_a_problem },
	{ "each_of_two_addresses_has_a_state", each_of_two_addresses_has_a_state },
	{ "a_pin_and_what_became_of_it", a_pin_and_what_became_of_it },
	{ "rare_keyframes_are_a_problem", rare_keyframes_are_a_problem },
	{ "frames_a_second_are_those_of_the_last_gop", frames_a_second_are_those_of_the_last_gop },
	{ "a_file_that_cannot_be_read_is_a_problem", a_file_that_cannot_be_read_is_a_problem },
	{ "the_last_changes_are_numbered", the_last_changes_are_numbered },
	{ "clean_up", clean_up },
)
