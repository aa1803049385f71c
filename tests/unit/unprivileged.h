/* SPDX-License-Identifier: ISC */
/* What a user of the host without rights can do to a file. The test's folders must let that user in. */
#ifndef TESTS_UNIT_UNPRIVILEGED_H
#define TESTS_UNIT_UNPRIVILEGED_H

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/base.h"

#define UNPRIVILEGED	65534

/*
 * Starts a process of such a user that locks the file, if it can open it, until unprivileged_end(). Its id, or -1: it
 * cannot. Where the test is no root that can become another user, the file's mode answers, and no process runs: 0.
 */
static inline pid_t
unprivileged_lock(const char *path)
{
	struct stat st;
	int ready[2], fd;
	char c = 0;
	pid_t pid;

	if (geteuid() != 0)
		return stat(path, &st) == 0 && (st.st_mode & 006) != 0 ? 0 : -1;
	if (pipe(ready) == -1)
		return -1;
	fflush(stdout);
	if ((pid = fork()) == 0) {
		close(ready[0]);
		if (setgroups(0, NULL) == -1 || setgid(UNPRIVILEGED) == -1 || setuid(UNPRIVILEGED) == -1)
			_exit(2);
		fd = open(path, O_RDONLY | O_NONBLOCK);
		if (fd == -1 || flock(fd, LOCK_EX | LOCK_NB) == -1 || write(ready[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1 && pid != -1) {
		waitpid(pid, NULL, 0);
		pid = -1;
	}
	close(ready[0]);
	return pid;
}

static inline void
unprivileged_end(pid_t pid)
{
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
	}
}

#endif
