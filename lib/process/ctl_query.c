/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "process/ctl_query.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MAX	(256 * 1024)
#define AT_ONCE		512
#define SPARE		64	/* descriptors left for everybody else */
#define RETRY_MS	5	/* until a full backlog is tried again */

enum state { FREE, CONNECTING, ASKING, LISTENING };

struct dialogue {
	enum state	 state;
	struct ctl_query	*ask;
	struct buf	 in;
	size_t		 said;
	int64_t		 until;
	int		 fd;
};

static void
end(struct dialogue *t, int error)
{
	t->ask->error = error;
	if (t->fd != -1)
		close(t->fd);
	buf_free(&t->in);
	t->fd = -1;
	t->state = FREE;
}

static void
connect_again(struct dialogue *t)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (strlcpy(sun.sun_path, t->ask->path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path))
		end(t, ENAMETOOLONG);
	else if (connect(t->fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		t->state = ASKING;
	else if (errno != EAGAIN)	/* EAGAIN: the backlog of a Unix socket is full */
		end(t, errno);
}

static void
begin(struct dialogue *t, struct ctl_query *a, int64_t now, int ms)
{
	t->ask = a;
	t->said = 0;
	t->until = now + ms;
	t->state = CONNECTING;
	buf_init(&t->in, ANSWER_MAX);
	t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (t->fd == -1)
		end(t, errno);
	else
		connect_again(t);
}

static void
say(struct dialogue *t, const char *line)
{
	size_t n = strlen(line);
	ssize_t w = send(t->fd, line + t->said, n - t->said, MSG_NOSIGNAL);

	if (w == -1 && errno != EAGAIN)
		end(t, errno);
	else if (w > 0 && (t->said += (size_t)w) == n)
		t->state = LISTENING;
}

static void
hear(struct dialogue *t)
{
	uint8_t *room = buf_room(&t->in, 4096), *nl;
	ssize_t n;

	if (room == NULL) {
		end(t, errno);
		return;
	}
	if ((n = read(t->fd, room, 4096)) <= 0) {
		if (n == 0 || errno != EAGAIN)
			end(t, n == 0 ? ECONNRESET : errno);
		return;
	}
	buf_added(&t->in, (size_t)n);
	if ((nl = memchr(room, '\n', (size_t)n)) == NULL)
		return;
	t->ask->answer = strndup((const char *)buf_head(&t->in),
	    (size_t)(nl - buf_head(&t->in)));
	end(t, t->ask->answer != NULL ? 0 : ENOMEM);
}

static void
step(struct dialogue *t, const char *line, short events)
{
	if (t->state == CONNECTING)
		connect_again(t);
	if (t->state == ASKING)
		say(t, line);
	else if (t->state == LISTENING && events != 0)
		hear(t);
}

/* Waits for one of them, at most until the first deadline. */
static void
wait_for(const struct dialogue *t, struct pollfd *p, size_t n, int64_t now)
{
	int64_t first = INT64_MAX;
	bool connecting = false;
	size_t i;

	for (i = 0; i < n; i++) {
		p[i].fd = t[i].state == ASKING || t[i].state == LISTENING ? t[i].fd : -1;
		p[i].events = t[i].state == ASKING ? POLLOUT : POLLIN;
		p[i].revents = 0;
		if (t[i].state == FREE)
			continue;
		connecting |= t[i].state == CONNECTING;
		if (t[i].until < first)
			first = t[i].until;
	}
	if (first == INT64_MAX)
		return;
	first = first > now ? first - now : 0;
	poll(p, (nfds_t)n, connecting && first > RETRY_MS ? RETRY_MS : (int)first);
}

/* All questions over the given number of talks. */
static void
dialogue_all(struct dialogue *t, struct pollfd *p, size_t talks, struct ctl_query *a, size_t n,
    const char *line, int ms)
{
	size_t i, next = 0, busy;
	int64_t now;

	do {
		now = clock_ms();
		busy = 0;
		for (i = 0; i < talks; i++) {
			if (t[i].state != FREE)
				step(&t[i], line, p[i].revents);
			if (t[i].state != FREE && now >= t[i].until)
				end(&t[i], ETIMEDOUT);
			/* Most that fail do so at once. */
			while (t[i].state == FREE && next < n)
				begin(&t[i], &a[next++], now, ms);
			busy += t[i].state != FREE;
		}
		if (busy > 0)
			wait_for(t, p, talks, now);
	} while (busy > 0 || next < n);
}

void
ctl_query_all(struct ctl_query *a, size_t n, const char *line, int ms)
{
	struct rlimit limit = { .rlim_cur = AT_ONCE };
	size_t i, talks, len = strlen(line);
	struct pollfd *p;
	struct dialogue *t;
	char *said;

	getrlimit(RLIMIT_NOFILE, &limit);
	talks = limit.rlim_cur > AT_ONCE + SPARE ? AT_ONCE :
	    limit.rlim_cur > SPARE ? (size_t)limit.rlim_cur - SPARE : 1;
	if (talks > n)
		talks = n;
	t = calloc(talks + 1, sizeof(*t));
	p = calloc(talks + 1, sizeof(*p));
	said = malloc(len + 2);
	for (i = 0; i < n; i++) {
		a[i].answer = NULL;
		a[i].error = ENOMEM;
	}
	if (t != NULL && p != NULL && said != NULL) {
		snprintf(said, len + 2, "%s\n", line);
		dialogue_all(t, p, talks, a, n, said, ms);
	}
	free(said);
	free(p);
	free(t);
}
