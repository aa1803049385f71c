/* SPDX-License-Identifier: ISC */
/*
 * lsctl-switch: brings a host's channels to what the database wants, and takes the operator's word. See
 * lsctl-switch(8).
 */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/options.h"
#include "common/exit_options.h"
#include "control/paths.h"
#include "control/reconcile/reconcile.h"
#include "lsctl-switch/override.h"
#include "process/child.h"
#include "process/harden.h"
#include "process/notify.h"

#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define FOR_MAX_S	(366L * 86400)
#define WATCH_MAX_S	3600

struct call {
	struct options	 o;
	const char	*to, *reason;
	long		 for_s;		/* 0: for ever */
	bool		 json, local;
	long		 watch_s;	/* 0: once, records on stdin */
	bool		 dry;
	bool		 again;		/* a person looks: what was said before is said */
};

static const struct option_row rows[] = {
	OPTION_FLAG("dry-run", 'n', struct call, dry, "print what would be done, and change nothing"),
	OPTION_TIME("watch", 'w', struct call, watch_s, WATCH_MAX_S, "again and again, every TIME"),
	OPTION_TEXT("to", 0, "SOURCE|auto|off", struct call, to, "where the channel is to go"),
	OPTION_TIME("for", 0, struct call, for_s, FOR_MAX_S, "go back to auto after TIME"),
	OPTION_TEXT("reason", 0, "TEXT", struct call, reason, "why; recorded with the event"),
	OPTION_FLAG("json", 0, struct call, json, "print the forwarder's status as JSON"),
	OPTION_FLAG("local", 0, struct call, local, "tell the forwarder on this host without the database"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "<RECORDS\n--watch TIME\n--to SOURCE|auto|off CHANNEL", 0, 1, "", rows, NULL, NULL, { NULL, NULL } },
};

static const struct options_tool tool = {
	"lsctl-switch", "Brings the channels of this host to what the database wants, or moves one channel.",
	commands, nitems(commands),
	{ "lsctl-health --json | lsctl-switch --dry-run",
	    "lsctl-switch krishna --to loop --for 10m --reason 'encoder restarts'" }
};

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
pass(const struct call *c, const char *host)
{
	struct observed observed;
	int status = EX_OSERR;

	observed_init(&observed);
	if ((c->watch_s > 0 ? records_ask(&observed) : records_read(&observed)) == 0)
		status = reconcile(host, c->dry, c->again, &observed);
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
watch(const struct call *c, const char *host)
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
		pass(c, host);
		notify("WATCHDOG=1");
		next += c->watch_s * 1000;
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

/* What does not go together, or NULL. */
static const char *
nonsense(const struct call *c)
{
	bool one = c->o.argc == 1;

	if (one && c->to == NULL)
		return "--to is missing: where is the channel to go?";
	if (!one && (c->to != NULL || c->for_s > 0 || c->reason != NULL || c->local || c->json))
		return "CHANNEL is missing";
	if (one && (c->dry || c->watch_s > 0))
		return "--dry-run and --watch are for all channels";
	if (one && !spec_name_ok(c->to))
		return "--to: must be a source, auto or off";
	if (one && !spec_name_ok(c->o.argv[0]))
		return "not the name of a channel";
	if (c->for_s > 0 && strcmp(c->to, "auto") == 0)
		return "--for: auto has no end";
	if (!one && c->watch_s == 0 && isatty(STDIN_FILENO))
		return "health records come from a pipe, or by --watch";
	return NULL;
}

int
main(int argc, char **argv)
{
	struct call c = { .watch_s = 0 };
	enum options_end end;
	const char *wrong;
	char host[256];

	if ((end = options_read(&c.o, &tool, &c, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	if ((wrong = nonsense(&c)) != NULL)
		return usage_error(&c.o, "%s", wrong);
	c.again = c.o.verbosity > 0 || isatty(STDERR_FILENO);
	harden_memory();
	signal(SIGPIPE, SIG_IGN);
	path_host(host, sizeof(host));
	if (c.o.argc == 1) {
		struct override w = { .channel = c.o.argv[0], .to = c.to, .for_s = c.for_s, .why = c.reason,
			.local = c.local, .json = c.json };

		return override_apply(&w, host);
	}
	return c.watch_s > 0 ? watch(&c, host) : pass(&c, host);
}
