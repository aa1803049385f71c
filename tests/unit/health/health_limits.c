/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/alerts_file.h"
#include "health/health_limits.h"
#include "health/health_record.h"
#include "t.h"

#define ALERTS(limits) "{\"time_zone\":\"Europe/Berlin\",\"channels\":" limits "}"
#define CHANNEL(limits) ALERTS("{\"krishna\":" limits "}")
#define OBS(healthy, more) "{\"healthy\":" healthy ",\"kbps\":2000,\"fps\":25.0,\"b_frames\":true" more "}"
#define RECORD(obs) "{\"channel\":\"krishna\",\"running\":true,\"problems\":[],\"sources\":{\"obs\":" obs \
	",\"loop\":{\"healthy\":true,\"kbps\":10,\"fps\":1,\"b_frames\":false}}}"
#define GOOD RECORD(OBS("true", ""))
#define ABSENT RECORD(OBS("false", ""))
#define MONDAY	INT64_C(1780315200)	/* 2026-06-01T12:00:00Z, 14:00 in Berlin */

static bool off;

/* The problems of this record at a time, each "CODE SUBJECT;". */
static const char *
found(const char *alerts, const char *record, int64_t now)
{
	struct health_answers x = { .host = "here" };
	struct health_case c = { .x = &x, .off = off, .now = now * 1000 };
	static char said[512];
	char key[HEALTH_KEY];
	struct error err;
	json_t *declaration = alerts_file_parse(alerts, "alerts", &err), *one;
	size_t i;

	if (declaration == NULL)
		printf("# %s\n", err.text);
	t_ok(declaration != NULL);
	x.alerts = declaration;
	c.record = json_loads(record, 0, NULL);
	health_limit_problems(&c);
	said[0] = '\0';
	json_array_foreach(json_object_get(c.record, "problems"), i, one) {
		strlcat(said, health_problem_key(key, one), sizeof(said));
		strlcat(said, ";", sizeof(said));
	}
	json_decref(c.record);
	json_decref(declaration);
	return said;
}

static void
the_encoder_has_limits(void)
{
	t_str(found(CHANNEL("{\"kbps_under\":2001}"), GOOD, MONDAY), "bitrate-low source:obs;");
	t_str(found(CHANNEL("{\"kbps_under\":2000}"), GOOD, MONDAY), "");
	t_str(found(CHANNEL("{\"fps_under\":26}"), GOOD, MONDAY), "frame-rate-low source:obs;");
	t_str(found(CHANNEL("{\"fps_under\":25}"), GOOD, MONDAY), "");
	t_str(found(CHANNEL("{\"kbps_under\":9999,\"fps_under\":99}"), ABSENT, MONDAY), "");
	t_str(found(CHANNEL("{\"kbps_under\":9999,\"fps_under\":99}"), RECORD("{\"healthy\":true}"), MONDAY), "");
}

static void
b_frames_of_any_source(void)
{
	t_str(found(CHANNEL("{\"b_frames\":false}"), GOOD, MONDAY), "b-frames source:obs;");
	t_str(found(CHANNEL("{\"b_frames\":true}"), GOOD, MONDAY), "");
	t_str(found(CHANNEL("{}"), GOOD, MONDAY), "");
}

static void
an_encoder_that_is_expected(void)
{
	static const char plan[] = CHANNEL("{\"expected\":[{\"days\":\"sun\",\"from\":\"08:00\",\"to\":\"09:00\"},"
	    "{\"days\":\"mon\",\"from\":\"14:00\",\"to\":\"16:00\"}]}");

	t_str(found(plan, ABSENT, MONDAY), "encoder-missing source:obs;");
	t_str(found(plan, ABSENT, MONDAY - 1), "");
	t_str(found(plan, ABSENT, MONDAY + 7199), "encoder-missing source:obs;");
	t_str(found(plan, ABSENT, MONDAY + 7200), "");
	t_str(found(plan, ABSENT, MONDAY + 86400), "");
	t_str(found(plan, GOOD, MONDAY), "");
}

static void
another_channel_has_those_of_the_star(void)
{
	t_str(found(ALERTS("{\"radha\":{\"kbps_under\":9000}}"), GOOD, MONDAY), "");
	t_str(found(ALERTS("{\"*\":{\"kbps_under\":9000}}"), GOOD, MONDAY), "bitrate-low source:obs;");
	t_str(found(ALERTS("{\"*\":{\"kbps_under\":9000},\"krishna\":{}}"), GOOD, MONDAY), "");
	t_str(found("{}", GOOD, MONDAY), "");
}

static void
a_channel_that_is_off_or_unknown_has_none(void)
{
	static const char all[] = CHANNEL("{\"kbps_under\":9000,\"b_frames\":false}");

	off = true;
	t_str(found(all, GOOD, MONDAY), "");
	off = false;
	t_str(found(all, "{\"channel\":\"krishna\",\"running\":false,\"problems\":[],\"sources\":{\"obs\":{\"kbps\":1,"
	    "\"healthy\":true}}}", MONDAY), "");
}

T_MAIN(
	{ "the_encoder_has_limits", the_encoder_has_limits },
	{ "b_frames_of_any_source", b_frames_of_any_source },
	{ "an_encoder_that_is_expected", an_encoder_that_is_expected },
	{ "another_channel_has_those_of_the_star", another_channel_has_those_of_the_star },
	{ "a_channel_that_is_off_or_unknown_has_none", a_channel_that_is_off_or_unknown_has_none },
)
