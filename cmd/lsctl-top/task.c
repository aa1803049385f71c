/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-top/task.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/wait.h>

#define ARGUMENTS	8
#define PIECE		65536

int
task_start(struct task *t, const char *tool, const char *const arguments[])
{
	char program[PATH_MAX], *argv[ARGUMENTS + 2] = { program };
	size_t i;

	child_program(program, sizeof(program), tool);
	for (i = 0; i < ARGUMENTS && arguments[i] != NULL; i++)
		argv[i + 1] = (char *)(uintptr_t)arguments[i];
	buf_free(&t->out);
	buf_init(&t->out, TASK_MAX);
	t->status = -1;
	t->line[0] = '\0';
	if (child_start(&t->child, argv) == -1) {
		snprintf(t->line, sizeof(t->line), "%s: %s", tool, strerror(errno));
		return -1;
	}
	t->runs = true;
	return 0;
}

static void
task_ended(struct task *t)
{
	int status = child_end(&t->child, t->line, sizeof(t->line));

	t->runs = false;
	t->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (WIFSIGNALED(status))
		snprintf(t->line, sizeof(t->line), "ended by signal %d, %s", WTERMSIG(status), strsignal(WTERMSIG(status)));
}

bool
task_read(struct task *t)
{
	uint8_t *room = buf_room(&t->out, PIECE);
	ssize_t n;

	if (room == NULL) {
		child_stop(&t->child);
		t->runs = false;
		strlcpy(t->line, "printed too much", sizeof(t->line));
		return true;
	}
	n = child_read(&t->child, room, PIECE);
	if (n > 0)
		buf_added(&t->out, (size_t)n);
	if (n > 0 || (n == -1 && errno == EINTR))
		return false;
	task_ended(t);
	return true;
}

void
task_end(struct task *t)
{
	if (t->runs)
		child_stop(&t->child);
	t->runs = false;
	buf_free(&t->out);
}
