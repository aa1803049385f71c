/* SPDX-License-Identifier: ISC */
/*
 * lsctl-switch: brings a host's channels to what the database wants, and takes the operator's word. See
 * lsctl-switch(8).
 */
#include "base/base.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/log.h"
#include "control/paths.h"
#include "control/reconcile/reconcile.h"
#include "lsctl-switch/override.h"
#include "process/child.h"
#include "process/harden.h"
#include "process/notify.h"

#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <signal.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define FOR_MAX_S	(366L * 86400)
#define WATCH_MAX_S	3600

struct options {
	struct override	 override;
	long		 watch_s;	/* 0: once, records on stdin */
	bool		 dry;
	bool		 again;		/* a person looks: what was said before is said */
};

static const struct option longopts[] = {	/* the letters are for us alone, but n, q and v */
	{ "dry-run", no_argument, NULL, 'n' },
	{ "for", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ "json", no_argument, NULL, 'j' },
	{ "local", no_argument, NULL, 'l' },
	{ "quiet", no_argument, NULL, 'q' },
	{ "to", required_argument, NULL, 't' },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "watch", required_argument, NULL, 'W' },
	{ "why", required_argument, NULL, 'w' },
	{ NULL, 0, NULL, 0 }
};

static void
usage_print(FILE *to)
{
	fputs("usage: lsctl-health --json | lsctl-switch [-nqv]\n"
	    "       lsctl-switch --watch SECONDS [-nqv]\n"
	    "       lsctl-switch CHANNEL --to SOURCE|auto|off [-qv] [--for TIME] [--why TEXT]\n"
	    "                    [--json] [--local]\n"
	    "       lsctl-switch --help | --version\n", to);
}

static int
usage(const char *why)
{
	if (why != NULL)
		log_warnx("%s", why);
	usage_print(stderr);
	return EX_USAGE;
}

/* -- reconciliation -- */

struct lines {
	struct observed	*observed;
	char		*text;		/* a line that is not whole yet */
	size_t		 len, room;
	unsigned int	 bad;
};

/* 0, or -1 with errno: no memory, or a line without an end. */
static int
lines_add(struct lines *l, const char *p, size_t n)
{
	char *nl, *text;
	int rc;

	if (l->len + n > l->room) {
		if (l->len + n > OBSERVED_LINE_MAX + 65536) {
			errno = EMSGSIZE;
			return -1;
		}
		if ((text = realloc(l->text, 2 * (l->len + n))) == NULL)
			return -1;
		l->text = text;
		l->room = 2 * (l->len + n);
	}
	memcpy(l->text + l->len, p, n);
	l->len += n;
	for (text = l->text; (nl = memchr(text, '\n',
	    l->len - (size_t)(text - l->text))) != NULL; text = nl + 1) {
		if ((rc = observed_add(l->observed, text, (size_t)(nl - text))) == -1)
			return -1;
		l->bad += rc == 1;
	}
	l->len -= (size_t)(text - l->text);
	memmove(l->text, text, l->len);
	return 0;
}

static int
lines_end(struct lines *l)
{
	int rc = l->len > 0 ? lines_add(l, "\n", 1) : 0;

	if (l->bad > 0)
		log_warnx("%u lines of health are no records, and left out", l->bad);
	free(l->text);
	return rc;
}

/* Records on stdin. 0, or -1; logged. */
static int
records_read(struct observed *observed)
{
	struct lines l = { .observed = observed };
	char buf[65536];
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = read(STDIN_FILENO, buf, sizeof(buf))) != 0)
		if (n > 0)
			rc = lines_add(&l, buf, (size_t)n);
		else if (errno != EINTR)
			rc = -1;
	if (lines_end(&l) == -1 || rc == -1) {
		log_warn("health records");
		return -1;
	}
	return 0;
}

/* The one beside us, or that of PATH. */
static char *
health_program(char *dst, size_t size)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		snprintf(dst, size, "%s/lsctl-health", dirname(self));
		if (access(dst, X_OK) == 0)
			return dst;
	}
	strlcpy(dst, "lsctl-health", size);
	return dst;
}

/* The records of a run of lsctl-health; without them nothing is known of channels, and that is no fault. */
static int
records_ask(struct observed *observed)
{
	struct lines l = { .observed = observed };
	char program[4096], json[] = "--json", buf[65536], line[256];
	char *argv[] = { health_program(program, sizeof(program)), json, NULL };
	struct child c;
	ssize_t n = 0;
	int status, rc = 0;

	if (child_start(&c, argv) == -1) {
		log_warn("%s", program);
		return 0;
	}
	while (rc == 0 && (n = child_read(&c, buf, sizeof(buf))) != 0)
		if (n > 0)
			rc = lines_add(&l, buf, (size_t)n);
		else if (errno != EINTR)
			break;
	status = child_end(&c, line, sizeof(line));
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 2)
		log_warnx("%s: %s", program, line[0] != '\0' ? line : "failed");
	if (lines_end(&l) == -1 || rc == -1) {
		log_warn("health records");
		return -1;
	}
	return 0;
}

