/* SPDX-License-Identifier: ISC */
/* One question to many control sockets at once: one that hangs costs the others nothing. */
#ifndef PROCESS_CTL_QUERY_H
#define PROCESS_CTL_QUERY_H

#include <stddef.h>

#define CTL_QUERY_MS	1000	/* usual deadline of one */

struct ctl_query {
	char	*path;		/* of the socket; the caller's */
	char	*answer;	/* one line without newline, to be freed by the caller; NULL: none */
	int	 error;		/* why not: ENOENT, ECONNREFUSED, ETIMEDOUT, ... */
};

/*
 * Asks all, as many at a time as there are descriptors to spare, and returns when each has answered or
 * failed. Nobody's answer is waited for longer than ms.
 */
void	ctl_query_all(struct ctl_query *, size_t n, const char *line, int ms);

#endif
