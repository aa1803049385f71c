/* SPDX-License-Identifier: ISC */
#include "health_stage.h"

static void
all_well_is_ok(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h = stage_make(&s);
	const json_t *r = stage_record(h), *server;

	t_str(stage_problems(r), "");
	t_str(stage_problems(h->host), "");
	t_int(health_status(h), HEALTH_OK);
	t_str(record_text(r, "status"), "ok");
	t_str(record_text(r, "state"), "OBS_ACTIVE");
	t_ok(record_true(r, "running"));
	t_ok(record_true(json_object_get(r, "desired"), "enabled"));
	t_ok(record_true(json_object_get(r, "loop"), "running"));
	server = json_object_get(json_object_get(json_object_get(r, "sources"), "obs"), "server");
	t_str(record_text(server, "client"), "cobs");
	t_ok(json_object_get(json_object_get(json_object_get(r, "sources"), "file"), "server") ==
	    NULL);
	/* as the forwarder has it */
	t_int(record_number(json_object_get(json_object_get(r, "sources"), "obs"), "kbps"), 5980);
	health_free(h);
}

static void
nothing_there_is_down(void)
{
	struct stage s = { GOOD_DESIRED, NULL, NULL, good_streams, 0, 0, "id1", NULL };
	struct health *h = stage_make(&s);
	const json_t *r = stage_record(h);

	t_str(record_text(r, "state"), "DOWN");
	t_ok(json_is_false(json_object_get(r, "running")));
	t_int(health_status(h), HEALTH_CRITICAL);
	t_ok(json_is_null(json_object_get(json_object_get(json_object_get(r, "sources"), "obs"),
	    "server")));
	health_free(h);
	s.desired = DESIRED("true", "off", DESIRED_SOURCES, "null");
	h = stage_make(&s);
	t_str(record_text(stage_record(h), "state"), "OFF");
	t_int(health_status(h), HEALTH_WARNING);	/* it should run, and be off */
	health_free(h);
	s.desired = DESIRED("false", "auto", DESIRED_SOURCES, "null");
	h = stage_make(&s);
	t_str(record_text(stage_record(h), "state"), "OFF");
	t_int(health_status(h), HEALTH_OK);
	health_free(h);
}

static void
who_hangs_is_not_known(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h;

	s.forward = NULL;
	s.error = ETIMEDOUT;
	h = stage_make(&s);
	t_str(record_text(stage_record(h), "state"), "UNKNOWN");
	t_ok(json_is_null(json_object_get(stage_record(h), "running")));
	t_ok(json_is_true(json_object_get(json_object_get(json_object_get(stage_record(h),
	    "sources"), "obs"), "publishing")));	/* the server says so */
	health_free(h);
}

static void
another_channels_answer_is_none(void)
{
	static const char *const answers[] = { "{}", "[]", "{\"channel\":\"radha\"}", "not JSON" };
	struct stage s = GOOD_STAGE;
	struct health *h;
	size_t i;

	for (i = 0; i < nitems(answers); i++) {
		s.forward = answers[i];
		h = stage_make(&s);
		t_str(record_text(stage_record(h), "state"), "UNKNOWN");
		health_free(h);
	}
}

static void
without_a_database_the_forwarder_is_believed(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h;

	s.desired = NULL;
	h = stage_make(&s);
	t_str(stage_problems(stage_record(h)), "");
	t_str(stage_problems(h->host), "database: no server there: nothing can be changed; "
	    "channels go on as they are\n");
	t_ok(json_is_null(json_object_get(stage_record(h), "desired")));
	t_str(record_text(json_object_get(json_object_get(json_object_get(stage_record(h),
	    "sources"), "obs"), "server"), "client"), "cobs");
	t_int(json_array_size(json_object_get(h->host, "unknown_publishers")), 0);
	t_int(health_status(h), HEALTH_WARNING);
	health_free(h);
}

static void
without_a_media_server_nothing_is_said_of_it(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h;

	s.streams = NULL;
	s.n = 0;
	h = stage_make(&s);
	t_str(stage_problems(stage_record(h)), "");
	t_ok(strncmp(stage_problems(h->host), "media server x: nobody answers there: ", 38) == 0);
	t_ok(json_object_get(json_object_get(json_object_get(stage_record(h), "sources"), "obs"),
	    "server") == NULL);
	t_ok(json_is_null(json_object_get(stage_record(h), "server")));
	t_int(health_status(h), HEALTH_CRITICAL);
	health_free(h);
}

static const json_t *
obs_server(const struct health *h)
{
	return json_object_get(json_object_get(json_object_get(stage_record(h), "sources"),
	    "obs"), "server");
}

