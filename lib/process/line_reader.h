/* SPDX-License-Identifier: ISC */
/* Splits a stream that comes in pieces into lines, and calls back with each complete line. */
#ifndef PROCESS_LINE_READER_H
#define PROCESS_LINE_READER_H

#include <stddef.h>

struct line_reader {
	/* set by the caller */
	int	(*line)(void *arg, const char *line, size_t len);	/* without newline and NUL. 0, or -1: stop */
	void	*arg;
	size_t	 max;		/* limit for the bytes of a line */

	char	*text;		/* owned: an incomplete line */
	size_t	 len, room;
};

/* 0, or -1 with errno: line() returned -1; out of memory; EMSGSIZE: a line is too long. */
int	line_reader_add(struct line_reader *, const char *bytes, size_t n);

/* The same with all bytes of a descriptor. */
int	line_reader_fd(struct line_reader *, int fd);

/* Calls back with a last line that has no newline, and frees the memory. Returns as above; safe after a failure. */
int	line_reader_end(struct line_reader *);

#endif
