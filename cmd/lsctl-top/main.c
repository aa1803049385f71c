/* SPDX-License-Identifier: ISC */
/* lsctl-top: the state of all channels on a terminal, and keys that switch them. See lsctl-top(8). */
#include "base/base.h"
#include "base/log.h"
#include "common/exit_options.h"
#include "lsctl-top/screen.h"
#include "lsctl-top/top.h"

#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

static const struct option_row rows[] = {
	OPTION_FLAG("last-pass", 'l', struct top, last_pass, "show what the last pass of lsctl-switch observed"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "", 0, 0, "", rows, NULL, NULL, { NULL, NULL } },
};

static const struct options_tool tool = {
	"lsctl-top", "Shows the state of all channels on a terminal; keys switch them.",
	commands, nitems(commands),
	{ "lsctl-top", "lsctl-top --last-pass" }
};

int
main(int argc, char **argv)
{
	static struct top t;
	enum options_end end;
	const char *term;
	sigset_t one;
	int sig;

	if ((end = options_read(&t.o, &tool, &t, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		log_warnx("standard input and output must be a terminal; for programs: lsctl-health --json");
		return EX_USAGE;
	}
	if (screen_open() == -1) {
		term = getenv("TERM");
		log_warnx("TERM=%s: no such type of terminal; try TERM=vt100 lsctl-top", term != NULL ? term : "");
		return EX_USAGE;
	}
	sig = top_run(&t);
	screen_close();
	top_free(&t);
	if (sig != 0) {
		/* as if it had not been caught: the shell sees how this ended */
		signal(sig, SIG_DFL);
		sigemptyset(&one);
		sigaddset(&one, sig);
		sigprocmask(SIG_UNBLOCK, &one, NULL);
		raise(sig);
	}
	return 0;
}
