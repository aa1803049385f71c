/* SPDX-License-Identifier: ISC */
/* Lines of a stream that comes in pieces, each handed on when it is whole. */
#ifndef PROCESS_LINE_READER_H
#define PROCESS_LINE_READER_H

#include <stddef.h>

struct line_reader {
	/* set by the caller */
	int	(*line)(void *arg, const char *line, size_t len);	/* without its end, not a string. 0, or -1: no more */
	void	*arg;
	size_t	 max;		/* bytes that a line may have */

	char	*text;		/* owned: a line that is not whole yet */
	size_t	 len, room;
};

/* 0, or -1 with errno: line() said so; no memory; EMSGSIZE: a line is too long. */
int	line_reader_add(struct line_reader *, const char *bytes, size_t n);

/* All of a descriptor, likewise. */
int	line_reader_fd(struct line_reader *, int fd);

/* Hands on the last line, whose end may lack, and frees what is owned. As above; safe after a failure. */
int	line_reader_end(struct line_reader *);

#endif
