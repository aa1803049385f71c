/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/acknowledge.h"
#include "health/health_record.h"
#include "scratch.h"

#define STATE "{\"\":{\"database-down database\":{\"text\":\"down\",\"critical\":false,\"since\":5}},\"krishna\":{" \
	"\"no-video source:obs\":{\"text\":\"dark\",\"critical\":false,\"since\":7,\"notified\":{\"anna\":9}}," \
	"\"no-audio source:obs\":{\"text\":\"mute\",\"critical\":false,\"since\":7,\"gone\":9}}}"

static long
ack(const char *channel, const char *code, int64_t until)
{
	struct acknowledge a = { "here", channel, code, "carol", until, 100 };

	return acknowledge(&a);
}

static void
begin(void)
{
	scratch_remove("here");
	setenv("LSCTL_STATE", scratch_path("here"), 1);
	scratch_write("here/alert/problems", STATE, 0644);
}

static json_t *
event(void)
{
	return json_loads(scratch_read("here/spool/events"), JSON_DISABLE_EOF_CHECK, NULL);
}

static void
it_is_written_and_recorded(void)
{
	json_t *list, *one, *e;

	begin();
	t_int(ack("krishna", NULL, 0), 1);
	list = acknowledge_list();
	t_int(json_array_size(list), 2);
	one = json_array_get(list, 1);
	t_str(record_text(one, "channel"), "krishna");
	t_str(record_text(one, "code"), "no-video");
	t_str(record_text(one, "subject"), "source:obs");
	t_str(record_text(one, "text"), "dark");
	t_int(record_number(json_object_get(one, "notified"), "anna"), 9);
	t_str(record_text(json_object_get(one, "ack"), "who"), "carol");
	t_int(record_number(json_object_get(one, "ack"), "at"), 100);
	t_ok(json_is_null(json_object_get(json_object_get(one, "ack"), "until")));
	one = json_array_get(list, 0);
	t_ok(json_is_null(json_object_get(one, "channel")));
	t_ok(json_is_null(json_object_get(one, "ack")));
	json_decref(list);
	e = event();
	t_str(record_text(e, "kind"), "acknowledged");
	t_str(record_text(e, "who"), "carol");
	t_str(record_text(e, "channel"), "krishna");
	t_str(record_text(json_object_get(e, "detail"), "code"), "no-video");
	json_decref(e);
}

static void
of_the_host_of_a_code_or_of_all(void)
{
	begin();
	t_int(ack("", NULL, 500), 1);
	t_int(ack("krishna", "database-down", 500), 0);
	t_int(ack(NULL, "no-video", 500), 1);
	t_int(ack(NULL, NULL, 500), 2);
	t_ok(strstr(scratch_read("here/alert/problems"), "\"until\":500") != NULL);
}

static void
without_problems_there_are_none(void)
{
	json_t *list;

	scratch_remove("here");
	scratch_write("here/x", "", 0644);
	t_int(ack(NULL, NULL, 0), 0);
	list = acknowledge_list();
	t_int(json_array_size(list), 0);
	json_decref(list);
	scratch_remove("here");
	scratch_write("here", "", 0644);
	t_int(ack(NULL, NULL, 0), -1);
	scratch_remove("here");
}

T_MAIN(
	{ "it_is_written_and_recorded", it_is_written_and_recorded },
	{ "of_the_host_of_a_code_or_of_all", of_the_host_of_a_code_or_of_all },
	{ "without_problems_there_are_none", without_problems_there_are_none },
)
