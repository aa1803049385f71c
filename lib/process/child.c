/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/child.h"
#include "process/file.h"

#include <sys/mman.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#define ERRORS_KEPT	4096	/* bytes at the end of stderr that are read */

extern char **environ;

char *
child_program(char *dst, size_t size, const char *name)
{
	char self[PATH_MAX], *slash;
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		self[n] = '\0';
		if ((slash = strrchr(self, '/')) != NULL)
			*slash = '\0';
		if ((size_t)snprintf(dst, size, "%s/%s", self, name) < size && access(dst, X_OK) == 0)
			return dst;
	}
	strlcpy(dst, name, size);
	return dst;
}

int
child_spawn(pid_t *pid, char *const argv[], const int fd[3], bool group)
{
	short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
	posix_spawn_file_actions_t act;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int i, rc;

	if ((rc = posix_spawn_file_actions_init(&act)) != 0)
		return rc;
	if ((rc = posix_spawnattr_init(&attr)) != 0) {
		posix_spawn_file_actions_destroy(&act);
		return rc;
	}
	sigemptyset(&none);
	sigfillset(&all);
	if ((rc = posix_spawnattr_setsigmask(&attr, &none)) == 0 &&
	    (rc = posix_spawnattr_setsigdefault(&attr, &all)) == 0)
		rc = posix_spawnattr_setflags(&attr, group ?
		    (short)(flags | POSIX_SPAWN_SETPGROUP) : flags);
	if (rc == 0 && fd[0] == -1)
		rc = posix_spawn_file_actions_addopen(&act, 0, "/dev/null", O_RDONLY, 0);
	for (i = 0; rc == 0 && i < 3; i++)
		if (fd[i] != -1)
			rc = posix_spawn_file_actions_adddup2(&act, fd[i], i);
	if (rc == 0)
		rc = posix_spawnp(pid, argv[0], &act, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&act);
	return rc;
}

int
child_memory(const char *text)
{
	int fd = memfd_create("memory", MFD_CLOEXEC), saved;

	if (fd == -1)
		return -1;
	if (file_write(fd, text, strlen(text)) == 0 && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

int
child_start(struct child *c, char *const argv[])
{
	int pipes[2], rc;

	c->pid = -1;
	if ((c->err = memfd_create("stderr", MFD_CLOEXEC)) == -1)
		return -1;
	if (pipe2(pipes, O_CLOEXEC) == -1) {
		close(c->err);
		return -1;
	}
	rc = child_spawn(&c->pid, argv, (const int[]){ -1, pipes[1], c->err }, false);
	close(pipes[1]);
	if (rc != 0) {
		close(pipes[0]);
		close(c->err);
		errno = rc;
		return -1;
	}
	c->out = pipes[0];
	return 0;
}

ssize_t
child_read(struct child *c, void *dst, size_t n)
{
	struct pollfd p = { .fd = c->out, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	if (ppoll(&p, 1, NULL, &none) == -1)
		return -1;
	return read(c->out, dst, n);
}

static int
collect(struct child *c)
{
	int status = -1;

	close(c->out);		/* else the child blocks on a full pipe */
	while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	return status;
}

int
child_stop(struct child *c)
{
	int status;

	kill(c->pid, SIGTERM);
	status = collect(c);
	close(c->err);
	return status;
}

char *
child_last_line(int fd, char *line, size_t size)
{
	char text[ERRORS_KEPT + 1], *nl;
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t n;

	line[0] = '\0';
	if (end > ERRORS_KEPT)
		n = pread(fd, text, ERRORS_KEPT, end - ERRORS_KEPT);
	else
		n = pread(fd, text, ERRORS_KEPT, 0);
	while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
		n--;
	if (n <= 0)
		return line;
	text[n] = '\0';
	nl = strrchr(text, '\n');
	strlcpy(line, nl == NULL ? text : nl + 1, size);
	return line;
}

int
child_end_text(struct child *c, char *line, size_t size, char *text, size_t text_size)
{
	int status = collect(c);
	off_t end = lseek(c->err, 0, SEEK_END);
	size_t room = text_size > ERRORS_KEPT ? ERRORS_KEPT : text_size > 0 ? text_size - 1 : 0;
	ssize_t n = pread(c->err, text, room, end > (off_t)room ? end - (off_t)room : 0);

	if (text_size > 0)
		text[n > 0 ? n : 0] = '\0';
	child_last_line(c->err, line, size);
	close(c->err);
	return status;
}

int
child_end(struct child *c, char *line, size_t size)
{
	return child_end_text(c, line, size, NULL, 0);
}
