/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/heartbeat.h"
#include "health/health_record.h"
#include "t.h"

#define EVERY(more) "{\"url_file\":\"u\",\"every\":\"1m\"" more "}"
#define ONE(channel, key, critical, since) "{\"" channel "\":{\"" key "\":{\"text\":\"x\",\"critical\":" critical \
	",\"since\":" since "}}}"
#define AIR ONE("krishna", "nothing-on-air channel", "true", "1000")

static json_t *state;

/* "-": nothing is due; "": all is well; or its text. */
static const char *
beat(int64_t now, const char *declared, const char *problems)
{
	static char text[8192];
	json_t *d = json_loads(declared, 0, NULL), *p = json_loads(problems, 0, NULL), *m;

	if (state == NULL)
		state = json_object();
	m = heartbeat_due(d, p, state, "studio", now);
	strlcpy(text, m != NULL ? record_text(m, "text") : "-", sizeof(text));
	json_decref(m);
	json_decref(p);
	json_decref(d);
	return text;
}

static void
begin(void)
{
	json_decref(state);
	state = NULL;
}

static void
once_in_its_time(void)
{
	begin();
	t_str(beat(1000, EVERY(""), "{}"), "");
	t_str(beat(1010, EVERY(""), "{}"), "-");
	t_str(beat(1059, EVERY(""), "{}"), "-");
	t_str(beat(1060, EVERY(""), "{}"), "");
	t_str(beat(900, EVERY(""), "{}"), "");		/* the clock was set */
	begin();
	t_str(beat(1000, "null", "{}"), "-");
}

static void
a_problem_is_said_at_once_and_its_end_too(void)
{
	begin();
	beat(1000, EVERY(""), "{}");
	t_str(beat(1029, EVERY(""), AIR), "-");
	t_str(beat(1030, EVERY(""), AIR), "krishna: nothing-on-air: x\n");
	t_str(beat(1040, EVERY(""), AIR), "-");
	t_str(beat(1090, EVERY(""), AIR), "krishna: nothing-on-air: x\n");
	t_str(beat(1100, EVERY(""), "{}"), "");
}

static void
a_warning_counts_if_it_is_declared(void)
{
	static const char warning[] = ONE("krishna", "no-audio source:obs", "false", "0");

	begin();
	t_str(beat(1000, EVERY(""), warning), "");
	begin();
	t_str(beat(1000, EVERY(",\"severity\":\"warning\""), warning), "krishna: no-audio: x\n");
}

static void
without_the_database_it_is_not_well(void)
{
	begin();
	t_str(beat(1000, EVERY(""), ONE("", "database-down database", "false", "0")), "studio: database-down: x\n");
}

static void
what_has_gone_does_not_count(void)
{
	begin();
	t_str(beat(1000, EVERY(""), "{\"krishna\":{\"nothing-on-air channel\":{\"text\":\"x\",\"critical\":true,\"since\":0,"
	    "\"gone\":990}}}"), "");
	begin();
}

T_MAIN(
	{ "once_in_its_time", once_in_its_time },
	{ "a_problem_is_said_at_once_and_its_end_too", a_problem_is_said_at_once_and_its_end_too },
	{ "a_warning_counts_if_it_is_declared", a_warning_counts_if_it_is_declared },
	{ "without_the_database_it_is_not_well", without_the_database_it_is_not_well },
	{ "what_has_gone_does_not_count", what_has_gone_does_not_count },
)
