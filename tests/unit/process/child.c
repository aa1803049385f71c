/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/child.h"
#include "t.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct child c;
static char line[128];

static void
sh(const char *script)
{
	char *argv[] = { (char []){ "sh" }, (char []){ "-c" }, strdup(script), NULL };

	t_int(child_start(&c, argv), 0);
	free(argv[2]);
}

/* All of its output, in static memory. */
static const char *
output(void)
{
	static char text[1024];
	size_t n = 0;
	ssize_t r;

	while ((r = child_read(&c, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)r;
	t_int(r, 0);
	text[n] = '\0';
	return text;
}

static void
tells_output_errors_and_status(void)
{
	int status;

	sh("echo out; echo first >&2; printf 'last one\\n\\n' >&2; exit 3");
	t_str(output(), "out\n");
	status = child_end(&c, line, sizeof(line));
	t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	t_str(line, "last one");
}

static void
says_nothing_for_no_errors(void)
{
	sh("exit 0");
	t_str(output(), "");
	t_int(child_end(&c, line, sizeof(line)), 0);
	t_str(line, "");
	sh("echo >&2");
	t_str(output(), "");
	t_int(child_end(&c, line, sizeof(line)), 0);
	t_str(line, "");
}

static void
keeps_the_end_of_many_errors(void)
{
	char text[21];

	sh("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; "
	    "printf 'line the last' >&2");
	t_str(output(), "");
	t_int(child_end(&c, line, sizeof(line)), 0);
	t_str(line, "line the last");
	sh("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done");
	t_str(output(), "");
	t_int(child_end_text(&c, line, sizeof(line), text, sizeof(text)), 0);
	t_str(text, "line 1998\nline 1999\n");
	t_str(line, "line 1999");
	sh("echo short >&2");
	t_str(output(), "");
	t_int(child_end_text(&c, line, sizeof(line), text, sizeof(text)), 0);
	t_str(text, "short\n");
	sh("head -c 10000 /dev/zero | tr '\\0' y >&2");
	t_str(output(), "");
	child_end(&c, line, sizeof(line));
	t_int(strlen(line), sizeof(line) - 1);
}

static void
says_when_there_is_no_such_program(void)
{
	char *argv[] = { (char []){ "no-such-program-at-all" }, NULL };

	t_int(child_start(&c, argv), -1);
	t_int(errno, ENOENT);
}

static void
is_ended_when_stopped(void)
{
	int status;

	sh("exec sleep 100");
	status = child_stop(&c);
	t_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

static void
has_an_empty_input_and_default_signals(void)
{
	sigset_t set, old;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, &old);
	/* SIGPIPE is bit 12; a library keeps the first real-time ones to itself */
	sh("cat; grep -E '^SigBlk:|^SigIgn:.*[1357][0-9a-f]{3}$' /proc/self/status");
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, SIG_DFL);
	t_str(output(), "SigBlk:\t0000000000000000\n");
	t_int(child_end(&c, line, sizeof(line)), 0);
}

static void
has_nothing_of_ours_open(void)
{
	sh("ls -l /proc/self/fd | grep -c memfd:stderr");	/* its own stderr */
	t_str(output(), "1\n");
	t_int(child_end(&c, line, sizeof(line)), 0);
}

static void
on_signal(int sig)
{
	(void)sig;
}

static void
a_blocked_signal_ends_the_wait(void)
{
	struct sigaction act = { .sa_handler = on_signal };
	sigset_t set, old;
	char byte;

	sigaction(SIGUSR1, &act, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	sh("exec sleep 100");
	kill(getpid(), SIGUSR1);
	t_int(child_read(&c, &byte, 1), -1);
	t_int(errno, EINTR);
	child_stop(&c);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

static void
finds_a_program_in_the_folder_of_this_one(void)
{
	char self[4096], found[4096], small[8];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	self[n] = '\0';
	t_str(child_program(found, sizeof(found), strrchr(self, '/') + 1), self);
	t_str(child_program(found, sizeof(found), "no-such-program"), "no-such-program");
	t_str(child_program(small, sizeof(small), strrchr(self, '/') + 1), "child");
}

T_MAIN(
	{ "tells_output_errors_and_status", tells_output_errors_and_status },
	{ "says_nothing_for_no_errors", says_nothing_for_no_errors },
	{ "keeps_the_end_of_many_errors", keeps_the_end_of_many_errors },
	{ "says_when_there_is_no_such_program", says_when_there_is_no_such_program },
	{ "is_ended_when_stopped", is_ended_when_stopped },
	{ "has_an_empty_input_and_default_signals", has_an_empty_input_and_default_signals },
	{ "has_nothing_of_ours_open", has_nothing_of_ours_open },
	{ "finds_a_program_in_the_folder_of_this_one", finds_a_program_in_the_folder_of_this_one },
	{ "a_blocked_signal_ends_the_wait", a_blocked_signal_ends_the_wait },
)
