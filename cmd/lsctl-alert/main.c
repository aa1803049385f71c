/* SPDX-License-Identifier: ISC */
/* Notifies the operator when a unit fails or a channel has a problem. */
#include "base/base.h"
#include "alert/alert.h"
#include "alert/sender.h"
#include "base/duration.h"
#include "base/log.h"
#include "base/paths.h"
#include "common/exit_options.h"
#include "lsctl-alert/call.h"
#include "process/harden.h"
#include "spec/spec.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define EVERY		"10m"
#define AFTER_S		30
#define TIME_MAX_S	86400
#define FOR_MAX_S	604800
#define RECORDS_MAX	(256 << 20)	/* bytes */

static const struct option_row rows[] = {
	OPTION_FLAG("unit-exit", 0, struct call, unit_exit, "report how a forwarder or loop ended: for ExecStopPost="),
	OPTION_FLAG("problems", 0, struct call, problems, "report new and ended problems of health records on stdin"),
	OPTION_FLAG("send", 0, struct call, send, "send messages until none waits"),
	OPTION_FLAG("test", 0, struct call, test, "send a test message, and print what came back"),
	OPTION_TIME("after", 0, struct call, after_s, TIME_MAX_S, "report a problem after this time (30s)"),
	OPTION_TIME("backup", 0, struct call, backup_s, TIME_MAX_S, "a backup on the air for this long is a problem"),
	OPTION_TIME("every", 0, struct call, every_s, TIME_MAX_S, "report the same exit once in this time (10m)"),
	OPTION_END
};

static const struct option_row list_rows[] = {
	OPTION_FLAG("json", 0, struct call, json, "for programs, one problem on each line"),
	OPTION_END
};

static const struct option_row ack_rows[] = {
	OPTION_TIME("for", 0, struct call, for_s, FOR_MAX_S, "until this time is over, and not until the problem is"),
	OPTION_TEXT("who", 0, "NAME", struct call, who, "who acknowledges, if not the login"),
	OPTION_END
};

static int	alert_run(void *);

static const struct options_command commands[] = {
	{ NULL, "UNIT\n--unit-exit forward|loop CHANNEL\n--problems <RECORDS\n--send\n--test [WAY]", 0, 2, "", rows,
	    alert_run, NULL, { NULL, NULL } },
	{ "list", "", 0, 0, "print problems, who was notified, and who acknowledged", list_rows, open_list, NULL,
	    { "lsctl-alert list", "lsctl-alert list --json" } },
	{ "ack", "[CHANNEL [CODE]]", 0, 2, "acknowledge problems: nobody more is notified", ack_rows, open_acknowledge, NULL,
	    { "lsctl-alert ack krishna", "lsctl-alert ack --for 2h krishna destination-down" } },
};

static const struct options_tool tool = {
	"lsctl-alert", "Notifies the operator when a unit fails or a channel has a problem.",
	commands, nitems(commands),
	{ "lsctl-alert --test", "lsctl-health --json | lsctl-alert --backup 1h --problems" }
};

/* -- units -- */

static void
from_env(char *dst, size_t size, const char *prefix, const char *name)
{
	char whole[64];
	const char *v;

	snprintf(whole, sizeof(whole), "%s%s", prefix, name);
	v = getenv(whole);
	strlcpy(dst, v != NULL ? v : "", size);
}

/* prefix: "" for ExecStopPost=, "MONITOR_" for OnFailure=. */
static bool
unit_exit_env(struct unit_exit *e, const char *prefix)
{
	from_env(e->result, sizeof(e->result), prefix, "SERVICE_RESULT");
	from_env(e->code, sizeof(e->code), prefix, "EXIT_CODE");
	from_env(e->status, sizeof(e->status), prefix, "EXIT_STATUS");
	from_env(e->invocation, sizeof(e->invocation), prefix, "INVOCATION_ID");
	return e->result[0] != '\0';
}

/*
 * ExecStopPost=+ runs as root outside of the unit's sandbox, but still sees the unit's own /run and /var. The spool is
 * in those of the host, which process 1 sees.
 */
static void
enter_host(void)
{
	struct stat own, first;
	int fd;

	if (geteuid() != 0 || getenv("INVOCATION_ID") == NULL ||
	    stat("/proc/self/ns/mnt", &own) == -1 || stat("/proc/1/ns/mnt", &first) == -1 ||
	    (own.st_dev == first.st_dev && own.st_ino == first.st_ino))
		return;
	if ((fd = open("/proc/1/ns/mnt", O_RDONLY | O_CLOEXEC)) == -1 || setns(fd, CLONE_NEWNS) == -1)
		log_warn("/proc/1/ns/mnt: cannot enter it: the event may not leave the unit");
	if (fd != -1)
		close(fd);
}

