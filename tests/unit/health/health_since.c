/* SPDX-License-Identifier: ISC */
#include "health/health_since.h"
#include "health_stage.h"

#define SILENT	FORWARD("LOOP_ACTIVE", "\"loop\"", "auto", "{\"on_air\":false,\"healthy\":false,\"health\":\"no-video\"," \
	"\"connected\":true,\"publishing\":true,\"kbps\":96}", LIVE_DEST)

static json_t *known;

/* A pass at this time of one day. */
static struct health *
pass(const struct stage *s, const char *time)
{
	struct health *h = stage_make(s);
	char now[CLOCK_RFC3339_LEN];
	json_t *merged;

	snprintf(now, sizeof(now), "2026-01-01T%s.000Z", time);
	json_object_set_new(h->host, "time", json_string(now));
	merged = health_since_merge(known, h);
	json_decref(known);
	known = merged;
	health_since_set(known, h);
	return h;
}

/* Since when the problem with this key is there, in that pass: "" where it is not there, "null" where it is not known. */
static const char *
since(const json_t *record, const char *key)
{
	static char text[CLOCK_RFC3339_LEN];
	char have[HEALTH_KEY];
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(record, "problems"), i, one)
		if (strcmp(health_problem_key(have, one), key) == 0) {
			strlcpy(text, json_is_null(json_object_get(one, "since")) ? "null" :
			    record_text(one, "since"), sizeof(text));
			return text;
		}
	return "";
}

static void
t_since(const struct stage *s, const char *time, const char *key, const char *want)
{
	struct health *h = pass(s, time);

	t_str(since(strncmp(key, "database", 8) == 0 ? h->host : stage_record(h), key), want);
	health_free(h);
}

static void
fresh(void)
{
	json_decref(known);
	known = NULL;
}

static void
a_problem_began_when_it_was_first_seen(void)
{
	struct stage s = GOOD_STAGE;

	fresh();
	s.forward = SILENT;
	t_since(&s, "00:00:01", "no-video source:obs", "2026-01-01T00:00:01.000Z");
	t_since(&s, "00:00:03", "no-video source:obs", "2026-01-01T00:00:01.000Z");
	s.forward = GOOD_FORWARD;
	t_since(&s, "00:00:05", "no-video source:obs", "");
	t_int(json_object_size(known), 0);
	s.forward = SILENT;
	t_since(&s, "00:00:07", "no-video source:obs", "2026-01-01T00:00:07.000Z");
}

/* A problem that cannot be observed is not over: the database or the server is down, the forwarder hangs. */
static void
it_survives_a_pass_that_cannot_see_it(void)
{
	static const char token[] = "no-token source:obs";
	struct stage s = GOOD_STAGE, blind;

	fresh();
	s.desired = DESIRED("true", "auto", "[{\"name\":\"obs\",\"kind\":\"live\",\"token\":false,\"files\":0}]", "null");
	t_since(&s, "00:00:01", token, "2026-01-01T00:00:01.000Z");
	blind = s;
	blind.desired = NULL;
	t_since(&blind, "00:00:03", token, "");
	t_since(&blind, "00:00:05", "database-down database", "2026-01-01T00:00:03.000Z");
	t_since(&s, "00:00:07", token, "2026-01-01T00:00:01.000Z");
	t_since(&s, "00:00:08", "database-down database", "");
	t_since(&blind, "00:00:09", "database-down database", "2026-01-01T00:00:09.000Z");
	s.forward = SILENT;
	t_since(&s, "00:00:10", "no-video source:obs", "2026-01-01T00:00:10.000Z");
	blind = s;
	blind.forward = NULL;
	blind.error = ETIMEDOUT;
	t_since(&blind, "00:00:11", "no-video source:obs", "");
	t_since(&s, "00:00:12", "no-video source:obs", "2026-01-01T00:00:10.000Z");
}

static void
a_channel_that_is_no_more_is_forgotten(void)
{
	struct stage s = GOOD_STAGE;

	fresh();
	known = json_pack("{s{ss} s{ss}}", "radha", "no-video source:obs", "2026-01-01T00:00:00.000Z", "krishna",
	    "no-video source:obs", "2026-01-01T00:00:00.000Z");
	s.desired = NULL;
	health_free(pass(&s, "00:00:01"));
	t_ok(json_object_get(known, "radha") != NULL);	/* who knows? */
	s.desired = GOOD_DESIRED;
	health_free(pass(&s, "00:00:02"));
	t_int(json_object_size(known), 0);
}

static void
what_could_not_be_kept_is_not_known(void)
{
	struct stage s = GOOD_STAGE;
	struct health *h;

	fresh();
	s.forward = SILENT;
	h = stage_make(&s);
	health_since_set(NULL, h);
	t_str(since(stage_record(h), "no-video source:obs"), "null");
	health_free(h);
}

static void
a_clock_that_is_set_back_does_no_harm(void)
{
	struct stage s = GOOD_STAGE;

	fresh();
	s.forward = SILENT;
	t_since(&s, "10:00:00", "no-video source:obs", "2026-01-01T10:00:00.000Z");
	t_since(&s, "09:00:00", "no-video source:obs", "2026-01-01T09:00:00.000Z");
}

/* A file that somebody else wrote. */
static void
nonsense_is_nothing(void)
{
	static const char *const texts[] = { "[]", "{\"krishna\":7}", "{\"krishna\":{\"no-video source:obs\":{}}}",
	    "{\"krishna\":{\"x\":\"y\"},\"\":null}" };
	struct stage s = GOOD_STAGE;
	size_t i;

	s.forward = SILENT;
	for (i = 0; i < nitems(texts); i++) {
		fresh();
		known = json_loads(texts[i], 0, NULL);
		t_since(&s, "00:00:01", "no-video source:obs", "2026-01-01T00:00:01.000Z");
	}
	fresh();
}

T_MAIN({ "a_problem_began_when_it_was_first_seen", a_problem_began_when_it_was_first_seen },
    { "it_survives_a_pass_that_cannot_see_it", it_survives_a_pass_that_cannot_see_it },
    { "a_channel_that_is_no_more_is_forgotten", a_channel_that_is_no_more_is_forgotten },
    { "what_could_not_be_kept_is_not_known", what_could_not_be_kept_is_not_known },
    { "a_clock_that_is_set_back_does_no_harm", a_clock_that_is_set_back_does_no_harm },
    { "nonsense_is_nothing", nonsense_is_nothing })
