/* SPDX-License-Identifier: ISC */
/* Tells somebody that a part failed, or that a channel has a problem. */
#include "base/base.h"
#include "alert/alert.h"
#include "base/duration.h"
#include "base/log.h"
#include "control/paths.h"
#include "spec/spec.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#define EVERY		"10m"
#define AFTER_S		30
#define TIME_MAX_S	86400
#define RECORDS_MAX	(256 << 20)	/* bytes */

enum { OPT_AFTER = 256, OPT_BACKUP, OPT_ENDED, OPT_EVERY, OPT_HELP, OPT_PROBLEMS, OPT_TEST, OPT_VERSION };

static const struct option longs[] = {
	{ "after", required_argument, NULL, OPT_AFTER },
	{ "backup", required_argument, NULL, OPT_BACKUP },
	{ "ended", no_argument, NULL, OPT_ENDED },
	{ "every", required_argument, NULL, OPT_EVERY },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "problems", no_argument, NULL, OPT_PROBLEMS },
	{ "quiet", no_argument, NULL, 'q' },
	{ "test", no_argument, NULL, OPT_TEST },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ NULL, 0, NULL, 0 }
};

struct call {
	int		 mode;		/* OPT_ENDED, OPT_PROBLEMS, OPT_TEST; 0: a unit */
	long		 every_s, after_s, backup_s;
	char		**args;
	int		 n;
};

static int
usage(FILE *to)
{
	fputs("usage: lsctl-alert [-qv] [--every TIME] --ended forward|loop CHANNEL\n"
	    "       lsctl-alert [-qv] [--every TIME] UNIT\n"
	    "       lsctl-health --json |\n"
	    "       lsctl-alert [-qv] [--every TIME] [--after TIME] [--backup TIME] --problems\n"
	    "       lsctl-alert --test | --help | --version\n", to);
	return to == stdout ? 0 : EX_USAGE;
}

/* Seconds, or -1, logged. */
static long
seconds(const char *what, const char *text)
{
	long s = duration_s(text, TIME_MAX_S);

	if (s == -1)
		log_warnx("%s %s: must be 1s to 1d, such as 10m", what, text);
	return s;
}

/* -- how it ended -- */

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
 * ExecStopPost=+ of a unit with its own /run and /var sees those, although it is root outside of its sandbox: the
 * spool is in the host's, which the first process has.
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
		log_warn("/proc/1/ns/mnt: what is written here may not be seen outside of the unit");
	if (fd != -1)
		close(fd);
}

static int
ended(const struct call *c, struct alert *a)
{
	struct unit_exit e;

	if (c->n != 2 || (strcmp(c->args[0], "forward") != 0 && strcmp(c->args[0], "loop") != 0))
		return usage(stderr);
	if (!spec_name_ok(c->args[1])) {
		log_warnx("%.80s: that is no name of a channel", c->args[1]);
		return EX_USAGE;
	}
	snprintf(e.unit, sizeof(e.unit), "lsctl-%s@%s.service", c->args[0], c->args[1]);
	if (!unit_exit_env(&e, "")) {
		log_warnx("SERVICE_RESULT is not set: --ended is for ExecStopPost= of a unit");
		return EX_USAGE;
	}
	enter_host();
	alert_unit_exit(a, &e);
	return 0;
}

static int
unit(const struct call *c, struct alert *a)
{
	struct unit_exit e;
	const char *of = getenv("MONITOR_UNIT");
	size_t n;

	if (c->n != 1)
		return usage(stderr);
	n = strlcpy(e.unit, c->args[0], sizeof(e.unit));
	if (n < sizeof(e.unit) && strchr(e.unit, '.') == NULL)
		n = strlcat(e.unit, ".service", sizeof(e.unit));
	if (n >= sizeof(e.unit) || !unit_exit_unit_ok(e.unit)) {
		log_warnx("%.80s: that is no name of a unit", c->args[0]);
		return EX_USAGE;
	}
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
		log_warnx("%zu lines are no health records, and left out", bad);
	if (json_array_size(list) > 0)
		return list;
	log_warnx("no health records on standard input: lsctl-health --json | lsctl-alert --problems");
	json_decref(list);
	return NULL;
}

static int
problems(const struct call *c, struct alert *a)
{
	struct problems_when when = { .after = c->after_s, .backup = c->backup_s };
	json_t *records;
	int rc;

	if (c->n != 0)
		return usage(stderr);
	if ((records = records_read()) == NULL)
		return EX_DATAERR;
	when.now = (int64_t)time(NULL);
	rc = alert_problems(a, records, &when);
	json_decref(records);
	return rc == 0 ? 0 : EX_TEMPFAIL;
}

static int
test(const struct call *c, struct alert *a)
{
	if (c->n != 0)
		return usage(stderr);
	alert_test(a);
	return 0;
}

/* -- the command line -- */

/* 0; 1: all is said; -1: it is wrong. */
static int
options(struct call *c, int argc, char **argv)
{
	int o, verbosity = 0;

	while ((o = getopt_long(argc, argv, "qv", longs, NULL)) != -1)
		switch (o) {
		case OPT_ENDED:
		case OPT_PROBLEMS:
		case OPT_TEST:
			if (c->mode != 0)
				return -1;
			c->mode = o;
			break;
		case OPT_AFTER:
			if ((c->after_s = seconds("--after", optarg)) == -1)
				return -1;
			break;
		case OPT_BACKUP:
			if ((c->backup_s = seconds("--backup", optarg)) == -1)
				return -1;
			break;
		case OPT_EVERY:
			if ((c->every_s = seconds("--every", optarg)) == -1)
				return -1;
			break;
		case 'q':
		case 'v':
			verbosity = o == 'q' ? -1 : 1;
			break;
		case OPT_HELP:
			usage(stdout);
			return 1;
		case OPT_VERSION:
			puts("lsctl-alert " LSCTL_VERSION);
			return 1;
		default:
			return -1;
		}
	log_init("lsctl-alert", verbosity);
	c->args = argv + optind;
	c->n = argc - optind;
	return 0;
}

int
main(int argc, char **argv)
{
	struct call c = { .after_s = AFTER_S };
	const char *every = getenv("LSCTL_ALERT_EVERY");
	struct alert a = { .every_ms = 0 };
	char host[256];
	int status;

	log_init("lsctl-alert", 0);
	if ((status = options(&c, argc, argv)) != 0)
		return status == 1 ? 0 : usage(stderr);
	if (c.every_s == 0 && (c.every_s = seconds("LSCTL_ALERT_EVERY",
	    every != NULL && every[0] != '\0' ? every : EVERY)) == -1)
		return EX_USAGE;
	signal(SIGPIPE, SIG_IGN);
	a.host = path_host(host, sizeof(host));
	a.every_ms = (int64_t)c.every_s * 1000;
	status = c.mode == OPT_ENDED ? ended(&c, &a) : c.mode == OPT_PROBLEMS ? problems(&c, &a) :
	    c.mode == OPT_TEST ? test(&c, &a) : unit(&c, &a);
	return status == 0 && a.bad ? EX_UNAVAILABLE : status;
}
