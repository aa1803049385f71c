/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "net/race.h"

#include <errno.h>
#include <netdb.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ATTEMPT_DELAY_MS	250	/* RFC 8305 section 5 */
#define CONNECT_MS		5000	/* for the last attempt */

static socklen_t
length_of(const struct sockaddr *a)
{
	return a->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

/* The next address of the family, or of another one, from p on. */
static const struct addrinfo *
find(const struct addrinfo *p, int family, bool same)
{
	while (p != NULL && ((p->ai_family == family) != same || (p->ai_family != AF_INET && p->ai_family != AF_INET6)))
		p = p->ai_next;
	return p;
}

void
race_list_make(struct race_list *l, const struct addrinfo *all)
{
	const struct addrinfo *at[2];
	int turn = 0;

	l->n = 0;
	if (all == NULL)
		return;
	at[0] = find(all, all->ai_family, true);
	at[1] = find(all, all->ai_family, false);
	while (l->n < RACE_ADDRESSES && (at[0] != NULL || at[1] != NULL)) {
		if (at[turn] == NULL)
			turn = !turn;
		memcpy(&l->address[l->n++], at[turn]->ai_addr, length_of(at[turn]->ai_addr));
		at[turn] = find(at[turn]->ai_next, all->ai_family, turn == 0);
		turn = !turn;
	}
}

int
race_start(struct race *r, const struct race_list *l, race_prepare prepare, void *arg, int64_t now)
{
	int i;

	*r = (struct race){ .list = *l, .prepare = prepare, .arg = arg, .wake = now, .reason = "no address answered" };
	for (i = 0; i < RACE_ADDRESSES; i++)
		r->fd[i] = -1;
	return (r->epfd = epoll_create1(EPOLL_CLOEXEC)) == -1 ? -1 : 0;
}

static void
give_up(struct race *r, int i, const char *reason)
{
	if (reason == NULL)
		r->reason = strerror(errno);
	else if (!r->tried)
		r->reason = reason;	/* that an address is not for us says less than what another one answered */
	r->tried = r->tried || reason == NULL;
	if (r->fd[i] != -1)
		close(r->fd[i]);
	r->fd[i] = -1;
}

static void
attempt(struct race *r, int i)
{
	const struct sockaddr *to = &r->list.address[i].any;
	struct epoll_event e = { .events = EPOLLOUT };
	const char *reason = NULL;

	r->fd[i] = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (r->fd[i] == -1 || r->prepare(r->arg, r->fd[i], to, &reason) == -1 ||
	    (connect(r->fd[i], to, length_of(to)) == -1 && errno != EINPROGRESS) ||
	    epoll_ctl(r->epfd, EPOLL_CTL_ADD, r->fd[i], &e) == -1)
		give_up(r, i, reason);
}

/* Is this attempt connected? One that failed is closed. */
static bool
is_connected(struct race *r, int i)
{
	struct sockaddr_storage peer;
	socklen_t len = sizeof(int);
	int err = 0;

	if (r->fd[i] == -1)
		return false;
	getsockopt(r->fd[i], SOL_SOCKET, SO_ERROR, &err, &len);
	len = sizeof(peer);
	if (err == 0)
		return getpeername(r->fd[i], (struct sockaddr *)&peer, &len) == 0;
	give_up(r, i, strerror(err));
	return false;
}

static bool
any_runs(const struct race *r)
{
	int i;

	for (i = 0; i < r->next; i++)
		if (r->fd[i] != -1)
			return true;
	return false;
}

enum race_state
race_step(struct race *r, int64_t now, int *fd)
{
	int i;

	for (;;) {
		for (i = 0; i < r->next; i++)
			if (is_connected(r, i)) {
				*fd = r->fd[i];
				epoll_ctl(r->epfd, EPOLL_CTL_DEL, *fd, NULL);
				r->fd[i] = -1;
				race_end(r);
				return RACE_WON;
			}
		if (r->next == r->list.n || (any_runs(r) && now < r->wake))
			break;
		attempt(r, r->next++);
		r->wake = now + (r->next < r->list.n ? ATTEMPT_DELAY_MS : CONNECT_MS);
	}
	if (any_runs(r) && now <= r->wake)
		return RACE_RUNS;
	if (any_runs(r))
		r->reason = strerror(ETIMEDOUT);
	race_end(r);
	return RACE_LOST;
}

void
race_end(struct race *r)
{
	int i;

	for (i = 0; i < r->next; i++)
		if (r->fd[i] != -1)
			close(r->fd[i]);
	if (r->epfd != -1)
		close(r->epfd);
	r->epfd = -1;
	r->next = 0;
}
