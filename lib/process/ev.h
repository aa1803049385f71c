/* SPDX-License-Identifier: ISC */
/*
 * The event loop, by epoll(7). It has no timers: the caller of ev_wait() passes the time of its
 * next wakeup.
 */
#ifndef PROCESS_EV_H
#define PROCESS_EV_H

#include <stdbool.h>
#include <stdint.h>

#define EV_READ		1u
#define EV_WRITE	2u
#define EV_HANGUP	4u	/* always reported: the peer closed, or the socket failed */

struct ev;

/* One watched descriptor; it is a member of its owner, and zero at first. */
struct ev_io {
	int		 fd;
	unsigned int	 want;		/* EV_READ | EV_WRITE as armed */
	bool		 added;
	bool		 marked;	/* by ev_again() */
	void		(*ready)(void *arg, unsigned int events);
	void		*arg;
	struct ev_io	*next;		/* of those that are marked */
};

struct ev	*ev_new(void);		/* NULL with errno */
void		 ev_free(struct ev *);

/* Watches fd for want (0: only for EV_HANGUP); call it again to change that. Makes no system call if
 * nothing changes. 0, or -1 with errno. */
int		 ev_set(struct ev *, struct ev_io *, unsigned int want);

/*
 * For an owner that stopped before all was done, so that others get their turn: the next ev_wait() does not wait, and
 * calls ready() with EV_READ after those that epoll(7) reports. Bytes that TLS or the owner has taken off the
 * descriptor raise no event. Safe if fd was never added, and inside ready().
 */
void		 ev_again(struct ev *, struct ev_io *);

/* Call it before close(2) of the fd; safe if fd was never added, and inside ready(). Undoes ev_again(), too. */
void		 ev_del(struct ev *, struct ev_io *);

/* Waits until this monotonic time in us (0 or past: does not wait; INT64_MAX: for ever) and calls ready() of
 * each ready descriptor. 0, or -1 with errno (EINTR is 0). */
int		 ev_wait(struct ev *, int64_t until_us);

#endif
