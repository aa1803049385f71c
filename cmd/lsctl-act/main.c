/* SPDX-License-Identifier: ISC */
/*
 * Does what lsctl-web(8) asks for, if the database says that the client of the request may: runs the tools, each request
 * in a process of its own. See lsctl-act(8).
 */
#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/options.h"
#include "common/exit_options.h"
#include "control/act/act.h"
#include "lsctl-act/tool_code.h"
#include "process/fork_server.h"
#include "process/harden.h"
#include "process/prefork.h"

#include <sys/stat.h>

#include <poll.h>
#include <signal.h>
#include <sysexits.h>
#include <unistd.h>

#define READ_MS		5000	/* the request must arrive within this */
#define PIECE		4096	/* bytes that are read at once */
#define REQUESTS	16	/* at the same time; further ones wait */

struct act {
	struct options	 o;
	const char	*socket;	/* to listen on; NULL: fd 0 is a socket */
	long		 requests;
};

/* -- one request, in its own process -- */

/* A line without its newline, or -1: it did not come in time, or is too long. */
static ssize_t
line_read(int fd, struct buf *b)
{
	int64_t end = clock_ms() + READ_MS, left;
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t *room, *nl;
	ssize_t n;

	while ((left = end - clock_ms()) > 0 && poll(&p, 1, (int)left) == 1) {
		if ((room = buf_room(b, PIECE)) == NULL || (n = read(fd, room, PIECE)) <= 0)
			return -1;
		nl = memchr(room, '\n', (size_t)n);
		buf_added(b, (size_t)n);
		if (nl != NULL)
			return (ssize_t)buf_len(b) - n + (nl - room);
	}
	return -1;
}

static int
request_serve(int fd)
{
	struct buf b;
	json_t *answer;
	char *text;
	ssize_t len;

	buf_init_secret(&b, ACT_LINE_MAX + PIECE);
	if ((len = line_read(fd, &b)) == -1)
		return EX_DATAERR;
	answer = act_answer((const char *)buf_head(&b), (size_t)len, tool_code);
	buf_free(&b);
	if ((text = json_dumps(answer, JSON_COMPACT)) == NULL)
		return EX_OSERR;
	if (write(fd, text, strlen(text)) == -1 || write(fd, "\n", 1) == -1)
		log_debug("the client is gone");
	explicit_bzero(text, strlen(text));
	free(text);
	json_decref(answer);
	return 0;
}

/* -- the server -- */

static bool
is_socket(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

static int
serve(const struct act *a)
{
	if (a->socket != NULL && prefork_listen(a->socket) == -1) {
		log_warn("%s", a->socket);
		return EX_CANTCREAT;
	}
	if (!is_socket(STDIN_FILENO))
		return usage_error(&a->o, "standard input is not a socket: use --listen SOCKET");
	fork_server_run((int)a->requests, request_serve);
	return 0;
}

static const struct option_row rows[] = {
	OPTION_TEXT("listen", 'l', "SOCKET", struct act, socket, "listen there"),
	OPTION_NUMBER("requests", 'r', struct act, requests, 1, 256, "how many are served at the same time (16)"),
	OPTION_END
};

static const struct options_command commands[] = {
	{ NULL, "", 0, 0, "", rows, NULL, NULL, { NULL, NULL } },
};

static const struct options_tool tool = {
	"lsctl-act", "Runs the tools for clients of the API, as far as their accounts permit it.",
	commands, nitems(commands),
	{ "lsctl-act --listen /run/lsctl/act.sock", "lsctl-act --requests 4 --listen /run/lsctl/act.sock" }
};

int
main(int argc, char **argv)
{
	struct act a = { .requests = REQUESTS };
	enum options_end end;

	harden_memory();
	signal(SIGPIPE, SIG_IGN);
	if ((end = options_read(&a.o, &tool, &a, argc, argv)) != OPTIONS_GO)
		return exit_options(end);
	return serve(&a);
}
