/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/prefork.h"
#include "scratch.h"
#include "t.h"
#include "web/change_stream.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <signal.h>

#define REQUEST	"GET /changes HTTP/1.0\r\nHost: x\r\n\r\n"

/* As its writer does: by rename. */
static void
write_state(const char *text)
{
	char next[128];
	FILE *f;

	strlcpy(next, scratch_path("next"), sizeof(next));
	f = fopen(next, "w");
	fputs(text, f);
	fclose(f);
	t_int(rename(next, scratch_path("state")), 0);
}

static pid_t
server(void)
{
	pid_t pid;

	scratch();
	if ((pid = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (prefork_listen(scratch_path("s")) == -1)
			_exit(1);
		_exit(change_stream_run(scratch_path("state")) == 0 ? 0 : 1);
	}
	return pid;
}

static void
stop(pid_t pid)
{
	int status;

	t_int(kill(pid, SIGTERM), 0);
	t_int(waitpid(pid, &status, 0), pid);
	t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	scratch_remove("s");
	scratch_remove("state");
}

/* A connection that waits a minute at most; the server may not listen yet. */
static int
dial(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct timeval minute = { .tv_sec = 60 };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strlcpy(to.sun_path, scratch_path("s"), sizeof(to.sun_path));
	while (connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		usleep(5000);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof(minute));
	return fd;
}

static void
ask(int fd, const char *text)
{
	t_int(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Reads until what is there; false: the stream ended, or a minute was over. */
static bool
comes(int fd, const char *what)
{
	char text[4096] = "";
	size_t len = 0;
	ssize_t n;

	while (strstr(text, what) == NULL && len < sizeof(text) - 1 &&
	    (n = read(fd, text + len, sizeof(text) - 1 - len)) > 0) {
		len += (size_t)n;
		text[len] = '\0';
	}
	return strstr(text, what) != NULL;
}

static bool
is_closed(int fd)
{
	char c;

	return read(fd, &c, 1) == 0;
}

static void
tells_what_has_changed(void)
{
	pid_t pid = server();
	int fd = dial();

	ask(fd, REQUEST);
	t_ok(comes(fd, "Content-Type: text/event-stream\r\n"));
	write_state("{\"time\":\"1\",\"on_air\":\"obs\"}");
	t_ok(comes(fd, "event: state\ndata: {\"time\":\"1\",\"changed\":true}\n\n"));
	write_state("{\"time\":\"2\",\"on_air\":\"obs\"}");
	t_ok(comes(fd, "event: state\ndata: {\"time\":\"2\",\"changed\":false}\n\n"));
	write_state("{\"time\":\"3\",\"on_air\":\"loop\"}");
	t_ok(comes(fd, "event: state\ndata: {\"time\":\"3\",\"changed\":true}\n\n"));
	close(fd);
	stop(pid);
}

/* It may have seen an older state. */
static void
who_comes_later_is_told_to_ask(void)
{
	pid_t pid = server();
	int fd = dial(), late = dial();

	ask(fd, REQUEST);
	write_state("{\"time\":\"1\"}");
	t_ok(comes(fd, "\"time\":\"1\",\"changed\":true"));
	write_state("{\"time\":\"2\"}");
	t_ok(comes(fd, "\"changed\":false"));
	ask(late, REQUEST);
	t_ok(comes(late, "data: {\"time\":\"2\",\"changed\":true}\n\n"));
	close(fd);
	close(late);
	stop(pid);
}

static void
a_request_may_come_in_pieces_and_has_a_limit(void)
{
	pid_t pid = server();
	int pieces = dial(), large = dial(), i;
	char kilobyte[1025];

	ask(pieces, "GET / HTTP/1.0\r\nA: \r\r\n\r");
	ask(pieces, "\n");
	t_ok(comes(pieces, "200 OK"));
	memset(kilobyte, 'x', sizeof(kilobyte) - 1);
	kilobyte[1024] = '\0';
	for (i = 0; i < 17; i++)
		send(large, kilobyte, 1024, MSG_NOSIGNAL);
	t_ok(!comes(large, "200 OK"));
	close(pieces);
	close(large);
	stop(pid);
}

/* Nothing but the request comes from a client. */
static void
who_goes_on_talking_is_disconnected(void)
{
	pid_t pid = server();
	int fd = dial();

	ask(fd, REQUEST);
	t_ok(comes(fd, "changed"));
	ask(fd, "more");
	t_ok(is_closed(fd));
	close(fd);
	stop(pid);
}

static void
what_is_no_state_is_no_event(void)
{
	pid_t pid = server();
	int fd = dial();

	ask(fd, REQUEST);
	t_ok(comes(fd, "changed"));
	write_state("[");
	write_state("[]");
	write_state("{\"time\":7}");
	t_ok(comes(fd, "data: {\"time\":\"\",\"changed\":true}\n\n"));
	close(fd);
	stop(pid);
}

T_MAIN(
	{ "tells_what_has_changed", tells_what_has_changed },
	{ "who_comes_later_is_told_to_ask", who_comes_later_is_told_to_ask },
	{ "a_request_may_come_in_pieces_and_has_a_limit", a_request_may_come_in_pieces_and_has_a_limit },
	{ "who_goes_on_talking_is_disconnected", who_goes_on_talking_is_disconnected },
	{ "what_is_no_state_is_no_event", what_is_no_state_is_no_event }
)