static int
exit_report(const struct call *c, struct alert *a)
{
	char **argv = c->o.argv;
	struct unit_exit e;

	if (c->o.argc != 2 || (strcmp(argv[0], "forward") != 0 && strcmp(argv[0], "loop") != 0))
		return usage_error(&c->o, "--unit-exit: forward or loop, and a channel, must follow");
	if (!spec_name_ok(argv[1]))
		return usage_error(&c->o, "%.80s: not the name of a channel", argv[1]);
	snprintf(e.unit, sizeof(e.unit), "lsctl-%s@%s.service", argv[0], argv[1]);
	if (!unit_exit_env(&e, ""))
		return usage_error(&c->o, "SERVICE_RESULT is not set: --unit-exit is for ExecStopPost= of a unit");
	enter_host();
	alert_unit_exit(a, &e);
	return 0;
}

static int
unit_report(const struct call *c, struct alert *a)
{
	struct unit_exit e;
	const char *of = getenv("MONITOR_UNIT");
	size_t n;

	if (c->o.argc != 1)
		return usage_error(&c->o, "one unit, --unit-exit, --problems, --send or --test");
	n = strlcpy(e.unit, c->o.argv[0], sizeof(e.unit));
	if (n < sizeof(e.unit) && strchr(e.unit, '.') == NULL)
		n = strlcat(e.unit, ".service", sizeof(e.unit));
	if (n >= sizeof(e.unit) || !unit_exit_unit_ok(e.unit))
		return usage_error(&c->o, "%.80s: not the name of a unit", c->o.argv[0]);
	alert_unit(a, e.unit, of != NULL && strcmp(of, e.unit) == 0 && unit_exit_env(&e, "MONITOR_") ?
	    &e : NULL);
	return 0;
}

/* -- problems -- */

/* Records on stdin, an array; NULL: none, logged. */
static json_t *
records_read(void)
{
	json_t *list = json_array(), *one;
	size_t room = 0, bytes = 0, bad = 0;
	char *line = NULL;
	ssize_t n;

	while (bytes < RECORDS_MAX && (n = getline(&line, &room, stdin)) != -1) {
		bytes += (size_t)n;
		one = json_loads(line, 0, NULL);
		if (json_is_object(one) && json_is_array(json_object_get(one, "problems")))
			json_array_append(list, one);
		else
			bad++;
		json_decref(one);
	}
	free(line);
	if (bad > 0)
		log_warnx("%zu lines are no health records, and are ignored", bad);
	if (json_array_size(list) > 0)
		return list;
	log_warnx("no health records on standard input: lsctl-health --json | lsctl-alert --problems");
	json_decref(list);
	return NULL;
}

static int
records_report(const struct call *c, struct alert *a)
{
	struct problems_when when = { .after = c->after_s, .backup = c->backup_s };
	json_t *records;
	int rc;

	if ((records = records_read()) == NULL)
		return EX_DATAERR;
	when.now = (int64_t)time(NULL);
	rc = alert_problems(a, records, &when);
	json_decref(records);
	return rc == 0 ? 0 : EX_TEMPFAIL;
}

/* -- messages -- */

static int
messages_send(struct alert *a)
{
	struct sender s = { .host = a->host };

	if (sender_run(&s) == -1) {
		log_info("another lsctl-alert sends already");
		return EX_TEMPFAIL;
	}
	a->bad |= s.bad;
	return 0;
}

/* -- the command line -- */

/* Reads --every, or LSCTL_ALERT_EVERY in its place. 0, or the exit status. */
static int
every_read(struct call *c)
{
	const char *text = getenv("LSCTL_ALERT_EVERY");
	char reason[128];

	if (c->every_s == 0)
		c->every_s = duration_s(text != NULL && text[0] != '\0' ? text : EVERY, TIME_MAX_S);
	if (c->every_s > 0)
		return 0;
	return usage_error(&c->o, "LSCTL_ALERT_EVERY %s: %s", text, duration_reason(reason, sizeof(reason), c->every_s,
	    TIME_MAX_S));
}

static int
alert_run(void *arg)
{
	struct call *c = arg;
	struct alert a = { .every_ms = 0 };
	char host[256];
	int status;

	if (c->unit_exit + c->problems + c->send + c->test > 1)
		return usage_error(&c->o, "--unit-exit, --problems, --send and --test do not go together");
	if (c->o.argc > (c->test ? 1 : 0) && (c->problems || c->send || c->test))
		return usage_error(&c->o, "%s: one argument too many", c->o.argv[c->test ? 1 : 0]);
	if ((status = every_read(c)) != 0)
		return status;
	a.host = path_host(host, sizeof(host));
	a.every_ms = (int64_t)c->every_s * 1000;
	status = c->test ? ways_test(c, &a) : c->send ? messages_send(&a) : c->unit_exit ? exit_report(c, &a) :
	    c->problems ? records_report(c, &a) : unit_report(c, &a);
	return status == 0 && a.bad ? EX_UNAVAILABLE : status;
}

int
main(int argc, char **argv)
{
	struct call c = { .after_s = AFTER_S };
	enum options_end end;

	harden_memory();
	if ((end = options_read(&c.o, &tool, &c, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	signal(SIGPIPE, SIG_IGN);
	return c.o.command->run(&c);
}
