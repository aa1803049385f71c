/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/alert.h"
#include "alert/alert_event.h"
#include "alert/alert_throttle.h"
#include "alert/dispatch.h"
#include "alert/message.h"
#include "alert/notifier.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/paths.h"
#include "control/state_file.h"
#include "health/health_record.h"

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#define MANAGER_S	5	/* the service manager has this long to answer */
#define LOG_LINES	5	/* the last lines of a unit's log */
#define EACH		5	/* more reports than these at once are one message */

/* -- ways to report -- */

static void
event_spool(struct alert *a, const json_t *e)
{
	if (alert_event(a->host, e) == -1)
		a->bad = true;
}

/* A message of the journal, where a text that is not UTF-8 is an array of bytes. */
static json_t *
message_read(const json_t *entry)
{
	const json_t *m = json_object_get(entry, "MESSAGE"), *byte;
	char text[1024];
	size_t i, n = 0;

	json_array_foreach(m, i, byte)
		if (n + 1 < sizeof(text))
			text[n++] = (char)json_integer_value(byte);
	text[n] = '\0';
	return record_clean(json_is_string(m) ? json_string_value(m) : text);
}

/* The last log lines of this invocation, without ours. Only of lsctl's units, which log no secret; others may. */
static json_t *
log_lines(const json_t *e)
{
	char journalctl[] = "journalctl", quiet[] = "-q", pager[] = "--no-pager", json[] = "-ojson",
	    fields[] = "--output-fields=MESSAGE,SYSLOG_IDENTIFIER", count[16], match[64];
	char *argv[] = { journalctl, quiet, pager, json, fields, count, match, NULL };
	char *text = NULL, *rest, *line;
	struct error err;
	json_t *list = json_array(), *entry;

	snprintf(count, sizeof(count), "-n%d", 2 * LOG_LINES);
	snprintf(match, sizeof(match), "_SYSTEMD_INVOCATION_ID=%.32s", record_text(e, "invocation"));
	if (record_text(e, "invocation")[0] != '\0' && strncmp(record_text(e, "unit"), "lsctl-", 6) == 0 &&
	    (text = notifier_query(argv, MANAGER_S, &err)) == NULL)
		log_debug("%s", err.text);
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		entry = json_loads(line, 0, NULL);
		if (entry != NULL && strcmp(record_text(entry, "SYSLOG_IDENTIFIER"), "lsctl-alert") != 0)
			json_array_append_new(list, message_read(entry));
		json_decref(entry);
	}
	while (json_array_size(list) > LOG_LINES)
		json_array_remove(list, 0);
	free(text);
	return list;
}

/* Runs the notifier, if there is one. about: the unit, channel or host. */
static void
notifier_call(struct alert *a, const char *about, const json_t *e)
{
	const char *path = notifier_path();
	char at[CLOCK_RFC3339_LEN], line[1024], *text;
	struct error err;
	json_t *o;

	if (path == NULL)
		return;
	o = message_report(e, a->host, time(NULL));
	json_object_set_new(o, "time", json_string(clock_rfc3339(at, 0)));
	if (strcmp(record_text(e, "kind"), "unit-exit") == 0)
		json_object_set_new(o, "log", log_lines(e));
	text = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	if (text == NULL || notifier_run(path, about, message_line(e, line, sizeof(line)), text, NOTIFIER_S,
	    &err) == -1) {
		log_warnx("the notifier failed: %s", text != NULL ? err.text : "out of memory");
		a->bad = true;
	}
	free(text);
}

/* -- units -- */

/* False, logged: there is no state, which does not stop the report. */
static bool
unit_open(struct alert *a, struct state_file *s, const char *unit)
{
	char dir[4096];

	if (state_file_open(s, path_run(dir, sizeof(dir), "alert", NULL, ""), unit, true) == 0)
		return true;
	log_warn("%s", s->path);
	a->bad = true;
	s->o = json_object();
	return false;
}

