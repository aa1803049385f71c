/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/secret.h"
#include "flv/flv_cache.h"
#include "forward/command.h"
#include "forward/forwarder.h"
#include "forward/serve.h"
#include "process/ctl.h"
#include "process/ev.h"
#include "process/harden.h"
#include "process/harden_signals.h"
#include "process/listenfd.h"
#include "process/notify.h"
#include "spec/spec_read.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TIMER_SLACK_NS	1000000

/*
 * The service manager keeps a descriptor of this name while the channel is on the air. A process that gets it at
 * its start replaces one that crashed or was restarted.
 */
#define ON_AIR	"on-air"

/* It also keeps a pipe of this name with the flv_cache: the next process need not check all films again. */
#define FILMS	"films"

struct server {
	struct serve_options	 opt;
	struct ev		*ev;
	struct forwarder	*fw;
	struct ctl		*ctl;
	struct command		 command;	/* context of its commands */
	struct listenfd		 passed;	/* descriptors that the service manager passed */
	bool			 marked;	/* the service manager keeps ON_AIR */
	struct ev_io		 signals;
	bool			 done;
	int64_t			 watchdog_ms, next_watchdog, next_status;
	char			 status[SPEC_NAME + 64];	/* that the service manager has */
};

static void
on_signal(void *arg, unsigned int events)
{
	struct server *t = arg;
	struct signalfd_siginfo si;

	(void)events;
	if (read(t->signals.fd, &si, sizeof(si)) != sizeof(si))
		return;
	if (si.ssi_signo == SIGHUP)
		command_reload(&t->command);
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

/* The path of the control socket: of the option, of the spec, or beside the spec. */
static void
control_path(const struct server *t, char *path, size_t size)
{
	const char *given = t->opt.socket != NULL ? t->opt.socket : t->fw->spec->socket;
	size_t len;

	strlcpy(path, given != NULL ? given : t->opt.spec, size);
	if (given != NULL)
		return;
	len = strlen(path);
	if (len > 5 && strcmp(path + len - 5, ".json") == 0)
		path[len - 5] = '\0';
	strlcat(path, ".sock", size);
}

/* Listens on the socket that the service manager passed. */
static enum serve_end
serve_control(struct server *t)
{
	int fd = listenfd_socket(&t->passed);

	if (fd == -1) {
		log_warnx("LISTEN_FDS: no listening Unix stream socket was passed: is ListenStream= of the socket "
		    "unit a path?");
		return SERVE_CONFIG;
	}
	if ((t->ctl = ctl_serve(t->ev, fd, command_answer, &t->command)) != NULL)
		return SERVE_DONE;
	log_warn("control socket");
	return SERVE_SYSTEM;
}

static enum serve_end
listen_control(struct server *t)
{
	char path[PATH_MAX];

	if (listenfd_left(&t->passed) > 0)
		return serve_control(t);
	control_path(t, path, sizeof(path));
	t->ctl = ctl_listen(t->ev, path, command_answer, &t->command);
	if (t->ctl != NULL)
		return SERVE_DONE;
	if (errno == EADDRINUSE) {
		log_warnx("%s: another process answers there: is this channel "
		    "running already?", path);
		return SERVE_RUNNING;
	}
	log_warn("%s", path);
	return SERVE_NO_SOCKET;
}

static void
notify_manager(struct server *t, int64_t now)
{
	char state[SPEC_NAME + 8], status[sizeof(t->status)];
	int i, live = 0;

	if (t->watchdog_ms > 0 && now >= t->next_watchdog) {
		notify("WATCHDOG=1");
		t->next_watchdog = now + t->watchdog_ms;
	}
	if (now < t->next_status)
		return;
	t->next_status = now + 1000;
	for (i = 0; i < t->fw->egresses; i++)
		live += t->fw->egress[i]->rtmp_conn.state == RTMP_CONN_UP;
	snprintf(status, sizeof(status), "STATUS=%s, %d of %d destinations live",
	    channel_state(t->fw->channel, state, sizeof(state)), live, t->fw->egresses);
	if (strcmp(status, t->status) == 0)
		return;
	strlcpy(t->status, status, sizeof(t->status));
	notify("%s", status);
}

/* Has the service manager keep ON_AIR while the channel is on the air. */
static void
mark_on_air(struct server *t)
{
	enum fo_state state = t->fw->channel->failover.state;
	bool on_air = state != FO_OFF;
	int fd;

	if (state == FO_STARTING || on_air == t->marked)
		return;
	t->marked = on_air;
	if (!on_air)
		notify_let_go(ON_AIR);
	else if ((fd = eventfd(0, EFD_CLOEXEC)) != -1) {
		notify_keep(ON_AIR, fd);
		close(fd);
	}
}

static void
keep_films(void)
{
	int end[2];

	if (!flv_cache_changed() || pipe2(end, O_CLOEXEC | O_NONBLOCK) == -1)
		return;
	if (flv_cache_write(end[1]) == 0) {
		notify_let_go(FILMS);
		notify_keep(FILMS, end[0]);
	}
	close(end[0]);
	close(end[1]);
}

static void
load_films(struct server *t)
{
	int fd = listenfd_named(&t->passed, FILMS);

	if (fd == -1)
		return;
	flv_cache_read(fd);
	close(fd);
}

/* Resumes the channel if a process before this one had it on the air. */
static void
resume(struct server *t)
{
	int fd = listenfd_named(&t->passed, ON_AIR);

	if (fd == -1)
		return;
	close(fd);
	t->marked = true;
	channel_resume(t->fw->channel);
	log_notice("channel=%s was on the air before this process started: resuming", t->fw->spec->channel);
}

static enum serve_end
run(struct server *t)
{
	int64_t now, wake;

	t->watchdog_ms = notify_watchdog_ms();
	notify("READY=1");
	log_notice("channel=%s sources=%d destinations=%d delay=%lldms",
	    t->fw->spec->channel, t->fw->spec->sources, t->fw->egresses,
	    (long long)t->fw->spec->delay_ms);
	while (!t->done) {
		now = clock_ms();
		wake = forwarder_step(t->fw, now);
		mark_on_air(t);
		keep_films();
		notify_manager(t, now);
		if (t->opt.flv_output && t->fw->flv_output == NULL && t->fw->egresses == 0)
			return SERVE_NO_READER;
		if (ev_wait(t->ev, wake * 1000) == -1) {
			log_warn("epoll");
			return SERVE_SYSTEM;
		}
	}
	notify("STOPPING=1");
	return SERVE_DONE;
}

/* Warns about settings that are valid, but hardly intended. */
static void
warn_about(const struct spec *s)
{
	if (s->kind == SPEC_FORWARD && s->delay_ms > 0 &&
	    s->delay_ms < s->stall_ms + 200)
		log_warnx("channel=%s delay_ms %lld is not above stall_ms %lld: "
		    "the delay line runs dry before a stall is noticed",
		    s->channel, (long long)s->delay_ms, (long long)s->stall_ms);
}

static enum serve_end
start(struct server *t)
{
	enum serve_end end;

	warn_about(t->fw->spec);
	if (t->opt.flv_output && forwarder_flv_output(t->fw, STDOUT_FILENO) == -1) {
		log_warn("stdout");
		return SERVE_SYSTEM;
	}
	if (catch_signals(t) == -1) {
		log_warn("signals");
		return SERVE_SYSTEM;
	}
	t->command = (struct command){ t->fw, t->opt.spec, t->opt.kind };
	resume(t);
	if ((end = listen_control(t)) != SERVE_DONE)
		return end;
	return run(t);
}

enum serve_end
serve(const struct serve_options *opt)
{
	struct server t = { .opt = *opt, .signals.fd = -1 };
	struct spec_fault fault;
	struct spec *spec;
	enum serve_end end = SERVE_DONE;

	listenfd_take(&t.passed);
	load_films(&t);
	harden_memory();
	if (harden_signals() == -1)
		log_warn("seccomp: this process can still signal other processes of its user");
	/* Each channel of a host wakes 8 to 30 times a second: timer slack lets them share interrupts. */
	prctl(PR_SET_TIMERSLACK, TIMER_SLACK_NS);
	if ((t.ev = ev_new()) == NULL) {
		log_warn("epoll");
		return SERVE_SYSTEM;
	}
	if ((spec = spec_read(opt->spec, opt->kind, &fault)) == NULL ||
	    (t.fw = forwarder_new(t.ev, spec, clock_ms(), &fault)) == NULL) {
		spec_locate(opt->spec, &fault);
		command_log_fault(opt->spec, &fault);
		end = SERVE_CONFIG;
	} else if (!opt->check)
		end = start(&t);
	ctl_close(t.ctl);
	listenfd_close(&t.passed);
	forwarder_free(t.fw);
	flv_cache_forget();
	ev_del(t.ev, &t.signals);
	if (t.signals.fd != -1)
		close(t.signals.fd);
	ev_free(t.ev);
	return end;
}
