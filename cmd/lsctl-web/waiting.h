/* SPDX-License-Identifier: ISC */
/*
 * Bounds how many workers wait at the same time for what will happen, so that the others are free for everybody else.
 * A place is a lock on a byte of a file that the workers share: the kernel releases it when a worker ends in any way.
 */
#ifndef LSCTL_WEB_WAITING_H
#define LSCTL_WEB_WAITING_H

struct waiting {
	int	fd;	/* -1: there are no places */
	int	places;
};

/* How many of these workers may wait: two of three. */
int	waiting_places(int workers);

/* Before the workers are started. 0, or -1 with errno. */
int	waiting_init(struct waiting *, int places);

/* A place, for waiting_end(); -1: there is none free. A worker takes one at a time. */
int	waiting_begin(const struct waiting *);
void	waiting_end(const struct waiting *, int place);

#endif
