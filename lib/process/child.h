/* SPDX-License-Identifier: ISC */
/*
 * One program run to its end: its standard output is read here, its errors are kept in memory,
 * its input is empty.
 */
#ifndef PROCESS_CHILD_H
#define PROCESS_CHILD_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

struct child {
	pid_t	 pid;
	int	 out, err;
};

/*
 * Finds argv[0] in PATH and starts it with default signals, none blocked, and these as its input, output and
 * errors; -1: an input that is empty, an output as ours. group: it leads a process group of its own. 0, or
 * the errno.
 */
int	child_spawn(pid_t *, char *const argv[], const int fd[3], bool group);

/*
 * Finds argv[0] in PATH and starts it with default signals, none blocked. 0, or -1 with errno;
 * ENOENT: there is no such program.
 */
int	child_start(struct child *, char *const argv[]);

/*
 * Waits for output: bytes read, 0 at its end, -1 with errno. A signal that the caller blocks
 * and has a handler for is let in here alone: then -1 with EINTR.
 */
ssize_t	child_read(struct child *, void *, size_t);

/* Ends it when it still runs, and collects it. Returns its wait status. */
int	child_stop(struct child *);

/* Waits for it, and reads no more of its output: the wait status. line gets the last line of its errors, or "". */
int	child_end(struct child *, char *line, size_t size);

#endif
