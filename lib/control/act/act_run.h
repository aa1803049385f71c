/* SPDX-License-Identifier: ISC */
/* Runs one tool to its end, as a person would, and keeps what it prints. */
#ifndef CONTROL_ACT_ACT_RUN_H
#define CONTROL_ACT_ACT_RUN_H

#include <jansson.h>

#define ACT_LINE	512	/* bytes of the last line of standard error */
#define ACT_OUTPUT	(8 << 20)	/* bytes that are read: more than a declaration has changes */

struct act_run {
	int	 status;		/* exit status, sysexits.h; -1: a signal ended it, or the time was over */
	json_t	*output;		/* owned; what it printed: one JSON value; an array if there are more; NULL: none */
	char	 line[ACT_LINE];	/* the last line of standard error, without the name of the tool */
};

/*
 * input: its standard input, NULL: empty. It gets the environment of this process, and ms milliseconds. 0, or -1 with
 * errno: it could not be started. The output is JSON or is dropped; at most ACT_OUTPUT bytes are read.
 */
int	act_run(struct act_run *, char *const argv[], const char *input, int ms);

void	act_run_free(struct act_run *);

#endif