static void
a_pass_remembers_the_one_before(void)
{
	struct stage s = GOOD_STAGE;
	struct server_stream moved[2];
	struct health *one, *two, *three;
	char long_ago[CLOCK_RFC3339_LEN];

	one = stage_make(&s);
	/* the hook let it in a minute ago */
	t_ok(record_time(record_text(obs_server(one), "seen")) / 1000 <= time(NULL) - 59);
	clock_rfc3339(long_ago, 3600000);
	json_object_set_new(json_object_get(json_object_get(json_object_get(
	    json_array_get(one->channels, 0), "sources"), "obs"), "server"), "seen",
	    json_string(long_ago));
	json_object_set_new(json_object_get(json_object_get(json_object_get(
	    json_array_get(one->channels, 0), "sources"), "obs"), "server"), "moved",
	    json_string(long_ago));
	s.previous = one;
	two = stage_make(&s);
	t_str(record_text(obs_server(two), "seen"), long_ago);
	t_str(record_text(obs_server(two), "moved"), long_ago);
	memcpy(moved, good_streams, sizeof(moved));
	moved[0].recv_bytes++;
	s.streams = moved;
	three = stage_make(&s);
	t_str(record_text(obs_server(three), "seen"), long_ago);
	t_ok(strcmp(record_text(obs_server(three), "moved"), long_ago) > 0);
	health_free(three);
	strlcpy(moved[0].client, "other", sizeof(moved[0].client));
	three = stage_make(&s);
	t_ok(strcmp(record_text(obs_server(three), "seen"), long_ago) > 0);
	health_free(three);
	health_free(two);
	health_free(one);
}

static void
a_restart_of_the_media_server_is_told(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h, *next;

	s.desired = DESIRED("true", "auto", DESIRED_SOURCES, "{\"server\":{\"id\":\"id0\"}}");
	h = stage_make(&s);
	t_str(stage_problems(stage_record(h)), "the media server was restarted less than 5 minutes "
	    "ago: encoders had to come back\n");
	s.previous = h;
	next = stage_make(&s);
	t_int(health_status(next), HEALTH_WARNING);	/* still */
	t_str(record_text(json_object_get(stage_record(next), "server"), "since"),
	    record_text(json_object_get(stage_record(h), "server"), "since"));
	health_free(next);
	health_free(h);
	s.previous = NULL;
	s.desired = DESIRED("true", "auto", DESIRED_SOURCES,
	    "{\"server\":{\"id\":\"id1\",\"since\":\"2026-01-01T00:00:00.000Z\"}}");
	h = stage_make(&s);
	t_int(health_status(h), HEALTH_OK);
	health_free(h);
}

static void
strangers_are_told(void)
{
	struct server_stream v[5];
	struct stage s = GOOD_STAGE;
	const json_t *list;
	struct health *h;

	memcpy(v, good_streams, sizeof(good_streams));
	v[2] = v[3] = v[4] = v[0];
	v[2].name = (char[]){ "radha_obs" };
	v[3].vhost = (char[]){ "lab" };		/* the same name, past the hook */
	v[4].name = (char[]){ "a\xff\033[2Jb" };
	v[4].publishing = false;
	v[4].orphan = true;
	s.streams = v;
	s.n = 5;
	h = stage_make(&s);
	list = json_object_get(h->host, "unknown_publishers");
	t_int(json_array_size(list), 2);
	t_str(record_text(json_array_get(list, 0), "stream"), "radha_obs");
	t_str(record_text(json_array_get(list, 0), "client"), "cobs");
	t_str(record_text(json_array_get(list, 1), "vhost"), "lab");
	t_ok(strstr(stage_problems(h->host), "live/radha_obs, which is no channel's") != NULL);
	t_ok(strstr(stage_problems(h->host), "in another vhost") != NULL);
	t_ok(strstr(stage_problems(h->host), "1 streams that nobody publishes") != NULL);
	health_free(h);
	v[2].name = v[4].name;
	h = stage_make(&s);
	t_str(record_text(json_array_get(json_object_get(h->host, "unknown_publishers"), 0), "stream"),
	    "a??[2Jb");
	health_free(h);
}

static void
picking_leaves_the_rest_out(void)
{
	struct stage s = GOOD_STAGE;
	char name[] = "krishna", other[] = "radha", *const good[] = { name },
	    *const bad[] = { name, other };
	struct health *h = stage_make(&s);
	const char *missing = NULL;

	t_int(health_pick(h, bad, 2, &missing), -1);
	t_str(missing, "radha");
	t_ok(!h->picked);
	t_int(health_pick(h, good, 1, &missing), 0);
	t_int(json_array_size(h->channels), 1);
	t_ok(h->picked);
	health_free(h);
	health_free(NULL);
}

T_MAIN({ "all_well_is_ok", all_well_is_ok },
    { "nothing_there_is_down", nothing_there_is_down },
    { "who_hangs_is_not_known", who_hangs_is_not_known },
    { "another_channels_answer_is_none", another_channels_answer_is_none },
    { "without_a_database_the_forwarder_is_believed", without_a_database_the_forwarder_is_believed },
    { "without_a_media_server_nothing_is_said_of_it", without_a_media_server_nothing_is_said_of_it },
    { "a_pass_remembers_the_one_before", a_pass_remembers_the_one_before },
    { "a_restart_of_the_media_server_is_told", a_restart_of_the_media_server_is_told },
    { "strangers_are_told", strangers_are_told },
    { "picking_leaves_the_rest_out", picking_leaves_the_rest_out })
