/* SPDX-License-Identifier: ISC */
/* Passes with a clock of the test: who is notified, and when. Anna is asleep from 22:00 to 07:00 in Berlin. */
#include "base/base.h"
#include "alert/problems.h"
#include "alert/rules.h"
#include "health/alerts_file.h"
#include "health/health_record.h"
#include "t.h"

#define PEOPLE(anna) "\"ways\":{\"p\":{\"kind\":\"program\",\"program\":\"/p\"}},\"people\":{" \
	"\"anna\":{\"ways\":[\"p\"]" anna "},\"balbir\":{\"ways\":[\"p\"]}}"
#define ASLEEP ",\"quiet\":{\"from\":\"22:00\",\"to\":\"07:00\",\"time_zone\":\"Europe/Berlin\"" 
#define RULES(rules) "{" PEOPLE("") ",\"rules\":{" rules "}}"
#define ANNA(more) RULES("\"r\":{\"to\":[\"anna\"]" more "}")
#define ESCALATES ANNA(",\"then\":[\"balbir\"],\"then_after\":\"15m\"")

#define HOST "{\"host\":\"h\",\"database\":true,\"server\":{\"up\":true},\"problems\":[]}"
#define RECORD(status, list) "{\"channel\":\"krishna\",\"state\":\"OBS_ACTIVE\",\"running\":true,\"status\":\"" status \
	"\",\"problems\":[" list "]}"
#define P(code, subject) "{\"code\":\"" code "\",\"subject\":\"" subject "\",\"text\":\"x\"}"
#define WARNING RECORD("warning", P("no-audio", "source:obs"))
#define CRITICAL RECORD("critical", P("nothing-on-air", "channel"))
#define NONE RECORD("ok", "")
#define NOON INT64_C(1780315200)	/* 2026-06-01T12:00:00Z, a Monday */
#define NIGHT (NOON + 36000)		/* midnight in Berlin */
#define MORNING (NOON + 61200)		/* 07:00 there */

static json_t *state;
static char declaration[4096];

static void
begin(const char *text)
{
	json_decref(state);
	state = json_object();
	strlcpy(declaration, text, sizeof(declaration));
}

/* A pass at a time: who is notified of what, each "PERSON KIND CODE[ escalated][ +SECONDS];". */
static const char *
pass(int64_t now, const char *record)
{
	struct problems_when when = { .now = now, .after = 30, .over = json_array() };
	static char said[1024];
	struct error err;
	json_t *records = json_array(), *d = alerts_file_parse(declaration, "alerts", &err), *notified, *one, *report;
	char later[32];
	size_t i;

	if (d == NULL)
		printf("# %s\n", err.text);
	json_array_append_new(records, json_loads(HOST, 0, NULL));
	json_array_append_new(records, json_loads(record, 0, NULL));
	json_decref(problems_pass(state, records, &when));
	notified = rules_pass(d, state, when.over, now);
	said[0] = '\0';
	json_array_foreach(notified, i, one) {
		report = json_object_get(one, "report");
		snprintf(later, sizeof(later), " +%d", (int)((int64_t)record_number(one, "not_before") - now));
		snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s %s %s%s%s;", record_text(one, "person"),
		    record_text(report, "kind"), record_text(report, "code"), record_true(report, "escalated") ?
		    " escalated" : "", strcmp(later, " +0") == 0 ? "" : later);
	}
	json_decref(notified);
	json_decref(d);
	json_decref(when.over);
	json_decref(records);
	return said;
}

static long
acknowledged(const char *channel, const char *code, int64_t until, int64_t now)
{
	json_t *list = rules_acknowledge(state, channel, code, "carol", until, now);
	long n = (long)json_array_size(list);

	json_decref(list);
	return n;
}

static void
a_warning_has_a_delay_and_a_critical_problem_none(void)
{
	begin(ANNA(""));
	t_str(pass(NOON, WARNING), "");
	t_str(pass(NOON + 29, WARNING), "");
	t_str(pass(NOON + 30, WARNING), "anna problem no-audio;");
	begin(ANNA(""));
	t_str(pass(NOON, CRITICAL), "anna problem nothing-on-air;");
	begin(ANNA(",\"delay\":\"2m\""));
	t_str(pass(NOON, CRITICAL), "");
	t_str(pass(NOON + 119, CRITICAL), "");
	t_str(pass(NOON + 120, CRITICAL), "anna problem nothing-on-air;");
	begin(ANNA(",\"delay\":0"));
	t_str(pass(NOON, WARNING), "anna problem no-audio;");
}

static void
what_comes_and_goes_in_the_delay_is_not_told(void)
{
	begin(ANNA(""));
	pass(NOON, WARNING);
	t_str(pass(NOON + 20, NONE), "");
	t_str(pass(NOON + 40, WARNING), "");
	t_str(pass(NOON + 60, WARNING), "");
}

