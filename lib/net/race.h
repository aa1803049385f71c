/* SPDX-License-Identifier: ISC */
/*
 * Connects to one of several addresses (RFC 8305, "Happy Eyeballs"): the families take turns, each attempt begins
 * 250 ms after the one before, or when that failed, and the first one that is connected wins.
 */
#ifndef NET_RACE_H
#define NET_RACE_H

#include <netinet/in.h>
#include <stdint.h>

#define RACE_ADDRESSES	8

struct addrinfo;

struct race_list {
	union {
		struct sockaddr		any;
		struct sockaddr_in	in;
		struct sockaddr_in6	in6;
	}	 address[RACE_ADDRESSES];
	int	 n;
};

/* Makes ready a socket that will be connected to this address. 0; -1 with *reason, a constant, or NULL for errno. */
typedef int (*race_prepare)(void *arg, int fd, const struct sockaddr *, const char **reason);

struct race {
	struct race_list	 list;
	int			 next;		/* address to try */
	int			 fd[RACE_ADDRESSES];	/* -1: not tried, or failed */
	int			 epfd;		/* readable when an attempt has ended */
	int64_t			 wake;		/* of the next attempt, or of the end, ms */
	race_prepare		 prepare;
	void			*arg;
	bool			 tried;		/* some address was tried, and failed */
	const char		*reason;	/* of the last failure, a constant or of strerror(3) */
};

enum race_state { RACE_RUNS, RACE_WON, RACE_LOST };

/* The addresses of a lookup: as it sorts them, but the families take turns. */
void	race_list_make(struct race_list *, const struct addrinfo *);

/* Starts with a copy of the list. 0; -1 with errno: no descriptors. */
int	race_start(struct race *, const struct race_list *, race_prepare, void *arg, int64_t now);

/* RACE_WON: *fd is connected, and the caller's; the others are closed. RACE_LOST: see reason. */
enum race_state race_step(struct race *, int64_t now, int *fd);

void	race_end(struct race *);	/* safe at any time after race_start(), and twice */

#endif
