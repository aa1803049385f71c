/* SPDX-License-Identifier: ISC */
/*
 * Descriptors that whoever started us passed on, sd_listen_fds(3): LISTEN_FDS of them from 3 on, for the
 * process LISTEN_PID, with names in LISTEN_FDNAMES.
 */
#ifndef PROCESS_LISTENFD_H
#define PROCESS_LISTENFD_H

#define LISTENFD_MAX	8
#define LISTENFD_NAME	64

struct listenfd {
	int	n;
	int	fd[LISTENFD_MAX];		/* -1: taken away */
	char	name[LISTENFD_MAX][LISTENFD_NAME];	/* "": has none */
};

/*
 * Takes all of them over: no program that is started inherits them, the variables are gone. More than there is
 * room for are closed. To be called before anything is opened.
 */
void	listenfd_take(struct listenfd *);

/* The first that is a listening Unix stream socket; it is the caller's, and does not block. -1: there is none. */
int	listenfd_socket(struct listenfd *);

/* The first of that name, the caller's too; -1: there is none. */
int	listenfd_named(struct listenfd *, const char *name);

int	listenfd_left(const struct listenfd *);	/* how many were not taken away */
void	listenfd_close(struct listenfd *);	/* what is left */

#endif
