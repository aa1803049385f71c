/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "process/ev.h"

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#define EV_BATCH	32

struct ev {
	int			 epfd;
	int			 n;		/* events in batch */
	struct epoll_event	 batch[EV_BATCH];
	struct ev_io		*again;		/* marked for the next ev_wait() */
	struct ev_io		*due;		/* marked before this one, and not called yet */
};

struct ev *
ev_new(void)
{
	struct ev *ev;

	if ((ev = calloc(1, sizeof(*ev))) == NULL)
		return NULL;
	if ((ev->epfd = epoll_create1(EPOLL_CLOEXEC)) == -1) {
		free(ev);
		return NULL;
	}
	return ev;
}

void
ev_free(struct ev *ev)
{
	if (ev == NULL)
		return;
	close(ev->epfd);
	free(ev);
}

int
ev_set(struct ev *ev, struct ev_io *io, unsigned int want)
{
	struct epoll_event e = { .data.ptr = io };

	if (io->added && io->want == want)
		return 0;
	e.events = (want & EV_READ ? EPOLLIN | EPOLLRDHUP : 0u) |
	    (want & EV_WRITE ? EPOLLOUT : 0u);
	if (epoll_ctl(ev->epfd, io->added ? EPOLL_CTL_MOD : EPOLL_CTL_ADD,
	    io->fd, &e) == -1)
		return -1;
	io->added = true;
	io->want = want;
	return 0;
}

void
ev_again(struct ev *ev, struct ev_io *io)
{
	if (io->marked)
		return;
	io->marked = true;
	io->next = ev->again;
	ev->again = io;
}

static void
unmark(struct ev_io **list, struct ev_io *io)
{
	for (; *list != NULL; list = &(*list)->next)
		if (*list == io) {
			*list = io->next;
			io->marked = false;
			return;
		}
}

static void
call_marked(struct ev *ev)
{
	struct ev_io *io;

	while ((io = ev->due) != NULL) {
		unmark(&ev->due, io);
		io->ready(io->arg, EV_READ);
	}
}

void
ev_del(struct ev *ev, struct ev_io *io)
{
	int i;

	if (io->marked) {
		unmark(&ev->again, io);
		unmark(&ev->due, io);
	}
	if (!io->added)
		return;
	epoll_ctl(ev->epfd, EPOLL_CTL_DEL, io->fd, NULL);
	io->added = false;
	for (i = 0; i < ev->n; i++)
		if (ev->batch[i].data.ptr == io)
			ev->batch[i].data.ptr = NULL;
}

int
ev_wait(struct ev *ev, int64_t until_us)
{
	struct timespec ts;
	bool wait = until_us > 0 && ev->again == NULL;
	int64_t us = wait ? until_us - clock_us() : 0;
	struct ev_io *io;
	uint32_t got;
	int i;

	if (us < 0)
		us = 0;
	ts.tv_sec = (time_t)(us / 1000000);
	ts.tv_nsec = (long)(us % 1000000 * 1000);
	ev->n = epoll_pwait2(ev->epfd, ev->batch, EV_BATCH,
	    wait && until_us == INT64_MAX ? NULL : &ts, NULL);
	if (ev->n == -1) {
		ev->n = 0;
		return errno == EINTR ? 0 : -1;
	}
	ev->due = ev->again;
	ev->again = NULL;
	for (i = 0; i < ev->n; i++) {
		if ((io = ev->batch[i].data.ptr) == NULL)
			continue;	/* an earlier ready() deleted it */
		got = ev->batch[i].events;
		io->ready(io->arg,
		    (got & (EPOLLIN | EPOLLRDHUP) ? EV_READ : 0u) |
		    (got & EPOLLOUT ? EV_WRITE : 0u) |
		    (got & (EPOLLHUP | EPOLLERR) ? EV_HANGUP : 0u));
	}
	ev->n = 0;
	call_marked(ev);
	return 0;
}
