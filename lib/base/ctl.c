/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/ctl.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS		8
#define READ_LOT	1024
#define ANSWER_MAX	(256 * 1024)

struct client {
	struct ev_io	 io;	/* fd -1: free */
	struct ctl	*ctl;
	uint64_t	 number;	/* the smaller, the older */
	struct buf	 in, out;
};

struct ctl {
	struct ev	*ev;
	struct ev_io	 io;
	char		 path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	ctl_answer	*answer;
	void		*arg;
	struct client	 client[CLIENTS];
	uint64_t	 numbers;
};

static int
address(struct sockaddr_un *sun, const char *path)
{
	memset(sun, 0, sizeof(*sun));
	sun->sun_family = AF_UNIX;
	if (strlcpy(sun->sun_path, path, sizeof(sun->sun_path)) >=
	    sizeof(sun->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return 0;
}

static void
client_close(struct client *c)
{
	ev_del(c->ctl->ev, &c->io);
	close(c->io.fd);
	c->io.fd = -1;
	buf_free(&c->in);
	buf_free(&c->out);
}

/* Answers every whole line. -1: the client is not worth keeping. */
static int
client_answer(struct client *c)
{
	uint8_t *nl;
	char *text;
	int rc;

	while (buf_len(&c->in) > 0 && (nl = memchr(buf_head(&c->in), '\n',
	    buf_len(&c->in))) != NULL) {
		*nl = '\0';
		text = c->ctl->answer(c->ctl->arg,
		    (const char *)buf_head(&c->in));
		buf_take(&c->in, (size_t)(nl + 1 - buf_head(&c->in)));
		if (text == NULL)
			return -1;
		rc = buf_addf(&c->out, "%s\n", text);
		free(text);
		if (rc == -1)
			return -1;
	}
	return 0;
}

static void
client_ready(void *arg, unsigned int events)
{
	struct client *c = arg;
	uint8_t *room;
	ssize_t n;

	if (events & (EV_READ | EV_HANGUP)) {
		if ((room = buf_room(&c->in, READ_LOT)) == NULL ||
		    (n = read(c->io.fd, room, READ_LOT)) == 0 ||
		    (n == -1 && errno != EAGAIN)) {
			client_close(c);
			return;
		}
		if (n > 0)
			buf_added(&c->in, (size_t)n);
		if (client_answer(c) == -1) {
			client_close(c);
			return;
		}
	}
	if (buf_len(&c->out) > 0) {
		n = send(c->io.fd, buf_head(&c->out), buf_len(&c->out),
		    MSG_NOSIGNAL);
		if (n > 0)
			buf_take(&c->out, (size_t)n);
		else if (errno != EAGAIN) {
			client_close(c);
			return;
		}
	}
	ev_set(c->ctl->ev, &c->io,
	    EV_READ | (buf_len(&c->out) > 0 ? EV_WRITE : 0));
}

static void
listen_ready(void *arg, unsigned int events)
{
	struct ctl *ctl = arg;
	struct client *c;
	int fd, i;

	(void)events;
	if ((fd = accept4(ctl->io.fd, NULL, NULL,
	    SOCK_NONBLOCK | SOCK_CLOEXEC)) == -1)
		return;
	c = &ctl->client[0];
	for (i = 0; i < CLIENTS && c->io.fd != -1; i++)
		if (ctl->client[i].io.fd == -1 ||
		    ctl->client[i].number < c->number)
			c = &ctl->client[i];
	if (c->io.fd != -1)
		client_close(c);	/* the oldest: it may be idle for ever */
	c->number = ++ctl->numbers;
	memset(&c->io, 0, sizeof(c->io));
	c->io.fd = fd;
	c->io.ready = client_ready;
	c->io.arg = c;
	buf_init(&c->in, CTL_LINE_MAX + READ_LOT);
	buf_init(&c->out, ANSWER_MAX);
	if (ev_set(ctl->ev, &c->io, EV_READ) == -1)
		client_close(c);
}

/* Bound and listening, or -1 with errno. */
static int
bind_socket(const char *path)
{
	struct sockaddr_un sun;
	struct stat st;
	mode_t mask;
	int fd, rc;

	if (address(&sun, path) == -1 || (fd = socket(AF_UNIX,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) == -1)
		return -1;
	if (connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == 0 ||
	    errno == EAGAIN) {
		close(fd);
		errno = EADDRINUSE;
		return -1;
	}
	if (errno == ECONNREFUSED && lstat(path, &st) == 0) {
		if (!S_ISSOCK(st.st_mode)) {	/* it is somebody's */
			close(fd);
			errno = EEXIST;
			return -1;
		}
		unlink(path);
	}
	mask = umask(0177);
	rc = bind(fd, (struct sockaddr *)&sun, sizeof(sun));
	umask(mask);
	if (rc == -1 || listen(fd, CLIENTS) == -1) {
		rc = errno;
		close(fd);
		errno = rc;
		return -1;
	}
	return fd;
}

struct ctl *
ctl_listen(struct ev *ev, const char *path, ctl_answer *answer, void *arg)
{
	struct ctl *ctl;
	int i;

	if ((ctl = calloc(1, sizeof(*ctl))) == NULL)
		return NULL;
	ctl->ev = ev;
	ctl->answer = answer;
	ctl->arg = arg;
	for (i = 0; i < CLIENTS; i++) {
		ctl->client[i].ctl = ctl;
		ctl->client[i].io.fd = -1;
	}
	ctl->io.ready = listen_ready;
	ctl->io.arg = ctl;
	if ((ctl->io.fd = bind_socket(path)) == -1) {
		free(ctl);
		return NULL;
	}
	strlcpy(ctl->path, path, sizeof(ctl->path));
	if (ev_set(ev, &ctl->io, EV_READ) == -1) {
		ctl_close(ctl);
		return NULL;
	}
	return ctl;
}

void
ctl_close(struct ctl *ctl)
{
	int i;

	if (ctl == NULL)
		return;
	for (i = 0; i < CLIENTS; i++)
		if (ctl->client[i].io.fd != -1)
			client_close(&ctl->client[i]);
	ev_del(ctl->ev, &ctl->io);
	close(ctl->io.fd);
	unlink(ctl->path);
	free(ctl);
}

/* The question and its newline; whoever hangs up is no reason to die. */
static int
say(int fd, const char *line)
{
	size_t n = strlen(line);

	if (send(fd, line, n, MSG_NOSIGNAL | MSG_MORE) != (ssize_t)n ||
	    send(fd, "\n", 1, MSG_NOSIGNAL) != 1)
		return -1;
	return 0;
}

static char *
ask(int fd, const char *path, const char *line)
{
	struct timeval limit = { .tv_sec = 5 };
	struct sockaddr_un sun;
	struct buf b;
	uint8_t *room;
	char *text = NULL;
	ssize_t n;

	buf_init(&b, ANSWER_MAX);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	if (address(&sun, path) == -1 ||
	    connect(fd, (struct sockaddr *)&sun, sizeof(sun)) == -1 ||
	    say(fd, line) == -1)
		return NULL;
	for (;;) {
		if ((room = buf_room(&b, 4096)) == NULL ||
		    (n = read(fd, room, 4096)) == -1)
			break;
		if (n == 0) {
			errno = ECONNRESET;
			break;
		}
		buf_added(&b, (size_t)n);
		if (room[n - 1] == '\n') {
			room[n - 1] = '\0';
			text = strdup((const char *)buf_head(&b));
			break;
		}
	}
	buf_free(&b);
	return text;
}

char *
ctl_ask(const char *path, const char *line)
{
	char *text;
	int fd, saved;

	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return NULL;
	text = ask(fd, path, line);
	saved = errno;
	close(fd);
	errno = saved;
	return text;
}