static void
a_problem_is_told_once_and_its_end_once(void)
{
	int t;

	begin(RULES("\"r\":{\"to\":[\"anna\"]},\"again\":{\"to\":[\"anna\",\"anna\"]}"));
	t_str(pass(NOON, CRITICAL), "anna problem nothing-on-air;");
	for (t = 10; t < 1000; t += 10)
		t_str(pass(NOON + t, CRITICAL), "");
	t_str(pass(NOON + 1000, NONE), "");
	t_str(pass(NOON + 1010, CRITICAL), "");		/* it flaps */
	t_str(pass(NOON + 1020, NONE), "");
	t_str(pass(NOON + 1049, NONE), "");
	t_str(pass(NOON + 1050, NONE), "anna problem-over nothing-on-air;");
	t_str(pass(NOON + 1060, NONE), "");
	t_int(json_object_size(state), 0);
}

/* Its end is notified although it did not last long enough for the notifier. */
static void
the_end_of_a_short_critical_problem_is_told(void)
{
	begin(ANNA(""));
	t_str(pass(NOON, CRITICAL), "anna problem nothing-on-air;");
	t_str(pass(NOON + 10, NONE), "");
	t_str(pass(NOON + 40, NONE), "anna problem-over nothing-on-air;");
}

static void
rules_choose_by_code_channel_and_severity(void)
{
	begin(RULES("\"a\":{\"to\":[\"anna\"],\"codes\":[\"no-audio\"]},"
	    "\"b\":{\"to\":[\"balbir\"],\"channels\":[\"radha\"]}"));
	pass(NOON, RECORD("critical", P("no-audio", "source:obs") "," P("nothing-on-air", "channel")));
	t_str(pass(NOON + 30, RECORD("critical", P("no-audio", "source:obs") "," P("nothing-on-air", "channel"))),
	    "anna problem no-audio;");
	begin(ANNA(",\"severity\":\"critical\""));
	pass(NOON, WARNING);
	t_str(pass(NOON + 30, WARNING), "");
	t_str(pass(NOON + 40, CRITICAL), "anna problem nothing-on-air;");
	/* of a channel that is off */
	begin(ANNA(",\"severity\":\"critical\""));
	t_str(pass(NOON, RECORD("warning", P("forwarder-down", "forwarder"))), "");
	t_str(pass(NOON + 60, RECORD("warning", P("forwarder-down", "forwarder"))), "");
}

static void
without_rules_everybody_is_told(void)
{
	begin("{" PEOPLE("") "}");
	t_str(pass(NOON, CRITICAL), "anna problem nothing-on-air;balbir problem nothing-on-air;");
}

static void
a_warning_waits_for_the_morning(void)
{
	begin("{" PEOPLE(ASLEEP "}") ",\"rules\":{\"r\":{\"to\":[\"anna\"]}}}");
	t_str(pass(NIGHT, WARNING), "");
	t_str(pass(NIGHT + 3600, WARNING), "");
	t_str(pass(MORNING - 1, WARNING), "");
	t_str(pass(MORNING, WARNING), "anna problem no-audio;");
	/* what is over by then is not reported */
	begin("{" PEOPLE(ASLEEP "}") ",\"rules\":{\"r\":{\"to\":[\"anna\"]}}}");
	pass(NIGHT, WARNING);
	pass(NIGHT + 600, NONE);
	t_str(pass(NIGHT + 660, NONE), "");
	t_str(pass(MORNING, NONE), "");
	/* its end waits, too */
	begin("{" PEOPLE(ASLEEP "}") ",\"rules\":{\"r\":{\"to\":[\"anna\"]}}}");
	pass(NOON, WARNING);
	t_str(pass(NOON + 30, WARNING), "anna problem no-audio;");
	pass(NIGHT, NONE);
	t_str(pass(NIGHT + 30, NONE), "anna problem-over no-audio +25170;");
}

/* The night of the 28th of March 2026 has an hour less, that of the 24th of October one more. */
static void
the_morning_comes_by_the_clock_on_the_wall(void)
{
	const int64_t spring = 1774735200, autumn = 1792879200;	/* 22:00 UTC; 23:00 and midnight in Berlin */

	begin("{" PEOPLE(ASLEEP "}") ",\"rules\":{\"r\":{\"to\":[\"anna\"]}}}");
	pass(spring, WARNING);
	t_str(pass(spring + 7 * 3600 - 1, WARNING), "");
	t_str(pass(spring + 7 * 3600, WARNING), "anna problem no-audio;");
	begin("{" PEOPLE(ASLEEP "}") ",\"rules\":{\"r\":{\"to\":[\"anna\"]}}}");
	pass(autumn, WARNING);
	t_str(pass(autumn + 8 * 3600 - 1, WARNING), "");
	t_str(pass(autumn + 8 * 3600, WARNING), "anna problem no-audio;");
}

