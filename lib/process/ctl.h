/* SPDX-License-Identifier: ISC */
/*
 * A control socket: a Unix stream socket with one request or answer a line, both JSON objects. Users that
 * may write to the socket file may connect; of a file that ctl_listen() makes that is its owner only.
 */
#ifndef PROCESS_CTL_H
#define PROCESS_CTL_H

#include "process/ev.h"

#define CTL_LINE_MAX	(1028 * 1024)	/* a request, which may have a spec of 1 MiB; wiped when it is answered */

/*
 * Answers one request, a line without newline. Returns one line without newline, to be freed; NULL: out of memory.
 * It is called once for each client and turn of the loop: a client that sends many requests delays nothing else.
 */
typedef char	*ctl_answer(void *arg, const char *line);

struct ctl;

/*
 * Listens at path. Replaces the socket file of a dead process. NULL with errno; EADDRINUSE: a process
 * answers there; EEXIST: path is a file that is no socket.
 */
struct ctl	*ctl_listen(struct ev *, const char *path, ctl_answer *, void *arg);

/* The same on a socket that listens already. Takes ownership of fd; does not touch the file. NULL with errno. */
struct ctl	*ctl_serve(struct ev *, int fd, ctl_answer *, void *arg);

void		 ctl_close(struct ctl *);	/* removes the file of ctl_listen(); NULL is allowed */

/* For clients: sends one request and returns the answer (to be freed). NULL with errno; waits 5 s at most. */
char		*ctl_ask(const char *path, const char *line);

#endif
