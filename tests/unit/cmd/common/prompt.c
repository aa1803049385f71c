/* SPDX-License-Identifier: ISC */
/* A person at a terminal of the test's own, and nobody there. */
#include "base/base.h"
#include "caught.h"
#include "common/prompt.h"
#include "t.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sysexits.h>

/* talk_sure() of somebody who types this; *asked is what was on stderr. */
static int
sure(const char *typed, const char **asked)
{
	int pty = posix_openpt(O_RDWR | O_NOCTTY), terminal, real = dup(STDIN_FILENO), rc;

	t_ok(pty != -1 && grantpt(pty) == 0 && unlockpt(pty) == 0);
	t_ok((terminal = open(ptsname(pty), O_RDWR | O_NOCTTY)) != -1);
	t_int(write(pty, typed, strlen(typed)), strlen(typed));
	dup2(terminal, STDIN_FILENO);
	caught_begin(STDERR_FILENO);
	rc = prompt_confirm(false, "remove krishna", "Remove krishna?");
	*asked = caught_end();
	dup2(real, STDIN_FILENO);
	clearerr(stdin);
	close(real);
	close(terminal);
	close(pty);
	return rc;
}

static void
yes_is_asked_for_and_all_else_is_no(void)
{
	const char *asked;

	t_int(sure("y\n", &asked), 0);
	t_ok(strstr(asked, "Remove krishna?") != NULL);
	t_int(sure("Yes\n", &asked), 0);
	t_int(sure("n\n", &asked), 1);
	t_int(sure("\n", &asked), 1);
	t_int(sure(" y\n", &asked), 1);
	t_int(sure("\4", &asked), 1);		/* Ctrl-D */
}

static void
yes_that_was_said_before_asks_nobody(void)
{
	caught_begin(STDERR_FILENO);
	t_int(prompt_confirm(true, "remove krishna", "Remove krishna?"), 0);
	t_str(caught_end(), "");
}

static void
without_a_terminal_nobody_is_asked(void)
{
	int real = dup(STDIN_FILENO), fd = open("/dev/null", O_RDONLY);
	const char *said;

	dup2(fd, STDIN_FILENO);
	caught_begin(STDERR_FILENO);
	t_int(prompt_confirm(false, "remove krishna", "Remove krishna?"), EX_USAGE);
	said = caught_end();
	t_ok(strstr(said, "remove krishna") != NULL && strstr(said, "--yes") != NULL);
	t_ok(strstr(said, "Remove krishna?") == NULL);
	dup2(real, STDIN_FILENO);
	close(real);
	close(fd);
}

T_MAIN(
	{ "yes_is_asked_for_and_all_else_is_no", yes_is_asked_for_and_all_else_is_no },
	{ "yes_that_was_said_before_asks_nobody", yes_that_was_said_before_asks_nobody },
	{ "without_a_terminal_nobody_is_asked", without_a_terminal_nobody_is_asked }
)