static void
critical_problems_wake_unless_declared_otherwise(void)
{
	begin("{" PEOPLE(ASLEEP "}") ",\"rules\":{\"r\":{\"to\":[\"anna\"]}}}");
	t_str(pass(NIGHT, CRITICAL), "anna problem nothing-on-air;");
	pass(NIGHT + 10, NONE);
	t_str(pass(NIGHT + 40, NONE), "anna problem-over nothing-on-air;");
	begin("{" PEOPLE(ASLEEP ",\"critical\":false}") ",\"rules\":{\"r\":{\"to\":[\"anna\"]}}}");
	t_str(pass(NIGHT, CRITICAL), "");
	t_str(pass(MORNING, CRITICAL), "anna problem nothing-on-air;");
}

static void
a_second_person_is_told_when_nobody_acknowledges(void)
{
	begin(ESCALATES);
	t_str(pass(NOON, CRITICAL), "anna problem nothing-on-air;");
	t_str(pass(NOON + 899, CRITICAL), "");
	t_str(pass(NOON + 900, CRITICAL), "balbir problem nothing-on-air escalated;");
	t_str(pass(NOON + 2000, CRITICAL), "");
	pass(NOON + 2010, NONE);
	t_str(pass(NOON + 2040, NONE), "anna problem-over nothing-on-air;balbir problem-over nothing-on-air;");
	/* also while the first one is asleep */
	begin("{" PEOPLE(ASLEEP ",\"critical\":false}") ",\"rules\":{\"r\":{\"to\":[\"anna\"],\"then\":[\"balbir\"],"
	    "\"then_after\":\"15m\"}}}");
	t_str(pass(NIGHT, CRITICAL), "");
	t_str(pass(NIGHT + 900, CRITICAL), "balbir problem nothing-on-air escalated;");
}

static void
acknowledged_goes_to_nobody_more(void)
{
	begin(ESCALATES);
	pass(NOON, CRITICAL);
	t_int(acknowledged("radha", NULL, 0, NOON + 60), 0);
	t_int(acknowledged("krishna", "no-audio", 0, NOON + 60), 0);
	t_int(acknowledged("", NULL, 0, NOON + 60), 0);
	t_int(acknowledged("krishna", "nothing-on-air", 0, NOON + 60), 1);
	t_str(pass(NOON + 900, CRITICAL), "");
	t_str(pass(NOON + 90000, CRITICAL), "");
	pass(NOON + 90010, NONE);
	t_str(pass(NOON + 90040, NONE), "anna problem-over nothing-on-air;");
}

static void
an_acknowledgement_that_ends_begins_it_again(void)
{
	begin(ESCALATES);
	pass(NOON, CRITICAL);
	t_int(acknowledged(NULL, NULL, NOON + 3600, NOON + 60), 1);
	t_str(pass(NOON + 3599, CRITICAL), "");
	t_str(pass(NOON + 3600, CRITICAL), "anna problem nothing-on-air;");
	t_str(pass(NOON + 4499, CRITICAL), "");
	t_str(pass(NOON + 4500, CRITICAL), "balbir problem nothing-on-air escalated;");
}

static void
a_clock_that_is_set_back_stops_nothing(void)
{
	begin(ESCALATES);
	pass(NOON, CRITICAL);
	t_str(pass(NOON - 7200, CRITICAL), "");
	t_str(pass(NOON - 7200 + 900, CRITICAL), "balbir problem nothing-on-air escalated;");
}

T_MAIN(
	{ "a_warning_has_a_delay_and_a_critical_problem_none", a_warning_has_a_delay_and_a_critical_problem_none },
	{ "what_comes_and_goes_in_the_delay_is_not_told", what_comes_and_goes_in_the_delay_is_not_told },
	{ "a_problem_is_told_once_and_its_end_once", a_problem_is_told_once_and_its_end_once },
	{ "the_end_of_a_short_critical_problem_is_told", the_end_of_a_short_critical_problem_is_told },
	{ "rules_choose_by_code_channel_and_severity", rules_choose_by_code_channel_and_severity },
	{ "without_rules_everybody_is_told", without_rules_everybody_is_told },
	{ "a_warning_waits_for_the_morning", a_warning_waits_for_the_morning },
	{ "the_morning_comes_by_the_clock_on_the_wall", the_morning_comes_by_the_clock_on_the_wall },
	{ "critical_problems_wake_unless_declared_otherwise", critical_problems_wake_unless_declared_otherwise },
	{ "a_second_person_is_told_when_nobody_acknowledges", a_second_person_is_told_when_nobody_acknowledges },
	{ "acknowledged_goes_to_nobody_more", acknowledged_goes_to_nobody_more },
	{ "an_acknowledgement_that_ends_begins_it_again", an_acknowledgement_that_ends_begins_it_again },
	{ "a_clock_that_is_set_back_stops_nothing", a_clock_that_is_set_back_stops_nothing },
)