/* False, logged: the file still has the former state. */
static bool
unit_close(struct alert *a, struct state_file *s)
{
	bool saved = s->lock == -1 || state_file_save(s) == 0;

	if (!saved) {
		log_warn("%s", s->path);
		a->bad = true;
	}
	state_file_close(s);
	return saved;
}

/* Counts and logs the exit of a unit. The event to report, or NULL. */
static json_t *
exit_note(struct alert *a, struct state_file *s, const struct unit_exit *e)
{
	json_t *event = alert_throttle_note(s->o, e, clock_ms(), a->every_ms);
	char words[512];

	if (event != NULL)
		log_warnx("unit=%s %s", e->unit, record_text(event, "reason"));
	else
		log_info("unit=%s %s; reported already, and counted", e->unit,
		    unit_exit_words(e, words, sizeof(words)));
	return event;
}

/* Does systemd wait for this process before it starts the unit again? */
static bool
restart_waits(void)
{
	return getenv("INVOCATION_ID") != NULL && access("/run/systemd/system", F_OK) == 0;
}

static void
start_alert_unit(struct alert *a, const char *unit)
{
	char systemctl[] = "systemctl", start[] = "start", no_block[] = "--no-block", service[300], *output;
	struct error err;
	char *argv[] = { systemctl, start, no_block, service, NULL };

	snprintf(service, sizeof(service), "lsctl-alert@%s.service", unit);
	if ((output = notifier_query(argv, MANAGER_S, &err)) == NULL) {
		log_warnx("%s: %s; the notifier gets it from the next lsctl-alert --problems", service, err.text);
		a->bad = true;
	}
	free(output);
}

void
alert_unit_exit(struct alert *a, const struct unit_exit *e)
{
	bool later = restart_waits() && notifier_path() != NULL;
	json_t *event;
	struct state_file s;

	if (!unit_exit_failed(e))
		return;
	later = unit_open(a, &s, e->unit) && later;
	if ((event = exit_note(a, &s, e)) != NULL && later)
		alert_throttle_pend(s.o, event);
	unit_close(a, &s);
	if (event != NULL) {
		event_spool(a, event);
		if (later)
			start_alert_unit(a, e->unit);
		else
			notifier_call(a, e->unit, event);
	}
	json_decref(event);
}

/* 0, or -1, logged. */
static int
query_manager(struct alert *a, const char *unit, struct unit_exit *e)
{
	char systemctl[] = "systemctl", show[] = "show",
	    what[] = "-pResult,ExecMainCode,ExecMainStatus,InvocationID", *text;
	struct error err;
	char name[UNIT_EXIT_UNIT], *argv[] = { systemctl, show, what, name, NULL };

	memset(e, 0, sizeof(*e));
	strlcpy(e->unit, unit, sizeof(e->unit));
	strlcpy(name, unit, sizeof(name));
	if ((text = notifier_query(argv, MANAGER_S, &err)) == NULL) {
		log_warnx("%s: the service manager does not say how it ended: %s", unit, err.text);
		a->bad = true;
		return -1;
	}
	unit_exit_show(e, text);
	free(text);
	return 0;
}

/* Notifies of the pending exits of a unit; other processes may add more meanwhile. */
static size_t
report_pending(struct alert *a, const char *unit)
{
	struct state_file s;
	bool more = true;
	json_t *one;
	size_t n = 0;

	while (more) {
		unit_open(a, &s, unit);
		one = alert_throttle_pending(s.o);
		more = unit_close(a, &s) && one != NULL;	/* else the same one would come again */
		if (one != NULL) {
			notifier_call(a, unit, one);
			n++;
		}
		json_decref(one);
	}
	return n;
}