static int
pass(const struct options *o, const char *host)
{
	struct observed observed;
	int status = EX_OSERR;

	observed_init(&observed);
	if ((o->watch_s > 0 ? records_ask(&observed) : records_read(&observed)) == 0)
		status = reconcile(host, o->dry, o->again, &observed);
	observed_free(&observed);
	return status;
}

static volatile sig_atomic_t stopped;

static void
stop(int sig)
{
	(void)sig;
	stopped = 1;
}

/* Until a signal says so: whatever goes wrong is tried again. */
static int
watch(const struct options *o, const char *host)
{
	struct sigaction sa = { .sa_handler = stop };
	sigset_t mask, none;
	struct timespec left;
	int64_t next = clock_ms(), ms;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigemptyset(&none);
	notify("READY=1");
	while (!stopped) {
		pass(o, host);
		notify("WATCHDOG=1");
		next += o->watch_s * 1000;
		ms = next - clock_ms();
		if (ms < 0)
			next = clock_ms();
		left.tv_sec = ms > 0 ? ms / 1000 : 0;
		left.tv_nsec = ms > 0 ? ms % 1000 * 1000000 : 0;
		pselect(0, NULL, NULL, NULL, &left, &none);
	}
	notify("STOPPING=1");
	return 0;
}

/* -- the command line -- */

/* 0, or -1: it is wrong; *done: it was a question, and is answered. */
static int
option(struct options *o, int c, int *verbosity, bool *done)
{
	switch (c) {
	case 'n':
		o->dry = true;
		return 0;
	case 'q':
	case 'v':
		*verbosity = c == 'q' ? -1 : 1;
		return 0;
	case 'f':
		return (o->override.for_s = duration_s(optarg, FOR_MAX_S)) > 0 ? 0 : -1;
	case 'j':
		o->override.json = true;
		return 0;
	case 'l':
		o->override.local = true;
		return 0;
	case 't':
		o->override.to = optarg;
		return 0;
	case 'w':
		o->override.why = optarg;
		return 0;
	case 'W':
		return (o->watch_s = duration_s(optarg, WATCH_MAX_S)) > 0 ? 0 : -1;
	case 'h':
		usage_print(stdout);
		*done = true;
		return 0;
	case 'V':
		puts("lsctl-switch " LSCTL_VERSION);
		*done = true;
		return 0;
	}
	return -1;
}

/* What does not go together, or NULL. */
static const char *
nonsense(const struct options *o, int rest)
{
	if (rest > 1)
		return "one channel at a time";
	if (rest == 1 && o->override.to == NULL)
		return "--to says where the channel is to go";
	if (rest == 0 && (o->override.to != NULL || o->override.for_s > 0 ||
	    o->override.why != NULL || o->override.local || o->override.json))
		return "which channel?";
	if (rest == 1 && (o->dry || o->watch_s > 0))
		return "-n and --watch are for all channels";
	if (rest == 1 && !spec_name_ok(o->override.to))
		return "--to: a source, auto or off";
	if (o->override.for_s > 0 && strcmp(o->override.to, "auto") == 0)
		return "auto is for ever: no --for";
	if (rest == 0 && o->watch_s == 0 && isatty(STDIN_FILENO))
		return "health records come from a pipe, or by --watch";
	return NULL;
}

int
main(int argc, char **argv)
{
	struct options o = { .watch_s = 0 };
	int c, verbosity = 0;
	bool done = false;
	const char *why;
	char host[256];

	log_init("lsctl-switch", 0);
	while ((c = getopt_long(argc, argv, "hnqv", longopts, NULL)) != -1) {
		if (option(&o, c, &verbosity, &done) == -1)
			return usage(c == 'f' ? "--for: 90s, 10m, 2h or 1d" :
			    c == 'W' ? "--watch: seconds, or 2s, 1m" : NULL);
		if (done)
			return 0;
	}
	log_init("lsctl-switch", verbosity);
	o.again = verbosity > 0 || isatty(STDERR_FILENO);
	if ((why = nonsense(&o, argc - optind)) != NULL)
		return usage(why);
	harden_memory();
	signal(SIGPIPE, SIG_IGN);
	path_host(host, sizeof(host));
	if (argc - optind == 1) {
		o.override.channel = argv[optind];
		if (!spec_name_ok(o.override.channel))
			return usage("that is no name of a channel");
		return override_apply(&o.override, host);
	}
	return o.watch_s > 0 ? watch(&o, host) : pass(&o, host);
}
