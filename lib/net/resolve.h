/* SPDX-License-Identifier: ISC */
/* Name lookups that do not block: the system's resolver (nsswitch and all) in glibc's own threads. */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

struct lookup;
struct addrinfo;

/* Starts; literal addresses are done at once. NULL with errno. */
struct lookup	*resolve_start(const char *host, const char *port);

/* 1: done, *list is borrowed until resolve_end(). 0: not yet. -1: failed, *reason is a constant. */
int		 resolve_poll(struct lookup *, const struct addrinfo **list,
		    const char **reason);

/* Any time; a lookup that still runs ends on its own. NULL is allowed. */
void		 resolve_end(struct lookup *);

#endif
