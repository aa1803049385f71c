/* SPDX-License-Identifier: ISC */
/* Name lookups that do not block: the system's resolver, with nsswitch, in threads of glibc. */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

struct lookup;
struct addrinfo;

/* Starts a lookup; a literal address is done at once. NULL with errno. */
struct lookup	*resolve_start(const char *host, const char *port);

#define RESOLVE_NO_ADDRESS	(-1)	/* the name has none */
#define RESOLVE_NO_ANSWER	(-2)	/* nobody knows: no name server answers */

/* 1: done, *list is borrowed until resolve_end(). 0: not yet. Else it failed, and *reason is a constant. */
int		 resolve_poll(struct lookup *, const struct addrinfo **list,
		    const char **reason);

/* Frees a lookup, at any time; one that still runs is freed when it ends. NULL is allowed. */
void		 resolve_end(struct lookup *);

#endif
