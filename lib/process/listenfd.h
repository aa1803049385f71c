/* SPDX-License-Identifier: ISC */
/*
 * Descriptors that the service manager passed, sd_listen_fds(3): LISTEN_FDS of them from 3 on, for the
 * process LISTEN_PID, with names in LISTEN_FDNAMES.
 */
#ifndef PROCESS_LISTENFD_H
#define PROCESS_LISTENFD_H

#define LISTENFD_MAX	8
#define LISTENFD_NAME	64

struct listenfd {
	int	n;
	int	fd[LISTENFD_MAX];			/* -1: the caller took it */
	char	name[LISTENFD_MAX][LISTENFD_NAME];	/* "": none */
};

/*
 * Takes ownership of all of them: sets close-on-exec, and removes the variables from the environment. Closes those
 * beyond LISTENFD_MAX. Call it before anything is opened.
 */
void	listenfd_take(struct listenfd *);

/* The first listening Unix stream socket, made non-blocking; the caller owns it. -1: there is none. */
int	listenfd_socket(struct listenfd *);

/* The first descriptor of that name; the caller owns it. -1: there is none. */
int	listenfd_named(struct listenfd *, const char *name);

int	listenfd_left(const struct listenfd *);	/* how many no caller took */
void	listenfd_close(struct listenfd *);	/* closes those */

#endif
