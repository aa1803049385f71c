/* SPDX-License-Identifier: ISC */
/* A server that serves each connection in a process of its own. */
#ifndef PROCESS_FORK_SERVER_H
#define PROCESS_FORK_SERVER_H

/*
 * Accepts on standard input, a listening socket, until SIGTERM or SIGINT, and then waits for the processes that still
 * run: at most so many at the same time, further connections wait. serve: gets the connection, in a process with the
 * signals of the caller; returns its exit status.
 */
void	fork_server_run(int most, int (*serve)(int fd));

#endif
