/* SPDX-License-Identifier: ISC */
/*
 * A control socket: a Unix stream socket on which each line asks and each line answers, both JSON
 * objects. Reached by whoever may write to the socket file: its owner, where it is made here.
 */
#ifndef PROCESS_CTL_H
#define PROCESS_CTL_H

#include "process/ev.h"

#define CTL_LINE_MAX	(1028 * 1024)	/* a question, which may hold a spec of 1 MiB; wiped when it is answered */

/* Answers one line (without newline): text to be freed, one line without newline, or NULL: no memory. */
typedef char	*ctl_answer(void *arg, const char *line);

struct ctl;

/*
 * Listens at path. A socket file left by a dead process is replaced; one that answers is not: NULL
 * with errno EADDRINUSE. NULL with another errno on other failures; EEXIST: a file that is no
 * socket.
 */
struct ctl	*ctl_listen(struct ev *, const char *path, ctl_answer *, void *arg);

/* The same on a socket that listens already; takes it over. Its file is somebody else's. NULL with errno. */
struct ctl	*ctl_serve(struct ev *, int fd, ctl_answer *, void *arg);

void		 ctl_close(struct ctl *);	/* removes a file that it made; NULL is allowed */

/* Client: one question, one answer (to be freed). NULL with errno; waits 5 s at most. */
char		*ctl_ask(const char *path, const char *line);

#endif
