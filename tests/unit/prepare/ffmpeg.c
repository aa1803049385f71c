/* SPDX-License-Identifier: ISC */
/* Programs of the test's own in the place of ffmpeg and ffprobe: each way in which they can end. */
#include "base/base.h"
#include "caught.h"
#include "prepare/ffmpeg.h"
#include "scratch.h"
#include "t.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>

static struct error err;

/* The program's path, in memory that argv may have. */
static char *
program(const char *body)
{
	static char path[256];
	char text[1024];

	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", body);
	strlcpy(path, scratch_write("ffmpeg", text, 0700), sizeof(path));
	return path;
}

static enum ffmpeg_end
capture(const char *body, struct buf *out)
{
	char *argv[] = { program(body), (char []){ "one" }, (char []){ "two three" }, NULL };

	err.text[0] = '\0';
	return ffmpeg_capture(argv, out, &err);
}

/* ffmpeg_run() of a result of so many seconds, and what it logs. */
static enum ffmpeg_end
run(const char *body, double seconds, const char **log)
{
	char *argv[] = { program(body), NULL };
	struct progress bar;
	enum ffmpeg_end end;

	err.text[0] = '\0';
	caught_begin(STDERR_FILENO);
	progress_start(&bar, "prepare", false);
	end = ffmpeg_run(argv, seconds, &bar, &err);
	*log = caught_end();
	return end;
}

static void
all_that_it_prints_is_had(void)
{
	struct buf b;

	buf_init(&b, 1 << 20);
	t_int(capture("printf '%s|' \"$@\"; i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; echo no >&2", &b),
	    FFMPEG_DONE);
	t_mem(buf_head(&b), "one|two three|line 0\n", 21);
	t_ok(buf_len(&b) > 20000);
	t_mem(buf_head(&b) + buf_len(&b) - 10, "line 2999\n", 10);
	t_str(err.text, "");
	buf_free(&b);
}

static void
its_last_words_say_why_it_failed(void)
{
	const char *log;
	struct buf b;

	buf_init(&b, 65536);
	t_int(capture("echo first >&2; echo 'moov atom not found' >&2; exit 1", &b), FFMPEG_FAILED);
	t_ok(strstr(err.text, "moov atom not found") != NULL && strstr(err.text, "first") == NULL);
	t_int(capture("exit 1", &b), FFMPEG_FAILED);
	t_ok(err.text[0] != '\0');
	t_int(run("kill -SEGV $$", 0, &log), FFMPEG_TROUBLE);
	t_ok(strstr(err.text, "11") != NULL);
	buf_free(&b);
}

static void
one_that_is_not_there_is_told_from_one_that_may_not_run(void)
{
	char *argv[] = { (char []){ "no-such-ffmpeg" }, NULL };
	struct buf b;

	buf_init(&b, 1024);
	t_int(ffmpeg_capture(argv, &b, &err), FFMPEG_MISSING);
	t_ok(strstr(err.text, "no-such-ffmpeg") != NULL && strstr(err.text, "apt install") != NULL);
	argv[0] = program("exit 0");
	t_int(chmod(argv[0], 0600), 0);
	t_int(ffmpeg_capture(argv, &b, &err), FFMPEG_TROUBLE);
	t_ok(strstr(err.text, strerror(EACCES)) != NULL);
	buf_free(&b);
}

/* It would go on for ever: it is ended. */
static void
one_that_prints_too_much_is_ended(void)
{
	const char *log;
	struct buf b;
	pid_t pid;

	buf_init(&b, 8192);
	t_int(capture("echo $$ >${0%/*}/pid; exec yes", &b), FFMPEG_TROUBLE);
	t_ok(strstr(err.text, strerror(ENOBUFS)) != NULL);
	pid = (pid_t)strtol(scratch_read("pid"), NULL, 10);
	t_ok(pid > 1 && kill(pid, 0) == -1 && errno == ESRCH);
	buf_free(&b);
	t_int(run("exec tr '\\0' x </dev/zero", 10, &log), FFMPEG_TROUBLE);	/* a line without end */
}

