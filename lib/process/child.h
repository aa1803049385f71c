/* SPDX-License-Identifier: ISC */
/*
 * Runs one program to its end: the caller reads its standard output, its standard error is kept in
 * memory, its standard input is empty.
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

/* The program of this name in the folder of the one that runs; if there is none, the name itself, for PATH. Returns dst. */
char	*child_program(char *dst, size_t size, const char *name);

/* A file in memory that has this text, at its beginning, and no name. -1 with errno. */
int	child_memory(const char *text);

/* The last line that is not empty, of at most 4 KiB at the end of such a file. Returns dst. */
char	*child_last_line(int fd, char *dst, size_t size);

/*
 * Finds argv[0] in PATH and starts it with default signals, none blocked. fd: its standard input, output and
 * error; -1: an empty input, the output of this process. group: it leads a process group of its own. 0, or the
 * errno.
 */
int	child_spawn(pid_t *, char *const argv[], const int fd[3], bool group);

/*
 * Finds argv[0] in PATH and starts it with default signals, none blocked. 0, or -1 with errno;
 * ENOENT: there is no such program.
 */
int	child_start(struct child *, char *const argv[]);

/*
 * Waits for output: bytes read; 0: the end; -1 with errno. A signal that the caller blocks and has a
 * handler for is delivered only during this call: then -1 with EINTR.
 */
ssize_t	child_read(struct child *, void *, size_t);

/* Kills it if it still runs, and reaps it. Returns its wait status. */
int	child_stop(struct child *);

/* Waits for its end without reading more output. Returns the wait status; line gets the last line of stderr, or "". */
int	child_end(struct child *, char *line, size_t size);

/* The same; text gets the last bytes of stderr, as many as there is room for, at most 4 KiB. */
int	child_end_text(struct child *, char *line, size_t size, char *text, size_t text_size);

#endif
