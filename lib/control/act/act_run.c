/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/secret.h"
#include "control/act/act_run.h"
#include "process/child.h"

#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define KILL_MS	2000	/* from SIGTERM to SIGKILL */

/* The text of a memory file, to be wiped and freed; "" on failure. */
static char *
text_of(int fd, size_t most)
{
	off_t end = lseek(fd, 0, SEEK_END);
	size_t n = end > 0 ? (size_t)end : 0;
	char *text;
	ssize_t got;

	if (n > most)
		n = most;
	if ((text = calloc(1, n + 1)) == NULL)
		return NULL;
	if ((got = pread(fd, text, n, 0)) >= 0)
		text[got] = '\0';
	return text;
}

/* JSON values one after the other: the only one, or an array of them. */
static json_t *
values_of(const char *text)
{
	json_t *all = json_array(), *v = NULL;
	json_error_t err;
	size_t at = 0, len = strlen(text);

	while (at < len && (v = json_loadb(text + at, len - at, JSON_DISABLE_EOF_CHECK | JSON_DECODE_ANY, &err)) != NULL) {
		json_array_append_new(all, v);
		at += (size_t)err.position;
		at += strspn(text + at, " \n");
	}
	if (json_array_size(all) == 1)
		v = json_incref(json_array_get(all, 0));
	else
		v = json_array_size(all) > 0 ? json_incref(all) : NULL;
	json_decref(all);
	return v;
}

/* The last line of stderr that is not empty, without "TOOL: " in front. */
static void
line_of(int fd, char line[ACT_LINE])
{
	const char *colon = strstr(child_last_line(fd, line, ACT_LINE), ": ");

	if (strncmp(line, "lsctl-", 6) == 0 && colon != NULL)
		memmove(line, colon + 2, strlen(colon + 2) + 1);
}

/* Has the process ended within ms? */
static bool
ends_within(int pidfd, int ms)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };
	int64_t end = clock_ms() + ms;
	int n;

	while ((n = poll(&p, 1, (int)(end - clock_ms()))) == -1 && errno == EINTR && clock_ms() < end)
		continue;
	return n == 1;
}

/* The exit status, or -1. A process that takes too long is ended, with what it started. */
static int
wait_for(pid_t pid, int ms)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0), status;
	bool late = pidfd == -1 || !ends_within(pidfd, ms);

	if (late) {
		kill(-pid, SIGTERM);
		if (pidfd == -1 || !ends_within(pidfd, KILL_MS))
			kill(-pid, SIGKILL);
	}
	if (pidfd != -1)
		close(pidfd);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return -1;
	return !late && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
act_run(struct act_run *r, char *const argv[], const char *input, int ms)
{
	int fd[3] = { child_memory(input != NULL ? input : ""), child_memory(""), child_memory("") }, error = 0, i;
	char *text;
	pid_t pid;

	memset(r, 0, sizeof(*r));
	if (fd[0] == -1 || fd[1] == -1 || fd[2] == -1)
		error = errno;
	else if ((error = child_spawn(&pid, argv, fd, true)) == 0) {
		r->status = wait_for(pid, ms);
		if ((text = text_of(fd[1], ACT_OUTPUT)) != NULL)
			r->output = values_of(text);
		secret_free(text);
		line_of(fd[2], r->line);
	}
	for (i = 0; i < 3; i++)
		if (fd[i] != -1)
			close(fd[i]);
	errno = error;
	return error == 0 ? 0 : -1;
}

void
act_run_free(struct act_run *r)
{
	json_decref(r->output);
	r->output = NULL;
	explicit_bzero(r->line, sizeof(r->line));
}
