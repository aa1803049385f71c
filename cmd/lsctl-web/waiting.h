/* SPDX-License-Identifier: ISC */
/*
 * Bounds how many workers wait at the same time for what will happen, so that the others are free for everybody else.
 * A place is a lock on a byte of a file that the workers share: the kernel releases it when a worker ends in any way.
 */
#ifndef LSCTL_WEB_WAITING_H
#define LSCTL_WEB_WAITING_H

#define WAITING_RETRY_S	5	/* when all places are taken */

struct waiting {
	int	fd;	/* -1: there are no places */
	int	places;
};

/* How many of these workers may wait: five of six. */
int	waiting_places(int workers);

/* How many of them may wait for events, so that the others are for requests that change something. */
int	waiting_for_events(const struct waiting *);

/* Before the workers are started. 0, or -1 with errno. */
int	waiting_init(struct waiting *, int places);

/* One of the first places, for waiting_end(), the last of them first; -1: none is free. A worker takes one at a time. */
int	waiting_begin(const struct waiting *, int places);
void	waiting_end(const struct waiting *, int place);		/* -1 is allowed */

#endif
