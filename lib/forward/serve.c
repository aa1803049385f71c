/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/ctl.h"
#include "base/ev.h"
#include "base/log.h"
#include "base/notify.h"
#include "base/secret.h"
#include "forward/forwarder.h"
#include "forward/serve.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sysexits.h>
#include <unistd.h>

#define TIMER_SLACK_NS	1000000

struct server {
	struct serve_options	 opt;
	struct ev		*ev;
	struct forwarder	*fw;
	struct ctl		*ctl;
	struct ev_io		 signals;
	bool			 done;
	int64_t			 watchdog_ms, next_watchdog, next_status;
};

static void
say_fault(const char *file, struct spec_fault *f)
{
	spec_locate(file, f);
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
do_switch(struct server *t, json_t *req)
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

/* -1 with *f told. */
static int
reload(struct server *t, struct spec_fault *f)
{
	struct spec *spec;

	notify("RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_us());
	spec = spec_read(t->opt.spec, t->opt.kind, f);
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
do_reload(struct server *t)
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
	struct server *t = arg;
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
	struct server *t = arg;
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

static int
catch_signals(struct server *t)
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
	if (t->signals.fd == -1)
		return -1;
	return ev_set(t->ev, &t->signals, EV_READ);
}

static int
listen_control(struct server *t)
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
	if (t->ctl != NULL)
		return 0;
	if (errno == EADDRINUSE) {
		log_warnx("%s: another process answers there: is this channel "
		    "running already?", path);
		return EX_UNAVAILABLE;
	}
	log_warn("%s", path);
	return EX_CANTCREAT;
}

static void
tell_manager(struct server *t, int64_t now)
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
run(struct server *t)
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
		if (ev_wait(t->ev, wake * 1000) == -1) {
			log_warn("epoll");
			return EX_OSERR;
		}
	}
	notify("STOPPING=1");
	return 0;
}

/* What will work, though hardly as meant. */
static void
warn_about(const struct spec *s)
{
	if (s->kind == SPEC_FORWARD && s->delay_ms > 0 &&
	    s->delay_ms < s->stall_ms + 200)
		log_warnx("channel=%s delay_ms %lld is not above stall_ms %lld: "
		    "the delay line runs dry before a stall is noticed",
		    s->channel, (long long)s->delay_ms, (long long)s->stall_ms);
}

static int
start(struct server *t)
{
	int status;

	warn_about(t->fw->spec);
	if (t->opt.tap && forwarder_tap(t->fw, STDOUT_FILENO) == -1) {
		log_warn("stdout");
		return EX_OSERR;
	}
	if (catch_signals(t) == -1) {
		log_warn("signals");
		return EX_OSERR;
	}
	if ((status = listen_control(t)) != 0)
		return status;
	return run(t);
}

int
serve(const struct serve_options *opt)
{
	struct server t = { .opt = *opt, .signals.fd = -1 };
	struct spec_fault fault;
	struct spec *spec;
	int status = 0;

	secret_guard();
	/* Many channels on a host wake 30 times a second each: let them share interrupts. */
	prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS);
	if ((t.ev = ev_new()) == NULL) {
		log_warn("epoll");
		return EX_OSERR;
	}
	if ((spec = spec_read(opt->spec, opt->kind, &fault)) == NULL ||
	    (t.fw = forwarder_new(t.ev, spec, clock_ms(), &fault)) == NULL) {
		say_fault(opt->spec, &fault);
		status = EX_CONFIG;
	} else if (!opt->check)
		status = start(&t);
	ctl_close(t.ctl);
	forwarder_free(t.fw);
	ev_del(t.ev, &t.signals);
	if (t.signals.fd != -1)
		close(t.signals.fd);
	ev_free(t.ev);
	return status;
}
