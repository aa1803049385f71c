/* SPDX-License-Identifier: ISC */
/* Sends one request to many control sockets at once: a process that hangs does not delay the others. */
#ifndef PROCESS_CTL_QUERY_H
#define PROCESS_CTL_QUERY_H

#include <stddef.h>

#define CTL_QUERY_MS	1000	/* usual deadline of a query */

struct ctl_query {
	char	*path;		/* of the socket; owned by the caller */
	size_t	 max;		/* bytes that the answer may have; 0: 256 KiB */
	char	*answer;	/* one line without newline, to be freed by the caller; NULL: none */
	int	 error;		/* reason without an answer: ENOENT, ECONNREFUSED, ETIMEDOUT, ... */
};

/*
 * Sends line to all sockets, as many at a time as descriptors are free, and returns when each query has its
 * answer or has failed. Waits at most ms for each answer.
 */
void	ctl_query_all(struct ctl_query *, size_t n, const char *line, int ms);

#endif
