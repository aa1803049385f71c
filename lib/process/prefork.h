/* SPDX-License-Identifier: ISC */
/*
 * A server of several worker processes that accept on one socket, which is their standard input. A worker that ends is
 * replaced, and no worker outlives the parent.
 */
#ifndef PROCESS_PREFORK_H
#define PROCESS_PREFORK_H

#include <stdbool.h>

#define PREFORK_MAX	64
#define PREFORK_END_MS	2000	/* time for a worker to finish the request that it answers */

struct prefork {
	int	 workers;		/* 1 to PREFORK_MAX */
	int	(*work)(void *arg);	/* runs in a worker until prefork_ends(); returns its exit status */
	void	(*wake)(void);		/* runs in the signal handler of a worker that must end; may be NULL: accept(2)
					 * fails with EINTR anyway */
	void	*arg;
};

/* Runs until SIGTERM or SIGINT, and ends the workers. 0, or -1, which is logged: no worker could start. */
int	prefork_run(const struct prefork *);

/* Must this worker end? */
bool	prefork_ends(void);

/*
 * Makes standard input a Unix socket that listens at path, and replaces what is there; owner and group may connect. It
 * has its name only when it listens: no client is refused. 0, or -1 with errno.
 */
int	prefork_listen(const char *path);

#endif
