/* SPDX-License-Identifier: ISC */
/*
 * How far a long job is, on stderr: a bar that is redrawn on a terminal, elsewhere a line
 * every tenth.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>

struct progress {
	const char	*what;		/* borrowed */
	bool		 quiet, tty;
	int		 shown;		/* percent; -1: nothing yet */
};

void	progress_start(struct progress *, const char *what, bool quiet);

/* done: 0 to 1. speed: times real time, 0 when unknown. left_s: seconds, -1 when unknown. */
void	progress_show(struct progress *, double done, double speed, int left_s);

/* Takes the bar off the terminal: before any other line. */
void	progress_end(struct progress *);

#endif
