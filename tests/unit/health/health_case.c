/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_case.h"
#include "health/health_record.h"
#include "t.h"

static void
a_problem_makes_a_record_as_bad_as_it_is(void)
{
	struct health_case c = { .record = json_pack("{ss s[]}", "channel", "krishna", "problems") };
	const json_t *list = json_object_get(c.record, "problems"), *one;

	health_problem(&c, PROBLEM_NO_VIDEO, "source", "obs", NULL);
	t_int(c.status, HEALTH_WARNING);
	health_problem(&c, PROBLEM_NOTHING_ON_AIR, "channel", NULL, NULL);
	t_int(c.status, HEALTH_CRITICAL);
	health_problem(&c, PROBLEM_NO_AUDIO, "source", "obs", NULL);
	t_int(c.status, HEALTH_CRITICAL);
	t_int(json_array_size(list), 3);
	one = json_array_get(list, 0);
	t_int(json_object_size(one), 3);
	t_str(record_text(one, "code"), "no-video");
	t_str(record_text(one, "subject"), "source:obs");
	t_ok(strncmp(record_text(one, "text"), "source obs: sound comes", 23) == 0);
	t_str(record_text(json_array_get(list, 1), "subject"), "channel");
	json_decref(c.record);
}

static void
names_of_any_bytes_are_printable(void)
{
	struct health_case c = { .record = json_pack("{s[]}", "problems") };

	health_problem(&c, PROBLEM_UNKNOWN_PUBLISHER, "stream", "live/a\xff\033b", NULL);
	t_str(record_text(json_array_get(json_object_get(c.record, "problems"), 0), "subject"), "stream:live/a??b");
	json_decref(c.record);
}

static void
a_key_has_the_code_and_the_subject(void)
{
	json_t *one = json_pack("{ss ss ss}", "code", "no-video", "subject", "source:obs", "text", "any");
	char key[HEALTH_KEY];

	t_str(health_problem_key(key, one), "no-video source:obs");
	t_int(health_problem_of(key), PROBLEM_NO_VIDEO);
	t_int(health_problem_of("the picture stands still"), PROBLEMS);
	json_decref(one);
}

/* Each row: who answers, and for each kind of problem whether it would be seen. */
static void
what_does_not_answer_tells_nothing(void)
{
	static const struct {
		bool	database, server, forwarder, by_all, by_database, by_server;
	} all[] = {
		{ true, true, true, true, true, true },
		{ false, true, true, false, false, true },
		{ true, false, true, false, true, false },
		{ true, true, false, false, true, true }
	};
	size_t i;

	for (i = 0; i < nitems(all); i++) {
		t_int(health_problem_observed(PROBLEM_NO_VIDEO, all[i].database, all[i].server, all[i].forwarder), all[i].by_all);
		t_int(health_problem_observed(PROBLEMS, all[i].database, all[i].server, all[i].forwarder), all[i].by_all);
		t_int(health_problem_observed(PROBLEM_DATABASE_DOWN, all[i].database, all[i].server, all[i].forwarder),
		    all[i].by_database);
		t_int(health_problem_observed(PROBLEM_SERVER_DOWN, all[i].database, all[i].server, all[i].forwarder),
		    all[i].by_server);
		t_ok(health_problem_observed(PROBLEM_SPOOL_WAITS, all[i].database, all[i].server, all[i].forwarder));
	}
}

T_MAIN({ "a_problem_makes_a_record_as_bad_as_it_is", a_problem_makes_a_record_as_bad_as_it_is },
    { "names_of_any_bytes_are_printable", names_of_any_bytes_are_printable },
    { "a_key_has_the_code_and_the_subject", a_key_has_the_code_and_the_subject },
    { "what_does_not_answer_tells_nothing", what_does_not_answer_tells_nothing })
