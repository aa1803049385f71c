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
	t_str(record_text(r, "on_air"), "obs");
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
	struct stage s = { .desired = GOOD_DESIRED, .streams = good_streams, .identity = "id1" };
	struct health *h = stage_make(&s);
	const json_t *r = stage_record(h);

	t_str(record_text(r, "state"), "DOWN");
	t_ok(json_is_null(json_object_get(r, "on_air")));
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
	static const char *const answers[] = { "{}", "[]", "{\"code\":\"ok\",\"channel\":\"radha\"}",
	    "{\"channel\":\"krishna\"}", "{\"code\":\"no-memory\",\"channel\":\"krishna\"}", "not JSON" };
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
	t_str(stage_problems(h->host), "database-down database: database: no server there: nothing can be "
	    "changed; channels stay as they are: 'systemctl restart postgresql && lsctl-db wait'\n");
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
	t_ok(strncmp(stage_problems(h->host), "server-down server: media server x: nobody answers there: ", 58) == 0);
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
a_restart_of_the_media_server_is_reported(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h, *next;

	s.desired = DESIRED("true", "auto", DESIRED_SOURCES, "{\"server\":{\"id\":\"id0\"}}");
	h = stage_make(&s);
	t_str(stage_problems(stage_record(h)), "server-restarted server: the media server was restarted less "
	    "than 5 minutes ago: encoders had to reconnect\n");
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

T_MAIN({ "all well is ok", all_well_is_ok },
    { "nothing there is down", nothing_there_is_down },
    { "who hangs is not known", who_hangs_is_not_known },
    { "another channel's answer is none", another_channels_answer_is_none },
    { "without a database the forwarder is believed", without_a_database_the_forwarder_is_believed },
    { "without a media server nothing is said of it", without_a_media_server_nothing_is_said_of_it },
    { "a pass remembers the one before", a_pass_remembers_the_one_before },
    { "a restart of the media server is reported", a_restart_of_the_media_server_is_reported },
    { "picking leaves the rest out", picking_leaves_the_rest_out })
