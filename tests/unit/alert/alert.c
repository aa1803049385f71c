/* SPDX-License-Identifier: ISC */
/*
 * What is reported, and what is left behind, with a notifier and a service manager of the test:
 * the one records its calls, the other reports how a unit ended.
 */
#include "base/base.h"
#include "alert/alert.h"
#include "caught.h"
#include "scratch.h"

#include <sys/file.h>

#include <errno.h>
#include <jansson.h>

#define HOUR	3600000
#define HOST	"{\"host\":\"here\",\"database\":true,\"server\":{\"up\":true},\"problems\":[]}"
#define PROBLEM(code, what) "{\"code\":\"" code "\",\"subject\":\"" what "\",\"text\":\"x\",\"since\":1}"
#define CHANNEL(list) "{\"channel\":\"krishna\",\"state\":\"OBS_ACTIVE\",\"on_air\":\"obs\",\"running\":true," \
	"\"problems\":[" list "]}"

static const struct unit_exit killed = { "lsctl-forward@krishna.service", "signal", "killed", "KILL", "" };
static struct alert alert;
static char logged[65536];

/* No report yet; the service manager reports that units ended like this. */
static void
enter(const char *result)
{
	char text[512];

	scratch_remove("here");
	scratch_write("here/run/x", "", 0600);
	scratch_write("here/state/x", "", 0600);
	snprintf(text, sizeof(text), "#!/bin/sh\nprintf '%%s|%%s\\n' \"$1\" \"$2\" >>%s/here/told\ncat >>%s/here/events\n",
	    scratch(), scratch());
	setenv("LSCTL_ALERT", scratch_write("here/alert", text, 0700), 1);
	snprintf(text, sizeof(text), "#!/bin/sh\necho \"$*\" >>%s/here/asked\n[ -n '%s' ] || exit 1\nprintf 'Result=%s\\n"
	    "ExecMainCode=1\\nExecMainStatus=75\\nInvocationID=%%032d\\n' 7\n", scratch(), result, result);
	scratch_write("here/bin/systemctl", text, 0700);
	scratch_write("here/bin/journalctl", "#!/bin/sh\necho '{\"MESSAGE\":\"last words\"}'\n", 0700);
	snprintf(text, sizeof(text), "%s:/usr/bin:/bin", scratch_path("here/bin"));
	setenv("PATH", text, 1);
	setenv("LSCTL_RUN", scratch_path("here/run"), 1);
	setenv("LSCTL_STATE", scratch_path("here/state"), 1);
	unsetenv("INVOCATION_ID");
	alert = (struct alert){ .host = "here", .every_ms = HOUR };
}

static const char *
told(void)
{
	return scratch_read("here/told");
}

