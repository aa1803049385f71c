/* SPDX-License-Identifier: ISC */
/*
 * lsctl-forward: holds every destination of one channel and splices the best source into one
 * unbroken stream. See lsctl-forward(8).
 */
#include "base/base.h"
#include "base/clock.h"
#include "base/ctl.h"
#include "base/ev.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/secret.h"
#include "control/spec.h"
#include "forward/forwarder.h"

#include <err.h>
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

struct options {
	const char	*spec;
	const char	*socket;	/* NULL: as the spec says, else beside it */
	bool		 check;
	bool		 tap;
	int		 verbosity;
};

struct tool {
	struct options		 opt;
	struct ev		*ev;
	struct forwarder	*fw;
	struct ctl		*ctl;
	struct ev_io		 signals;
	bool			 done;
	int64_t			 watchdog_ms, next_watchdog, next_status;
};

__attribute__((noreturn)) static void
usage(int status)
{
	fprintf(status == 0 ? stdout : stderr,
	    "usage: lsctl-forward [-nqv] [-o -] [-s SOCKET] SPEC\n"
	    "       lsctl-forward ctl SOCKET status|dump|reload\n"
	    "       lsctl-forward ctl SOCKET switch SOURCE|auto|off [--for TIME]\n"
	    "       lsctl-forward --version\n");
	exit(status);
}

static void
say_fault(const char *file, const struct spec_fault *f)
{
	if (f->line > 0)
		log_warnx("%s:%d: %s%s%s", file, f->line, f->field,
		    f->field[0] != '\0' ? ": " : "", f->why);
	else
		log_warnx("%s: %s%s%s", file, f->field,
		    f->field[0] != '\0' ? ": " : "", f->why);
}

/* -- the control socket -- */

static char *
answer_json(json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT);

	json_decref(o);
	return text;
}

static char *
answer_error(const char *why)
{
	return answer_json(json_pack("{sbss}", "ok", 0, "error", why));
}

static char *
do_switch(struct tool *t, json_t *req)
{
	json_t *ms = json_object_get(req, "for_ms");
	const char *to = json_string_value(json_object_get(req, "to"));
	int64_t for_ms = json_is_integer(ms) ? json_integer_value(ms) : 0;

	if (to == NULL || for_ms < 0 ||
	    channel_switch(t->fw->channel, to, for_ms, clock_ms()) == -1)
		return answer_error("switch: to must be auto, off or the name "
		    "of a source");
	log_info("channel=%s switch to=%s for_ms=%lld", t->fw->spec->channel,
	    to, (long long)for_ms);
	return answer_json(json_pack("{sb}", "ok", 1));
}

