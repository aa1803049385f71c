/* SPDX-License-Identifier: ISC */
/* A tool that runs beside the pages: nothing waits for it, and its output is read as it comes. */
#ifndef LSCTL_TOP_TASK_H
#define LSCTL_TOP_TASK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "process/child.h"

#define TASK_MAX	(64 << 20)	/* bytes of output; more is a failure */

struct task {
	bool		 runs;
	struct child	 child;
	struct buf	 out;		/* what it printed */
	int		 status;	/* its exit status after it has ended; -1: a signal ended it, or it could not be read */
	char		 line[512];	/* the last line of its standard error, or the reason of -1 */
};

/* Starts the tool of this name with arguments (NULL ends them). 0; -1: line has the reason. The task must not run. */
int	task_start(struct task *, const char *tool, const char *const arguments[]);

/* To be called when task->child.out can be read. True: it has ended, and the other members are set. */
bool	task_read(struct task *);

/* Ends the tool, and frees the output; safe at any time. */
void	task_end(struct task *);

#endif
