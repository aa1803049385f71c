/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/alert_throttle.h"
#include "t.h"

#define EVERY	600000
#define MIN	60000

static json_t *memory;
static int runs;

/* An exit in a new invocation: the report, or "". */
static const char *
ends(const char *result, int64_t now)
{
	static char said[512];
	struct unit_exit e = { "lsctl-forward@krishna.service", "", "killed", "KILL", "" };
	json_t *event;

	strlcpy(e.result, result, sizeof(e.result));
	snprintf(e.invocation, sizeof(e.invocation), "%032d", ++runs);
	event = alert_throttle_note(memory, &e, now, EVERY);
	snprintf(said, sizeof(said), "%s", event == NULL ? "" :
	    json_string_value(json_object_get(event, "reason")));
	json_decref(event);
	return said;
}

/* How many are due, and the first one's words. */
static int
due(int64_t now, char *said, size_t size)
{
	json_t *list = alert_throttle_due(memory, now, EVERY);
	int n = (int)json_array_size(list);

	snprintf(said, size, "%s", n == 0 ? "" : json_string_value(json_object_get(json_array_get(
	    list, 0), "reason")));
	json_decref(list);
	return n;
}

static void
fresh(void)
{
	json_decref(memory);
	memory = json_object();
}

#define CRASH	"oom-kill: it used more memory than its MemoryMax, or than the machine has"

static void
tells_once_and_then_how_often(void)
{
	fresh();
	t_str(ends("oom-kill", 5), CRASH);
	t_str(ends("oom-kill", 6), "");
	t_str(ends("oom-kill", 5 + EVERY - 1), "");
	t_str(ends("oom-kill", 5 + EVERY), CRASH " (3 times in 10 minutes)");
	t_str(ends("oom-kill", 6 + EVERY), "");
	t_str(ends("oom-kill", 7 + 3 * EVERY), CRASH " (2 times in 21 minutes)");
}

static void
another_result_is_reported(void)
{
	fresh();
	t_str(ends("oom-kill", 1), CRASH);
	t_ok(ends("watchdog", 2)[0] != '\0');
	t_str(ends("oom-kill", 3), "");
	t_str(ends("watchdog", 3), "");
}

static void
the_same_end_counts_once(void)
{
	struct unit_exit e = { "lsctl-backup.service", "exit-code", "exited", "75",
	    "0123456789abcdef0123456789abcdef" };
	json_t *event;
	char said[256];

	fresh();
	event = alert_throttle_note(memory, &e, 1, EVERY);
	t_str(json_string_value(json_object_get(event, "kind")), "unit-exit");
	t_ok(json_is_null(json_object_get(event, "channel")));
	t_str(json_string_value(json_object_get(event, "status")), "75");
	t_int(json_integer_value(json_object_get(event, "times")), 1);
	json_decref(event);
	t_ok(alert_throttle_note(memory, &e, 2, EVERY) == NULL);
	t_int(due(1 + EVERY, said, sizeof(said)), 0);
}

static void
what_was_held_back_is_told_when_it_is_over(void)
{
	char said[512];

	fresh();
	ends("oom-kill", 0);
	ends("oom-kill", MIN);
	ends("oom-kill", 2 * MIN);
	t_int(due(9 * MIN, said, sizeof(said)), 0);
	t_int(due(10 * MIN, said, sizeof(said)), 1);
	t_str(said, CRASH " (2 times in 10 minutes)");
	t_int(due(11 * MIN, said, sizeof(said)), 0);
	t_str(ends("oom-kill", 12 * MIN), "");	/* the last report counts, too */
	t_int(due(20 * MIN, said, sizeof(said)), 1);
	t_str(said, CRASH);
	t_int(due(31 * MIN, said, sizeof(said)), 0);
	t_int(json_object_size(memory), 0);	/* nothing stays for ever */
}

static void
times_of_another_boot_are_none(void)
{
	char said[64];

	fresh();
	ends("oom-kill", 100 * MIN);
	t_ok(ends("oom-kill", MIN)[0] != '\0');
	fresh();
	ends("oom-kill", 100 * MIN);
	t_int(due(MIN, said, sizeof(said)), 0);
	t_int(json_object_size(memory), 0);
}

static void
pending_is_taken_once_and_has_an_end(void)
{
	json_t *e;
	int i;

	fresh();
	for (i = 0; i < ALERT_THROTTLE_PENDING + 3; i++) {
		e = json_pack("{si}", "n", i);
		alert_throttle_pend(memory, e);
		json_decref(e);
	}
	for (i = 3; i < ALERT_THROTTLE_PENDING + 3; i++) {
		e = alert_throttle_pending(memory);
		t_int(json_integer_value(json_object_get(e, "n")), i);
		json_decref(e);
	}
	t_ok(alert_throttle_pending(memory) == NULL);
	t_int(json_object_size(memory), 0);
}

/* A file that somebody wrote to. */
static void
nonsense_is_nothing(void)
{
	static const char *const texts[] = { "{\"results\":7,\"pending\":{}}",
	    "{\"results\":{\"oom-kill KILL\":[1]},\"pending\":null}",
	    "{\"results\":{\"oom-kill KILL\":{\"reported\":\"x\",\"more\":-1,\"event\":3}}}" };
	char said[512];
	size_t i;

	for (i = 0; i < nitems(texts); i++) {
		json_decref(memory);
		memory = json_loads(texts[i], 0, NULL);
		ends("oom-kill", EVERY + 1);
		ends("oom-kill", EVERY + 2);
		due(3 * EVERY, said, sizeof(said));
		t_ok(alert_throttle_pending(memory) == NULL);
		json_decref(memory);
		memory = json_loads(texts[i], 0, NULL);
		due(3 * EVERY, said, sizeof(said));
	}
	fresh();
	json_decref(memory);
	memory = NULL;
}

T_MAIN(
	{ "tells_once_and_then_how_often", tells_once_and_then_how_often },
	{ "another_result_is_reported", another_result_is_reported },
	{ "the_same_end_counts_once", the_same_end_counts_once },
	{ "what_was_held_back_is_told_when_it_is_over", what_was_held_back_is_told_when_it_is_over },
	{ "times_of_another_boot_are_none", times_of_another_boot_are_none },
	{ "pending_is_taken_once_and_has_an_end", pending_is_taken_once_and_has_an_end },
	{ "nonsense_is_nothing", nonsense_is_nothing }
)
