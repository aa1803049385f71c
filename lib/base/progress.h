/* SPDX-License-Identifier: ISC */
/*
 * Shows the progress of a long job on stderr: a bar on a terminal, elsewhere a line for every
 * 10 percent; and reports it to a program.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdbool.h>

struct progress {
	const char	*what;		/* borrowed */
	bool		 quiet, tty;
	int		 shown;		/* percent; -1: nothing yet */
	int		 reported;	/* the same */

	/* set by the caller after progress_start(), if somebody is reported to; called at most once for each percent */
	void		(*report)(void *arg, int percent, int left_s);
	void		*arg;
};

void	progress_start(struct progress *, const char *what, bool quiet);

/* done: 0 to 1. speed: multiple of real time, 0: unknown. left_s: seconds, -1: unknown. */
void	progress_show(struct progress *, double done, double speed, int left_s);

/* Removes the bar from the terminal. Call it before any other line is written. */
void	progress_end(struct progress *);

#endif