void
alert_unit(struct alert *a, const char *unit, const struct unit_exit *known)
{
	size_t pending = report_pending(a, unit);
	struct unit_exit asked;
	json_t *event;
	struct state_file s;

	if (known == NULL) {
		if (pending > 0 || query_manager(a, unit, &asked) == -1)
			return;
		known = &asked;
	}
	if (!unit_exit_failed(known)) {
		log_info("unit=%s has not failed, by its service manager", unit);
		return;
	}
	unit_open(a, &s, unit);
	event = exit_note(a, &s, known);
	unit_close(a, &s);
	if (event != NULL) {
		event_spool(a, event);
		notifier_call(a, unit, event);
	}
	json_decref(event);
}

static void
unit_due(struct alert *a, const char *unit)
{
	json_t *due, *one;
	struct state_file s;
	size_t i;

	report_pending(a, unit);
	unit_open(a, &s, unit);
	due = alert_throttle_due(s.o, clock_ms(), a->every_ms);
	unit_close(a, &s);
	json_array_foreach(due, i, one) {
		log_warnx("unit=%s %s", unit, record_text(one, "reason"));
		event_spool(a, one);
		notifier_call(a, unit, one);
	}
	json_decref(due);
}

static void
units_due(struct alert *a)
{
	char path[4096];
	struct dirent *e;
	DIR *d;

	if ((d = opendir(path_run(path, sizeof(path), "alert", NULL, ""))) == NULL)
		return;		/* no unit has failed here */
	while ((e = readdir(d)) != NULL)
		if (unit_exit_unit_ok(e->d_name) && strstr(e->d_name, ".new") == NULL)
			unit_due(a, e->d_name);
	closedir(d);
}

/* -- problems -- */

static const char *
subject_of(const struct alert *a, const json_t *one)
{
	const char *channel = record_text(one, "channel");

	return channel[0] != '\0' ? channel : a->host;
}

static void
notifier_call_all(struct alert *a, const json_t *reports)
{
	const json_t *first = json_array_get(reports, 0), *one;
	char line[1024];
	size_t i, begun = 0;
	json_t *all;

	if (json_array_size(reports) <= EACH) {
		json_array_foreach(reports, i, one) {
			notifier_call(a, subject_of(a, one), one);
		}
		return;
	}
	json_array_foreach(reports, i, one) {
		begun += strcmp(record_text(one, "kind"), "problem") == 0;
	}
	all = json_pack("{ss sn so sO}", "kind", "problems", "channel", "reason", json_sprintf("%zu problems "
	    "began and %zu are over; the first: %s: %s", begun, json_array_size(reports) - begun,
	    subject_of(a, first), message_line(first, line, sizeof(line))), "list", reports);
	notifier_call(a, a->host, all);
	json_decref(all);
}

int
alert_problems(struct alert *a, const json_t *records, struct problems_when *when)
{
	json_t *reports, *one;
	char dir[4096], line[1024];
	struct state_file s;
	size_t i;

	if (state_file_open(&s, path_state(dir, sizeof(dir), "alert", NULL), "problems", false) == -1) {
		log_warn("%s", s.path);
		a->bad = true;
		return errno == EWOULDBLOCK ? -1 : 0;
	}
	when->over = json_array();
	reports = problems_pass(s.o, records, when);
	json_array_foreach(reports, i, one) {
		log_warnx("%s: %s", subject_of(a, one), message_line(one, line, sizeof(line)));
		event_spool(a, one);
	}
	notifier_call_all(a, reports);
	json_decref(reports);
	if (dispatch_pass(a->host, s.o, when->over, when->now) == -1)
		a->bad = true;
	json_decref(when->over);
	if (state_file_save(&s) == -1) {
		log_warn("%s", s.path);
		a->bad = true;
	}
	state_file_close(&s);
	units_due(a);
	return 0;
}

/* -- a test -- */

void
alert_test(struct alert *a)
{
	json_t *e = json_pack("{ss sn so}", "kind", "alert-test", "channel", "reason",
	    json_sprintf("a test: a message like this comes when a part of lsctl on %s fails", a->host));

	event_spool(a, e);
	notifier_call(a, a->host, e);
	json_decref(e);
}
