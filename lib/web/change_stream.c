/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "process/ev.h"
#include "process/file.h"
#include "web/change_stream.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <unistd.h>

#define FILE_MAX	(64 << 20)
#define REQUEST_MAX	16384	/* bytes of the head of a request, which is not looked at: there is one resource */
#define REQUEST_S	5	/* and the time for it */
#define EVENT_MAX	256

static const char head[] =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-store\r\n"
    "Connection: close\r\n"
    "\r\n"
    "retry: 2000\n\n";

static const char end_of_request[] = "\r\n\r\n";

struct client {
	struct ev_io	 io;	/* fd -1: free */
	struct stream	*stream;
	int64_t		 until_us;
	size_t		 taken;		/* bytes of the request */
	size_t		 matched;	/* of end_of_request; all: events go out */
};

struct stream {
	struct ev	*ev;
	struct ev_io	 io;
	const char	*file;
	struct timespec	 written;	/* when the file that was read was */
	json_t		*state;		/* without its time */
	char		 event[EVENT_MAX];	/* for who comes now: the present time */
	struct client	 client[CHANGE_STREAM_CLIENTS];
};

static volatile sig_atomic_t ends;

static void
on_end(int sig)
{
	(void)sig;
	ends = 1;
}

/* -- clients -- */

static void
client_close(struct client *c)
{
	ev_del(c->stream->ev, &c->io);
	close(c->io.fd);
	c->io.fd = -1;
}

static bool
has_stream(const struct client *c)
{
	return c->io.fd != -1 && c->matched == strlen(end_of_request);
}

/* Who does not take so little at once hangs. */
static void
client_tell(struct client *c, const char *text)
{
	size_t len = strlen(text);

	if (send(c->io.fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)len)
		client_close(c);
}

static void
client_begin(struct client *c)
{
	char text[sizeof(head) + EVENT_MAX];

	snprintf(text, sizeof(text), "%s%s", head, c->stream->event);
	c->until_us = clock_us() + CHANGE_STREAM_S * 1000000LL;
	client_tell(c, text);
}

static void
client_ready(void *arg, unsigned int events)
{
	struct client *c = arg;
	char bytes[1024];
	ssize_t i, n = recv(c->io.fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	(void)events;
	if (n == -1 && errno == EAGAIN)
		return;
	if (n <= 0 || (c->taken += (size_t)n) > REQUEST_MAX || has_stream(c)) {
		client_close(c);
		return;
	}
	for (i = 0; i < n && c->matched < strlen(end_of_request); i++)
		c->matched = bytes[i] == end_of_request[c->matched] ? c->matched + 1 : bytes[i] == '\r';
	if (has_stream(c))
		client_begin(c);
}

static struct client *
client_free(struct stream *s)
{
	size_t i;

	for (i = 0; i < nitems(s->client); i++)
		if (s->client[i].io.fd == -1)
			return &s->client[i];
	return NULL;
}

/* One for each turn of the loop: the socket stays ready while more wait. Without a descriptor they wait for serve(). */
static void
on_connection(void *arg, unsigned int events)
{
	struct stream *s = arg;
	struct client *c = client_free(s);
	int fd = accept4(s->io.fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd == -1 && (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM))
		ev_set(s->ev, &s->io, 0);
	if (fd == -1)
		return;
	if (c == NULL) {
		close(fd);
		return;
	}
	*c = (struct client){ .io = { .fd = fd, .ready = client_ready, .arg = c }, .stream = s,
	    .until_us = clock_us() + REQUEST_S * 1000000LL };
	if (ev_set(s->ev, &c->io, EV_READ) == -1)
		client_close(c);
}

static void
clients_end(struct stream *s)
{
	int64_t now_us = clock_us();
	size_t i;

	for (i = 0; i < nitems(s->client); i++)
		if (s->client[i].io.fd != -1 && s->client[i].until_us <= now_us)
			client_close(&s->client[i]);
}

/* -- the file -- */

static void
event_put(struct stream *s, const char *time, bool changed)
{
	json_t *data = json_pack("{s:s, s:b}", "time", time != NULL ? time : "", "changed", changed);
	char *text = data != NULL ? json_dumps(data, JSON_COMPACT) : NULL;

	if (text != NULL)
		snprintf(s->event, sizeof(s->event), "event: state\ndata: %s\n\n", text);
	free(text);
	json_decref(data);
}

static void
tell(struct stream *s, json_t *state)
{
	json_t *time = json_incref(json_object_get(state, "time"));
	bool changed;
	size_t i;

	json_object_del(state, "time");
	changed = !json_equal(state, s->state);
	json_decref(s->state);
	s->state = state;
	event_put(s, json_string_value(time), changed);
	for (i = 0; i < nitems(s->client); i++)
		if (has_stream(&s->client[i]))
			client_tell(&s->client[i], s->event);
	/* Who comes later may have seen an older state. */
	event_put(s, json_string_value(time), true);
	json_decref(time);
}

static void
look(struct stream *s)
{
	struct stat st;
	json_t *state;
	char *text;

	if (stat(s->file, &st) == -1 ||
	    (st.st_mtim.tv_sec == s->written.tv_sec && st.st_mtim.tv_nsec == s->written.tv_nsec))
		return;
	s->written = st.st_mtim;
	if ((text = file_text(s->file, FILE_MAX)) == NULL)
		return;
	if (json_is_object(state = json_loads(text, 0, NULL)))
		tell(s, state);
	else
		json_decref(state);
	free(text);
}

/* -- the server -- */

static int
serve(struct stream *s)
{
	int64_t next_us = 0;

	while (!ends) {
		if (clock_us() >= next_us) {
			look(s);
			clients_end(s);
			ev_set(s->ev, &s->io, EV_READ);
			next_us = clock_us() + CHANGE_STREAM_LOOK_MS * 1000LL;
		}
		if (ev_wait(s->ev, next_us) == -1)
			return -1;
	}
	return 0;
}

int
change_stream_run(const char *file)
{
	struct sigaction sa = { .sa_handler = on_end };
	struct stream *s = calloc(1, sizeof(*s));
	int flags = fcntl(STDIN_FILENO, F_GETFL), rc = -1;
	size_t i;

	if (s == NULL)
		return -1;
	s->file = file;
	s->io = (struct ev_io){ .fd = STDIN_FILENO, .ready = on_connection, .arg = s };
	for (i = 0; i < nitems(s->client); i++)
		s->client[i].io.fd = -1;
	event_put(s, NULL, true);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	if (flags != -1 && fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) == 0 && (s->ev = ev_new()) != NULL &&
	    ev_set(s->ev, &s->io, EV_READ) == 0)
		rc = serve(s);
	for (i = 0; i < nitems(s->client); i++)
		if (s->client[i].io.fd != -1)
			client_close(&s->client[i]);
	if (s->ev != NULL)
		ev_free(s->ev);
	json_decref(s->state);
	free(s);
	return rc;
}
