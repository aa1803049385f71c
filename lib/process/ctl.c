/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "process/ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#define CLIENTS		8
#define READ_BATCH	1024
#define PAUSE_MS	500	/* without accept(2), after it found no free descriptor */
#define ANSWER_MAX	(1100 * 1024)	/* a picture: forward/picture.h */

struct client {
	struct ev_io	 io;	/* fd -1: free */
	struct ctl	*ctl;
	uint64_t	 number;	/* an older client has a smaller one */
	struct buf	 in, out;
	bool		 more;	/* in has a whole request */
};

struct ctl {
	struct ev	*ev;
	struct ev_io	 io;
	struct ev_io	 pause;		/* a timer that runs while no client is accepted */
	int		 spare;		/* closed to accept a client when no descriptor is free; -1: is closed */
	char		 path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];	/* "": a passed socket */
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
spare_take(struct ctl *ctl)
{
	if (ctl->spare == -1)
		ctl->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
client_close(struct client *c)
{
	ev_del(c->ctl->ev, &c->io);
	close(c->io.fd);
	c->io.fd = -1;
	buf_free(&c->in);
	buf_free(&c->out);
	spare_take(c->ctl);
}

static uint8_t *
line_end(const struct buf *b)
{
	return buf_len(b) > 0 ? memchr(buf_head(b), '\n', buf_len(b)) : NULL;
}

/* Answers the first complete line. -1: close the client. */
static int
client_answer(struct client *c)
{
	uint8_t *nl = line_end(&c->in);
	char *text;
	int rc;

	*nl = '\0';
	text = c->ctl->answer(c->ctl->arg, (const char *)buf_head(&c->in));
	buf_take(&c->in, (size_t)(nl + 1 - buf_head(&c->in)));
	if (text == NULL)
		return -1;
	if (buf_len(&c->in) == 0)
		buf_free(&c->in);	/* frees a long buffer, and wipes secrets of the request */
	rc = buf_addf(&c->out, "%s\n", text);
	free(text);
	c->more = line_end(&c->in) != NULL;
	return rc;
}

/* Reads what is there, unless a request waits already. -1: close the client. */
static int
client_read(struct client *c)
{
	uint8_t *room;
	ssize_t n;

	if (c->more)
		return 0;
	if ((room = buf_room(&c->in, READ_BATCH)) == NULL ||
	    (n = read(c->io.fd, room, READ_BATCH)) == 0 ||
	    (n == -1 && errno != EAGAIN))
		return -1;
	if (n > 0) {
		buf_added(&c->in, (size_t)n);
		c->more = memchr(room, '\n', (size_t)n) != NULL;
	}
	return 0;
}

static void
client_ready(void *arg, unsigned int events)
{
	struct client *c = arg;
	ssize_t n;

	if ((events & (EV_READ | EV_HANGUP)) && (client_read(c) == -1 || (c->more && client_answer(c) == -1))) {
		client_close(c);
		return;
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
	/* while a request waits, the kernel holds what comes after it */
	ev_set(c->ctl->ev, &c->io,
	    (c->more ? 0 : EV_READ) | (buf_len(&c->out) > 0 ? EV_WRITE : 0));
	if (c->more)
		ev_again(c->ctl->ev, &c->io);
}

/* A free place for a client, or else the place of the oldest client, which may be idle for ever. */
static struct client *
client_place(struct ctl *ctl)
{
	struct client *c = &ctl->client[0];
	int i;

	for (i = 0; i < CLIENTS && c->io.fd != -1; i++)
		if (ctl->client[i].io.fd == -1 ||
		    ctl->client[i].number < c->number)
			c = &ctl->client[i];
	if (c->io.fd != -1)
		client_close(c);
	return c;
}

static void
client_open(struct ctl *ctl, int fd)
{
	struct client *c = client_place(ctl);

	c->number = ++ctl->numbers;
	memset(&c->io, 0, sizeof(c->io));
	c->more = false;
	c->io.fd = fd;
	c->io.ready = client_ready;
	c->io.arg = c;
	buf_init_secret(&c->in, CTL_LINE_MAX + READ_BATCH);
	buf_init(&c->out, ANSWER_MAX);
	if (ev_set(ctl->ev, &c->io, EV_READ) == -1)
		client_close(c);
}

/*
 * epoll(7) reports a client that waits to be accepted again and again. If it cannot be accepted, the loop would
 * spin; so the socket is not watched for a while.
 */
static void
pause_begin(struct ctl *ctl)
{
	struct itimerspec at = { .it_value.tv_nsec = PAUSE_MS * 1000000L };

	if (timerfd_settime(ctl->pause.fd, 0, &at, NULL) == 0)
		ev_del(ctl->ev, &ctl->io);
}

static void
pause_over(void *arg, unsigned int events)
{
	struct ctl *ctl = arg;
	uint64_t times;

	(void)events;
	if (read(ctl->pause.fd, &times, sizeof(times)) == -1)
		return;
	spare_take(ctl);
	if (ev_set(ctl->ev, &ctl->io, EV_READ) == -1)
		pause_begin(ctl);
}

static void
listen_ready(void *arg, unsigned int events)
{
	struct ctl *ctl = arg;
	int fd;

	(void)events;
	fd = accept4(ctl->io.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd == -1 && (errno == EMFILE || errno == ENFILE) && ctl->spare != -1) {
		/* an operator who looks for the fault needs an answer now */
		close(ctl->spare);
		ctl->spare = -1;
		fd = accept4(ctl->io.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	}
	if (fd != -1)
		client_open(ctl, fd);
	else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
		pause_begin(ctl);
}

/* Returns a socket that listens at path, or -1 with errno. */
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
		if (!S_ISSOCK(st.st_mode)) {	/* never remove a file that is no socket */
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

static void
ctl_free(struct ctl *ctl)
{
	if (ctl->pause.fd != -1)
		close(ctl->pause.fd);
	if (ctl->spare != -1)
		close(ctl->spare);
	free(ctl);
}

/* Makes everything except the socket. */
static struct ctl *
ctl_new(struct ev *ev, ctl_answer *answer, void *arg)
{
	struct ctl *ctl = calloc(1, sizeof(*ctl));
	int i;

	if (ctl == NULL)
		return NULL;
	ctl->ev = ev;
	ctl->answer = answer;
	ctl->arg = arg;
	for (i = 0; i < CLIENTS; i++) {
		ctl->client[i].ctl = ctl;
		ctl->client[i].io.fd = -1;
	}
	ctl->io.ready = listen_ready;
	ctl->pause.ready = pause_over;
	ctl->io.arg = ctl->pause.arg = ctl;
	ctl->spare = -1;
	spare_take(ctl);
	ctl->pause.fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (ctl->spare == -1 || ctl->pause.fd == -1 ||
	    ev_set(ev, &ctl->pause, EV_READ) == -1) {
		ctl_free(ctl);
		return NULL;
	}
	return ctl;
}

struct ctl *
ctl_serve(struct ev *ev, int fd, ctl_answer *answer, void *arg)
{
	struct ctl *ctl = ctl_new(ev, answer, arg);

	if (ctl == NULL) {
		close(fd);
		return NULL;
	}
	ctl->io.fd = fd;
	if (ev_set(ev, &ctl->io, EV_READ) == -1) {
		ctl_close(ctl);
		return NULL;
	}
	return ctl;
}

struct ctl *
ctl_listen(struct ev *ev, const char *path, ctl_answer *answer, void *arg)
{
	struct ctl *ctl;
	int fd;

	if ((fd = bind_socket(path)) == -1)
		return NULL;
	if ((ctl = ctl_serve(ev, fd, answer, arg)) == NULL)
		unlink(path);
	else
		strlcpy(ctl->path, path, sizeof(ctl->path));
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
	ev_del(ctl->ev, &ctl->pause);
	close(ctl->io.fd);
	if (ctl->path[0] != '\0')
		unlink(ctl->path);
	ctl_free(ctl);
}

/* Sends the request and a newline, without SIGPIPE if the server hangs up. */
static int
request_send(int fd, const char *line)
{
	size_t n = strlen(line);

	if (send(fd, line, n, MSG_NOSIGNAL | MSG_MORE) != (ssize_t)n ||
	    send(fd, "\n", 1, MSG_NOSIGNAL) != 1)
		return -1;
	return 0;
}

static char *
exchange(int fd, const char *path, const char *line)
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
	    request_send(fd, line) == -1)
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
	text = exchange(fd, path, line);
	saved = errno;
	close(fd);
	errno = saved;
	return text;
}
