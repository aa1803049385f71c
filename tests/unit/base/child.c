/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/child.h"
#include "t.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static int
start(struct child *c, const char *script)
{
	char sh[] = "sh", flag[] = "-c", text[256];
	char *argv[] = { sh, flag, text, NULL };

	strlcpy(text, script, sizeof(text));
	return child_start(c, argv);
}

static size_t
read_all(struct child *c, char *dst, size_t size)
{
	size_t n = 0;
	ssize_t r;

	while ((r = child_read(c, dst + n, size - 1 - n)) > 0)
		n += (size_t)r;
	dst[n] = '\0';
	t_int(r, 0);
	return n;
}

static void
output_and_errors_are_apart(void)
{
	struct child c;
	char out[64], line[64];
	int status;

	t_int(start(&c, "echo one; echo two >&2; echo three >&2; echo; exit 3"), 0);
	read_all(&c, out, sizeof(out));
	t_str(out, "one\n\n");
	status = child_end(&c, line, sizeof(line));
	t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	t_str(line, "three");
}

static void
input_is_empty(void)
{
	struct child c;
	char out[64], line[64];

	t_int(start(&c, "cat; echo end"), 0);
	read_all(&c, out, sizeof(out));
	t_str(out, "end\n");
	t_int(child_end(&c, line, sizeof(line)), 0);
	t_str(line, "");
}

static void
many_errors_do_not_block(void)
{
	struct child c;
	char out[64], line[64];

	t_int(start(&c, "yes error | head -c 1000000 >&2; echo >&2; echo last >&2"), 0);
	read_all(&c, out, sizeof(out));
	t_int(child_end(&c, line, sizeof(line)), 0);
	t_str(line, "last");
}

static void
no_such_program(void)
{
	char name[] = "no-such-program-here";
	char *argv[] = { name, NULL };
	struct child c;

	errno = 0;
	t_int(child_start(&c, argv), -1);
	t_int(errno, ENOENT);
}

static void
on_alarm(int sig)
{
	(void)sig;
}

static void
a_blocked_signal_is_let_in_while_reading(void)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct child c;
	sigset_t set;
	char block[16];
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGALRM, &sa, NULL);
	t_int(start(&c, "exec sleep 60"), 0);
	alarm(1);
	t_int(child_read(&c, block, sizeof(block)), -1);
	t_int(errno, EINTR);
	status = child_stop(&c);
	t_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	t_int(waitpid(c.pid, NULL, WNOHANG), -1);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void
signals_are_as_new_in_the_child(void)
{
	struct child c;
	char line[64];
	sigset_t set;
	int status;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	t_int(start(&c, "kill -TERM $$; exit 0"), 0);
	status = child_end(&c, line, sizeof(line));
	t_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

T_MAIN(
	{ "output_and_errors_are_apart", output_and_errors_are_apart },
	{ "input_is_empty", input_is_empty },
	{ "many_errors_do_not_block", many_errors_do_not_block },
	{ "no_such_program", no_such_program },
	{ "a_blocked_signal_is_let_in_while_reading", a_blocked_signal_is_let_in_while_reading },
	{ "signals_are_as_new_in_the_child", signals_are_as_new_in_the_child },
)
