/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/paths.h"
#include "control/reconcile/rate_history.h"
#include "control/reconcile/reconcile.h"
#include "lsctl-switch/call.h"
#include "process/child.h"
#include "process/histogram.h"
#include "process/line_reader.h"
#include "process/notify.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#define PIECE	65536	/* bytes that are read at once */

struct records {
	struct observed		*observed;
	struct line_reader	 reader;
	unsigned int		 bad;
};

static int
record_take(void *arg, const char *line, size_t len)
{
	struct records *r = arg;
	int rc = observed_add(r->observed, line, len);

	r->bad += rc == 1;
	return rc == -1 ? -1 : 0;
}

static void
records_begin(struct records *r, struct observed *observed)
{
	*r = (struct records){ .observed = observed,
	    .reader = { .line = record_take, .arg = r, .max = OBSERVED_LINE_MAX + PIECE } };
}

/* Ends the input; rc is the result of reading it. 0, or -1; logged. */
static int
records_end(struct records *r, int rc)
{
	if (rc == -1)
		log_warn("health records");
	if (line_reader_end(&r->reader) == -1 && rc == 0) {
		log_warn("health records");
		rc = -1;
	}
	if (r->bad > 0)
		log_warnx("%u lines are no health records, and are ignored", r->bad);
	return rc;
}

/* Records on stdin. */
static int
records_read(struct observed *observed)
{
	struct records r;

	records_begin(&r, observed);
	return records_end(&r, line_reader_fd(&r.reader, STDIN_FILENO));
}

/* Runs lsctl-health for its records. That there are none is no error: then nothing is known of the channels. */
static int
records_query(struct observed *observed)
{
	char program[4096], json[] = "--json", piece[PIECE], line[256];
	char *argv[] = { child_program(program, sizeof(program), "lsctl-health"), json, NULL };
	struct records r;
	struct child c;
	ssize_t n = 0;
	int status, rc = 0;

	if (child_start(&c, argv) == -1) {
		log_warn("%s", program);
		return 0;
	}
	records_begin(&r, observed);
	while (rc == 0 && (n = child_read(&c, piece, sizeof(piece))) != 0)
		if (n > 0)
			rc = line_reader_add(&r.reader, piece, (size_t)n);
		else if (errno != EINTR)
			break;
	rc = records_end(&r, rc);
	status = child_end(&c, line, sizeof(line));
	if (!WIFEXITED(status) || WEXITSTATUS(status) > 2)
		log_warnx("%s: %s", program, line[0] != '\0' ? line : "failed");
	return rc;
}

static int
line_print(const char *line)
{
	if (puts(line) != EOF && fflush(stdout) != EOF)
		return 0;
	log_warn("stdout");
	return -1;
}

static int
exit_reconcile(enum reconcile_end end)
{
	static const int status[] = {
		[RECONCILE_OK] = 0, [RECONCILE_AWAY] = EX_TEMPFAIL, [RECONCILE_DENIED] = EX_NOPERM,
		[RECONCILE_REFUSED] = EX_DATAERR, [RECONCILE_CONFIG] = EX_CONFIG, [RECONCILE_FAILED] = EX_UNAVAILABLE,
		[RECONCILE_SYSTEM] = EX_OSERR, [RECONCILE_LOCK] = EX_CANTCREAT, [RECONCILE_UNPRINTED] = EX_IOERR
	};

	return status[end];
}

/* For the pages. Nothing that goes wrong here is a reason not to reconcile. */
static void
status_write(const struct call *c, struct observed *observed)
{
	char path[4096], elsewhere[4096], rates[4096];

	path_state(path, sizeof(path), "www", "status.json");
	path_state(elsewhere, sizeof(elsewhere), "www", "elsewhere.json");
	path_state(rates, sizeof(rates), "www", "rates");
	if (status_file_write(&observed->status, path, elsewhere, c->host) == -1 && errno != ENOENT)
		log_info("%s: %s", path, strerror(errno));
	if (rate_history_add(rates, (const char *)buf_head(&observed->records), buf_len(&observed->records), time(NULL)) == -1 &&
	    errno != ENOENT)
		log_info("%s: %s", rates, strerror(errno));
}

int
call_pass(const struct call *c)
{
	int64_t began = clock_us();
	struct observed observed;
	int status = EX_OSERR;
	char path[4096];

	observed_init(&observed);
	if ((c->watch_s > 0 ? records_query(&observed) : records_read(&observed)) == 0) {
		if (!c->dry)
			status_write(c, &observed);
		status = exit_reconcile(reconcile(c->host, c->again, c->dry ? line_print : NULL, &observed));
	}
	observed_free(&observed);
	if (!c->dry)
		histogram_add(path_run(path, sizeof(path), "switch.times", NULL, ""), 0644, clock_us() - began, time(NULL));
	return status;
}

static volatile sig_atomic_t stopped;

static void
on_stop(int sig)
{
	(void)sig;
	stopped = 1;
}

int
call_watch(const struct call *c)
{
	struct sigaction sa = { .sa_handler = on_stop };
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
		call_pass(c);
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
