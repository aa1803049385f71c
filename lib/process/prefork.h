/* SPDX-License-Identifier: ISC */
/*
 * A server of several processes that accept on one socket, which is their standard input. One that ends is replaced, and
 * none outlives the process that made them.
 */
#ifndef PROCESS_PREFORK_H
#define PROCESS_PREFORK_H

#include <stdbool.h>

#define PREFORK_MAX	64
#define PREFORK_END_MS	2000	/* that a worker has to finish what it answers */

struct prefork {
	int	 workers;		/* 1 to PREFORK_MAX */
	int	(*work)(void *arg);	/* a worker, until prefork_ends(): its exit status */
	void	(*wake)(void);		/* in a signal handler of a worker that is to end; NULL: accept(2) fails with EINTR */
	void	*arg;
};

/* Runs until SIGTERM or SIGINT, and ends the workers. 0, or -1: there is no worker at all. Logs. */
int	prefork_run(const struct prefork *);

/* Is this worker to end? */
bool	prefork_ends(void);

/*
 * Standard input becomes a Unix socket that listens at path, in the place of what is there; owner and group may connect.
 * 0, or -1 with errno.
 */
int	prefork_listen(const char *path);

#endif
