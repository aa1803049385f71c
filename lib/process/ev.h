/* SPDX-License-Identifier: ISC */
/*
 * The event loop: epoll and nothing else. Timers are not kept here: whoever loops knows
 * when it wants to wake, and passes the time.
 */
#ifndef PROCESS_EV_H
#define PROCESS_EV_H

#include <stdbool.h>
#include <stdint.h>

#define EV_READ		1u
#define EV_WRITE	2u
#define EV_HANGUP	4u	/* always reported: the peer is gone or the socket failed */

struct ev;

/* One descriptor's place in the loop; lives inside its owner, zeroed at first. */
struct ev_io {
	int		 fd;
	unsigned int	 want;		/* EV_READ | EV_WRITE as armed */
	bool		 added;
	void		(*ready)(void *arg, unsigned int events);
	void		*arg;
};

struct ev	*ev_new(void);		/* NULL with errno */
void		 ev_free(struct ev *);

/* Watch fd for want (0: only for EV_HANGUP); again to change. No system call when nothing
 * changed. 0, or -1 with errno. */
int		 ev_set(struct ev *, struct ev_io *, unsigned int want);

/* Before close(2) of the fd; safe when never added, and inside ready(). */
void		 ev_del(struct ev *, struct ev_io *);

/* Wait until the monotonic time given in us (0 or past: do not wait; INT64_MAX: for ever) and call what
 * is ready. 0, or -1 with errno (EINTR is 0). */
int		 ev_wait(struct ev *, int64_t until_us);

#endif