static void
its_progress_is_shown(void)
{
	const char *log;

	/* longer than what is read at once: a line comes in two parts */
	t_int(run("printf '%1015s\\nout_time_us=5000000\\nspeed=2.0x\\nprogress=continue\\n' frame=9; "
	    "printf 'out_time_us=N/A\\nout_time_us=10000000\\nprogress=end\\n'", 10, &log), FFMPEG_DONE);
	t_ok(strstr(log, "50 %, 2.0x, 0:03 left") != NULL);
	t_ok(strstr(log, "100 %") != NULL);
	/* of a length that is not known there is none */
	t_int(run("printf 'out_time_us=5000000\\nspeed=2.0x\\nprogress=continue\\n'", 0, &log), FFMPEG_DONE);
	t_str(log, "");
}

static void
what_it_logs_at_the_end_is_kept(void)
{
	char *argv[] = { program("echo out_time_us=5500000; i=0; while [ $i -lt 900 ]; do echo line $i >&2; i=$((i+1)); done"),
	    NULL };
	struct progress bar;
	char text[64];
	double at = 0;

	progress_start(&bar, "measure", true);
	t_int(ffmpeg_measure(argv, 0, &bar, text, sizeof(text), &at, &err), FFMPEG_DONE);
	t_int(at * 10, 55);
	t_int(strlen(text), sizeof(text) - 1);
	t_ok(strstr(text, "line 898\nline 899\n") != NULL);
	argv[0] = program("echo lost >&2; exit 1");
	t_int(ffmpeg_measure(argv, 0, &bar, text, sizeof(text), &at, &err), FFMPEG_FAILED);
	t_ok(strstr(err.text, "lost") != NULL);
}

/* Whatever its message is. */
static void
a_filter_that_it_lacks_is_named(void)
{
	char *argv[] = { program("case $* in *-filters) echo ' ... scale V->V x'; echo ' T.. tonemap V->V zscale'; exit ;; esac; exit 1"),
	    (char []){ "-vf" }, (char []){ "scale=2:2,tonemap=hable,zscale" }, NULL };
	struct progress bar;

	progress_start(&bar, "prepare", true);
	t_int(ffmpeg_run(argv, 0, &bar, &err), FFMPEG_MISSING);
	t_ok(strstr(err.text, "has no filter zscale: apt install ffmpeg") != NULL);
	argv[2] = (char []){ "scale=2:2,tonemap" };
	t_int(ffmpeg_run(argv, 0, &bar, &err), FFMPEG_FAILED);
}

static void
on_signal(int sig)
{
	(void)sig;
}

/* As prepare_job_run() does it: a signal that is blocked and has a handler is let in while the program runs. */
static void
a_signal_for_us_ends_it(void)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t set;
	struct buf b;
	pid_t pid;
	int status;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		sigaction(SIGTERM, &sa, NULL);
		sigemptyset(&set);
		sigaddset(&set, SIGTERM);
		sigprocmask(SIG_BLOCK, &set, NULL);
		buf_init(&b, 65536);
		_exit(capture("kill -TERM $PPID; exec sleep 60", &b) == FFMPEG_STOPPED ? 0 : 1);
	}
	t_ok(waitpid(pid, &status, 0) == pid && status == 0);
}

T_MAIN(
	{ "all_that_it_prints_is_had", all_that_it_prints_is_had },
	{ "its_last_words_say_why_it_failed", its_last_words_say_why_it_failed },
	{ "one_that_is_not_there_is_told_from_one_that_may_not_run",
	    one_that_is_not_there_is_told_from_one_that_may_not_run },
	{ "one_that_prints_too_much_is_ended", one_that_prints_too_much_is_ended },
	{ "its_progress_is_shown", its_progress_is_shown },
	{ "what_it_logs_at_the_end_is_kept", what_it_logs_at_the_end_is_kept },
	{ "a_filter_that_it_lacks_is_named", a_filter_that_it_lacks_is_named },
	{ "a_signal_for_us_ends_it", a_signal_for_us_ends_it }
)
