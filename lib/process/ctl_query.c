/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/secret.h"
#include "process/ctl_query.h"

#include <errno.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ANSWER_MAX	(256 * 1024)
#define AT_ONCE		512
#define SPARE		64	/* descriptors left for the rest of the process */
#define RETRY_MS	5	/* until a full backlog is tried again */

enum state { FREE, CONNECTING, SENDING, RECEIVING };

struct transfer {
	enum state	 state;
	struct ctl_query	*query;
	struct buf	 in;
	size_t		 sent;
	int64_t		 until;
	int		 fd;
};

static void
end(struct transfer *t, int error)
{
	t->query->error = error;
	if (t->fd != -1)
		close(t->fd);
	buf_free(&t->in);
	t->fd = -1;
	t->state = FREE;
}

static void
connect_again(struct transfer *t)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (strlcpy(sun.sun_path, t->query->path, sizeof(sun.sun_path)) >=
	    sizeof(sun.sun_path))
		end(t, ENAMETOOLONG);
	else if (connect(t->fd, (struct sockaddr *)&sun, sizeof(sun)) == 0)
		t->state = SENDING;
	else if (errno != EAGAIN)	/* EAGAIN: the backlog of a Unix socket is full */
		end(t, errno);
}

static void
begin(struct transfer *t, struct ctl_query *a, int64_t now, int ms)
{
	t->query = a;
	t->sent = 0;
	t->until = now + ms;
	t->state = CONNECTING;
	buf_init_secret(&t->in, a->max != 0 ? a->max : ANSWER_MAX);
	t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (t->fd == -1)
		end(t, errno);
	else
		connect_again(t);
}

static void
request_send(struct transfer *t, const char *line)
{
	size_t n = strlen(line);
	ssize_t w = send(t->fd, line + t->sent, n - t->sent, MSG_NOSIGNAL);

	if (w == -1 && errno != EAGAIN)
		end(t, errno);
	else if (w > 0 && (t->sent += (size_t)w) == n)
		t->state = RECEIVING;
}

static void
answer_read(struct transfer *t)
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
	t->query->answer = strndup((const char *)buf_head(&t->in),
	    (size_t)(nl - buf_head(&t->in)));
	end(t, t->query->answer != NULL ? 0 : ENOMEM);
}

static void
step(struct transfer *t, const char *line, short events)
{
	if (t->state == CONNECTING)
		connect_again(t);
	if (t->state == SENDING)
		request_send(t, line);
	else if (t->state == RECEIVING && events != 0)
		answer_read(t);
}

/* Waits for an event, at most until the first deadline. */
static void
wait_for(const struct transfer *t, struct pollfd *p, size_t n, int64_t now)
{
	int64_t first = INT64_MAX;
	bool connecting = false;
	size_t i;

	for (i = 0; i < n; i++) {
		p[i].fd = t[i].state == SENDING || t[i].state == RECEIVING ? t[i].fd : -1;
		p[i].events = t[i].state == SENDING ? POLLOUT : POLLIN;
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

/* Sends all queries, at most nt at a time. */
static void
transfer_all(struct transfer *t, struct pollfd *p, size_t nt, struct ctl_query *a, size_t n,
    const char *line, int ms)
{
	size_t i, next = 0, busy;
	int64_t now;

	do {
		now = clock_ms();
		busy = 0;
		for (i = 0; i < nt; i++) {
			if (t[i].state != FREE)
				step(&t[i], line, p[i].revents);
			if (t[i].state != FREE && now >= t[i].until)
				end(&t[i], ETIMEDOUT);
			/* A loop: most failures happen in begin(). */
			while (t[i].state == FREE && next < n)
				begin(&t[i], &a[next++], now, ms);
			busy += t[i].state != FREE;
		}
		if (busy > 0)
			wait_for(t, p, nt, now);
	} while (busy > 0 || next < n);
}

void
ctl_query_all(struct ctl_query *a, size_t n, const char *line, int ms)
{
	struct rlimit limit = { .rlim_cur = AT_ONCE };
	size_t i, nt, len = strlen(line);
	struct pollfd *p;
	struct transfer *t;
	char *text;

	getrlimit(RLIMIT_NOFILE, &limit);
	nt = limit.rlim_cur > AT_ONCE + SPARE ? AT_ONCE :
	    limit.rlim_cur > SPARE ? (size_t)limit.rlim_cur - SPARE : 1;
	if (nt > n)
		nt = n;
	t = calloc(nt + 1, sizeof(*t));
	p = calloc(nt + 1, sizeof(*p));
	text = malloc(len + 2);
	for (i = 0; i < n; i++) {
		a[i].answer = NULL;
		a[i].error = ENOMEM;
	}
	if (t != NULL && p != NULL && text != NULL) {
		snprintf(text, len + 2, "%s\n", line);
		transfer_all(t, p, nt, a, n, text, ms);
	}
	secret_free(text);
	free(p);
	free(t);
}