/* NULL: done; else what is wrong, in *f. */
static int
reload(struct tool *t, struct spec_fault *f)
{
	struct spec *spec;

	notify("RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_us());
	spec = spec_read(t->opt.spec, SPEC_FORWARD, f);
	if (spec == NULL ||
	    forwarder_reload(t->fw, spec, clock_ms(), f) == -1) {
		say_fault(t->opt.spec, f);
		notify("READY=1");
		return -1;
	}
	log_info("channel=%s reloaded destinations=%d", t->fw->spec->channel,
	    t->fw->egresses);
	notify("READY=1");
	return 0;
}

static char *
do_reload(struct tool *t)
{
	struct spec_fault f;

	if (reload(t, &f) == 0)
		return answer_json(json_pack("{sb}", "ok", 1));
	return answer_json(json_pack("{sbsssiss}", "ok", 0, "error", f.why,
	    "line", f.line, "field", f.field));
}

static char *
answer(void *arg, const char *line)
{
	struct tool *t = arg;
	json_t *req = json_loads(line, 0, NULL);
	const char *cmd = json_string_value(json_object_get(req, "cmd"));
	char *text;

	if (cmd == NULL)
		text = answer_error("ask with {\"cmd\":\"status\"}, switch, "
		    "reload or dump");
	else if (strcmp(cmd, "status") == 0)
		text = forwarder_status(t->fw, clock_ms());
	else if (strcmp(cmd, "dump") == 0)
		text = forwarder_dump(t->fw, clock_ms());
	else if (strcmp(cmd, "switch") == 0)
		text = do_switch(t, req);
	else if (strcmp(cmd, "reload") == 0)
		text = do_reload(t);
	else
		text = answer_error("unknown cmd: status, switch, reload or dump");
	json_decref(req);
	return text;
}

/* -- running -- */

static void
on_signal(void *arg, unsigned int events)
{
	struct tool *t = arg;
	struct signalfd_siginfo si;
	struct spec_fault f;

	(void)events;
	if (read(t->signals.fd, &si, sizeof(si)) != sizeof(si))
		return;
	if (si.ssi_signo == SIGHUP)
		reload(t, &f);
	else
		t->done = true;
}

static void
catch_signals(struct tool *t)
{
	sigset_t set;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	t->signals.fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	t->signals.ready = on_signal;
	t->signals.arg = t;
	if (t->signals.fd == -1 || ev_set(t->ev, &t->signals, EV_READ) == -1)
		err(EX_OSERR, "signals");
}

static void
listen_control(struct tool *t)
{
	const char *path = t->opt.socket != NULL ? t->opt.socket :
	    t->fw->spec->socket;
	char beside[4096];
	size_t len;

	if (path == NULL) {
		strlcpy(beside, t->opt.spec, sizeof(beside));
		len = strlen(beside);
		if (len > 5 && strcmp(beside + len - 5, ".json") == 0)
			beside[len - 5] = '\0';
		strlcat(beside, ".sock", sizeof(beside));
		path = beside;
	}
	t->ctl = ctl_listen(t->ev, path, answer, t);
	if (t->ctl == NULL && errno == EADDRINUSE)
		errx(EX_UNAVAILABLE, "%s: another lsctl-forward answers there",
		    path);
	if (t->ctl == NULL)
		err(EX_CANTCREAT, "%s", path);
}

static void
tell_manager(struct tool *t, int64_t now)
{
	char state[SPEC_NAME + 8];
	int i, live = 0;

	if (t->watchdog_ms > 0 && now >= t->next_watchdog) {
		notify("WATCHDOG=1");
		t->next_watchdog = now + t->watchdog_ms;
	}
	if (now < t->next_status)
		return;
	t->next_status = now + 1000;
	for (i = 0; i < t->fw->egresses; i++)
		live += t->fw->egress[i]->link.state == LINK_UP;
	notify("STATUS=%s, %d of %d destinations live",
	    channel_state(t->fw->channel, state, sizeof(state)), live,
	    t->fw->egresses);
}

static int
run(struct tool *t)
{
	int64_t now, wake;

	t->watchdog_ms = notify_watchdog_ms();
	notify("READY=1");
	log_info("channel=%s sources=%d destinations=%d delay=%lldms",
	    t->fw->spec->channel, t->fw->spec->sources, t->fw->egresses,
	    (long long)t->fw->spec->delay_ms);
	while (!t->done) {
		now = clock_ms();
		wake = forwarder_step(t->fw, now);
		tell_manager(t, now);
		if (t->opt.tap && t->fw->tap == NULL && t->fw->egresses == 0)
			return EX_IOERR;	/* nobody is left to write for */
		if (ev_wait(t->ev, wake * 1000) == -1)
			err(EX_OSERR, "epoll");
	}
	notify("STOPPING=1");
	return 0;
}

static int
forward(const struct options *opt)
{
	struct tool t = { .opt = *opt };
	struct spec_fault fault;
	struct spec *spec;
	int status;

	secret_guard();
	if ((t.ev = ev_new()) == NULL)
		err(EX_OSERR, "epoll");
	if ((spec = spec_read(opt->spec, SPEC_FORWARD, &fault)) == NULL ||
	    (t.fw = forwarder_new(t.ev, spec, clock_ms(), &fault)) == NULL) {
		say_fault(opt->spec, &fault);
		return EX_CONFIG;
	}
	if (opt->check)
		status = 0;
	else {
		if (opt->tap && forwarder_tap(t.fw, STDOUT_FILENO) == -1)
			err(EX_OSERR, "stdout");
		catch_signals(&t);
		listen_control(&t);
		status = run(&t);
	}
	ctl_close(t.ctl);
	forwarder_free(t.fw);
	ev_free(t.ev);
	return status;
}

/* -- the control client -- */

/* "90", "90s", "10m", "2h" in ms; -1: not a time. */
static int64_t
parse_time(const char *s)
{
	static const struct { char unit; int64_t ms; } units[] = {
		{ '\0', 1000 }, { 's', 1000 }, { 'm', 60000 }, { 'h', 3600000 }
	};
	char *end;
	long long n;
	size_t i;

	errno = 0;
	n = strtoll(s, &end, 10);
	if (end == s || n <= 0 || n > 1000000 || errno != 0)
		return -1;
	for (i = 0; i < nitems(units); i++)
		if (end[0] == units[i].unit &&
		    (end[0] == '\0' || end[1] == '\0'))
			return n * units[i].ms;
	return -1;
}

static json_t *
question(int argc, char **argv)
{
	int64_t for_ms = 0;

	if (strcmp(argv[0], "switch") != 0)
		return argc == 1 ? json_pack("{ss}", "cmd", argv[0]) : NULL;
	if (argc == 4 && strcmp(argv[2], "--for") == 0)
		for_ms = parse_time(argv[3]);
	else if (argc != 2)
		return NULL;
	return for_ms < 0 ? NULL : json_pack("{sssssI}", "cmd", "switch", "to",
	    argv[1], "for_ms", (json_int_t)for_ms);
}

static int
control(int argc, char **argv)
{
	json_t *q, *a;
	char *line, *text;
	int status;

	if (argc < 2 || (q = question(argc - 1, argv + 1)) == NULL)
		usage(EX_USAGE);
	line = json_dumps(q, JSON_COMPACT);
	if (line == NULL || (text = ctl_ask(argv[0], line)) == NULL)
		err(EX_UNAVAILABLE, "%s: no forwarder answers", argv[0]);
	puts(text);
	a = json_loads(text, 0, NULL);
	status = json_is_false(json_object_get(a, "ok")) ? 1 : 0;
	json_decref(a);
	json_decref(q);
	free(line);
	free(text);
	return status;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	struct options opt = { 0 };
	int c;

	if (argc > 1 && strcmp(argv[1], "ctl") == 0)
		return control(argc - 2, argv + 2);
	while ((c = getopt_long(argc, argv, "hno:qs:v", longs, NULL)) != -1)
		switch (c) {
		case 'n':
			opt.check = true;
			break;
		case 'o':
			if (strcmp(optarg, "-") != 0)
				errx(EX_USAGE, "-o writes to stdout only: -o -");
			opt.tap = true;
			break;
		case 'q':
			opt.verbosity = -1;
			break;
		case 's':
			opt.socket = optarg;
			break;
		case 'v':
			opt.verbosity = 1;
			break;
		case 'V':
			puts("lsctl-forward " LSCTL_VERSION);
			return 0;
		case 'h':
			usage(0);
		default:
			usage(EX_USAGE);
		}
	if (argc - optind != 1)
		usage(EX_USAGE);
	if (opt.tap && isatty(STDOUT_FILENO))
		errx(EX_USAGE, "-o - writes a stream: send it to a file or a pipe");
	opt.spec = argv[optind];
	log_init("lsctl-forward", opt.verbosity);
	return forward(&opt);
}