static int
lines(const char *name)
{
	const char *p = scratch_read(name);
	int n = 0;

	for (; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	return n;
}

/* The first event in a file of them, to be released. */
static json_t *
event_in(const char *name)
{
	json_t *o = json_loads(scratch_read(name), JSON_DISABLE_EOF_CHECK, NULL);

	t_ok(json_is_object(o));
	return o;
}

static const char *
text(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "-";
}

static void
ended(const struct unit_exit *e)
{
	caught_begin(STDERR_FILENO);
	alert_unit_exit(&alert, e);
	strlcpy(logged, caught_end(), sizeof(logged));
}

static void
unit(const char *name, const struct unit_exit *known)
{
	caught_begin(STDERR_FILENO);
	alert_unit(&alert, name, known);
	strlcpy(logged, caught_end(), sizeof(logged));
}

/* A pass with these records, now seconds after the epoch, which reports problems at once. */
static int
problems(int64_t now, const char *host, const char *channel)
{
	struct problems_when when = { .now = now };
	json_t *records = json_array();
	int rc;

	json_array_append_new(records, json_loads(host, 0, NULL));
	json_array_append_new(records, json_loads(channel, 0, NULL));
	caught_begin(STDERR_FILENO);
	rc = alert_problems(&alert, records, &when);
	strlcpy(logged, caught_end(), sizeof(logged));
	json_decref(records);
	return rc;
}

/* -- units -- */

static void
a_unit_that_failed_is_told_logged_and_spooled(void)
{
	json_t *e;

	enter("");
	ended(&killed);
	t_ok(!alert.bad);
	t_ok(strncmp(told(), "lsctl-forward@krishna.service|signal KILL", 41) == 0);
	t_ok(strstr(logged, "lsctl-forward@krishna.service") != NULL);
	e = event_in("here/events");
	t_str(text(e, "kind"), "unit-exit");
	t_str(text(e, "host"), "here");
	t_str(text(e, "channel"), "krishna");
	t_int(strlen(text(e, "time")), 24);
	t_ok(json_is_array(json_object_get(e, "log")));
	json_decref(e);
	e = event_in("here/state/spool/events");
	t_str(text(e, "kind"), "unit-exit");
	t_str(text(e, "channel"), "krishna");
	t_str(text(json_object_get(e, "detail"), "status"), "KILL");
	json_decref(e);
}

static void
success_is_told_to_nobody(void)
{
	const struct unit_exit fine = { "lsctl-forward@krishna.service", "success", "exited", "0", "" };

	enter("");
	ended(&fine);
	t_ok(!alert.bad && !scratch_has("here/told") && !scratch_has("here/state/spool"));
	t_str(logged, "");
}

static void
the_same_is_told_once_and_then_how_often(void)
{
	enter("");
	ended(&killed);
	ended(&killed);
	ended(&killed);
	t_int(lines("here/told"), 1);
	t_int(lines("here/state/spool/events"), 1);
	/* when its time is over, with the next pass */
	alert.every_ms = 0;
	t_int(problems(1000, HOST, CHANNEL("")), 0);
	t_int(lines("here/told"), 2);
	t_ok(strstr(told(), "2 times") != NULL);
	t_int(lines("here/state/spool/events"), 2);
	t_int(problems(1000, HOST, CHANNEL("")), 0);
	t_int(lines("here/told"), 2);
	t_ok(!scratch_has("here/run/alert/lsctl-forward@krishna.service"));	/* forgotten */
}

static void
a_unit_is_as_the_service_manager_has_it(void)
{
	enter("exit-code");
	unit("lsctl-backup.service", NULL);
	t_ok(!alert.bad);
	t_ok(strncmp(told(), "lsctl-backup.service|exit-code 75", 33) == 0);
	t_ok(strstr(scratch_read("here/asked"), "lsctl-backup.service") != NULL);
	t_ok(strstr(scratch_read("here/events"), "last words") != NULL);
	/* what others print may be anything */
	enter("exit-code");
	unit("nginx.service", NULL);
	t_int(lines("here/told"), 1);
	t_ok(strstr(scratch_read("here/events"), "last words") == NULL);
	/* a known exit needs no query */
	enter("exit-code");
	unit("lsctl-hook.service", &killed);
	t_ok(!scratch_has("here/asked"));
	t_int(lines("here/told"), 1);
	enter("success");
	unit("lsctl-hook.service", NULL);
	t_ok(!alert.bad && !scratch_has("here/told"));
	enter("");
	unit("lsctl-hook.service", NULL);
	t_ok(alert.bad && !scratch_has("here/told"));
}

/* Pending exits are reported first, all of them; then the service manager is not queried. */
static void
what_is_pending_is_told(void)
{
	enter("exit-code");
	scratch_write("here/run/alert/x.service", "{\"pending\":[{\"kind\":\"unit-exit\",\"reason\":\"one\"},"
	    "{\"kind\":\"unit-exit\",\"reason\":\"two\"}]}", 0600);
	unit("x.service", NULL);
	t_str(told(), "x.service|one\nx.service|two\n");
	t_ok(!scratch_has("here/asked"));
	t_ok(!scratch_has("here/run/alert/x.service"));
	/* one that cannot be taken off the list is not told for ever */
	enter("exit-code");
	scratch_write("here/run/alert/x.service", "{\"pending\":[{\"kind\":\"unit-exit\",\"reason\":\"one\"}]}", 0600);
	mkdir(scratch_path("here/run/alert/x.service.new"), 0700);
	unit("x.service", NULL);
	t_str(told(), "x.service|one\n");
	t_ok(alert.bad);
}

/* Under a service manager the next start of the unit would wait for the notifier: another unit runs it. */
static void
nobody_waits_for_the_program(void)
{
	bool below = access("/run/systemd/system", F_OK) == 0;

	enter("success");
	setenv("INVOCATION_ID", "0123", 1);
	ended(&killed);
	t_ok(!alert.bad);
	t_int(lines("here/told"), below ? 0 : 1);
	if (below)
		t_str(scratch_read("here/asked"), "start --no-block lsctl-alert@lsctl-forward@krishna.service.service\n");
	else
		t_ok(!scratch_has("here/asked"));
	t_int(lines("here/state/spool/events"), 1);
}

/* -- what goes wrong meanwhile -- */

static void
a_program_that_fails_holds_nothing_up(void)
{
	enter("");
	scratch_write("here/alert", "#!/bin/sh\nexit 9\n", 0700);
	ended(&killed);
	t_ok(alert.bad && strstr(logged, "exit status 9") != NULL);
	t_int(lines("here/state/spool/events"), 1);
}

static void
where_nothing_can_be_written_it_is_told(void)
{
	enter("");
	scratch_remove("here/state");
	scratch_remove("here/run");
	scratch_write("here/state", "", 0600);
	scratch_write("here/run", "", 0600);
	ended(&killed);
	t_ok(alert.bad);
	t_int(lines("here/told"), 1);
}

/* -- problems -- */

static void
a_problem_is_told_when_it_begins_and_when_it_is_over(void)
{
	json_t *e;

	enter("");
	t_int(problems(1000, HOST, CHANNEL(PROBLEM("no-video", "source:obs"))), 0);
	t_int(lines("here/told"), 1);
	t_ok(strncmp(told(), "krishna|", 8) == 0 && strstr(told(), "no-video") != NULL);
	e = event_in("here/state/spool/events");
	t_str(text(e, "kind"), "problem");
	t_str(text(e, "channel"), "krishna");
	json_decref(e);
	t_int(problems(1010, HOST, CHANNEL(PROBLEM("no-video", "source:obs"))), 0);
	t_int(lines("here/told"), 1);
	t_int(problems(1020, HOST, CHANNEL("")), 0);
	t_int(lines("here/told"), 2);
	t_int(lines("here/state/spool/events"), 2);
	t_ok(!alert.bad && !scratch_has("here/state/alert/problems"));
}

static void
many_at_once_are_one_message(void)
{
	json_t *e;

	enter("");
	t_int(problems(1000, HOST, CHANNEL(PROBLEM("no-video", "source:a") "," PROBLEM("no-video", "source:b") ","
	    PROBLEM("no-video", "source:c") "," PROBLEM("no-video", "source:d") "," PROBLEM("no-video", "source:e") ","
	    PROBLEM("no-video", "source:f"))), 0);
	t_int(lines("here/told"), 1);
	t_ok(strncmp(told(), "here|6 ", 7) == 0);
	e = event_in("here/events");
	t_str(text(e, "kind"), "problems");
	t_int(json_array_size(json_object_get(e, "list")), 6);
	json_decref(e);
	t_int(lines("here/state/spool/events"), 6);
	/* five are five */
	enter("");
	t_int(problems(1000, HOST, CHANNEL(PROBLEM("no-video", "source:a") "," PROBLEM("no-video", "source:b") ","
	    PROBLEM("no-video", "source:c") "," PROBLEM("no-video", "source:d") "," PROBLEM("no-video", "source:e"))), 0);
	t_int(lines("here/told"), 5);
}

static void
one_pass_at_a_time(void)
{
	int fd;

	enter("");
	fd = open(scratch_write("here/state/alert/.lock", "", 0600), O_RDONLY);
	t_int(flock(fd, LOCK_EX), 0);
	t_int(problems(1000, HOST, CHANNEL(PROBLEM("no-video", "source:obs"))), -1);
	t_ok(!scratch_has("here/told"));
	close(fd);
	t_int(problems(1000, HOST, CHANNEL(PROBLEM("no-video", "source:obs"))), 0);
	t_int(lines("here/told"), 1);
}

/* -- a test -- */

static void
a_test_goes_all_the_way(void)
{
	json_t *e;

	enter("");
	caught_begin(STDERR_FILENO);
	alert_test(&alert);
	strlcpy(logged, caught_end(), sizeof(logged));
	t_ok(!alert.bad);
	t_ok(strncmp(told(), "here|", 5) == 0);
	e = event_in("here/state/spool/events");
	t_str(text(e, "kind"), "alert-test");
	json_decref(e);
	/* without a notifier it logs that there is none */
	enter("");
	setenv("LSCTL_ALERT", scratch_path("here/none"), 1);
	caught_begin(STDERR_FILENO);
	alert_test(&alert);
	strlcpy(logged, caught_end(), sizeof(logged));
	t_ok(alert.bad && logged[0] != '\0');
	t_int(lines("here/state/spool/events"), 1);
}

T_MAIN(
	{ "a_unit_that_failed_is_told_logged_and_spooled", a_unit_that_failed_is_told_logged_and_spooled },
	{ "success_is_told_to_nobody", success_is_told_to_nobody },
	{ "the_same_is_told_once_and_then_how_often", the_same_is_told_once_and_then_how_often },
	{ "a_unit_is_as_the_service_manager_has_it", a_unit_is_as_the_service_manager_has_it },
	{ "what_is_pending_is_told", what_is_pending_is_told },
	{ "nobody_waits_for_the_program", nobody_waits_for_the_program },
	{ "a_program_that_fails_holds_nothing_up", a_program_that_fails_holds_nothing_up },
	{ "where_nothing_can_be_written_it_is_told", where_nothing_can_be_written_it_is_told },
	{ "a_problem_is_told_when_it_begins_and_when_it_is_over",
	    a_problem_is_told_when_it_begins_and_when_it_is_over },
	{ "many_at_once_are_one_message", many_at_once_are_one_message },
	{ "one_pass_at_a_time", one_pass_at_a_time },
	{ "a_test_goes_all_the_way", a_test_goes_all_the_way }
)
