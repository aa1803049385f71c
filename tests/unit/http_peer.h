/* SPDX-License-Identifier: ISC */
/* An HTTP server in a process of its own with the answers of a script: the API of a media server, or garbage. */
#ifndef TESTS_UNIT_HTTP_PEER_H
#define TESTS_UNIT_HTTP_PEER_H

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "t.h"

#define HTTP_LONG	(128 << 20)	/* bytes of an answer without end: more than anybody reads */

#define HTTP_ONCE	"once "

struct http_rule {
	const char	*request;	/* how its first line begins; "": any; HTTP_ONCE before it: of one request */
	const char	*status;
	const char	*body;		/* NULL: hangs up; "hang": never answers; "long": no end */
	const char	*header;	/* one more, or "" */
};

static char http_url[64];
static pid_t http_pid;

static void
http_answer(int fd, const struct http_rule *r)
{
	static char block[65536];
	int i;

	if (r->body == NULL)
		return;
	if (strcmp(r->body, "hang") == 0)
		sleep(60);
	if (strcmp(r->body, "long") == 0) {
		dprintf(fd, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
		memset(block, ' ', sizeof(block));
		for (i = 0; i < HTTP_LONG / (int)sizeof(block); i++)
			if (write(fd, block, sizeof(block)) == -1)
				return;
		return;
	}
	dprintf(fd, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
	    r->status, strlen(r->body), r->header, r->body);
}

static bool
http_fits(const struct http_rule *r, const char *request, bool *used)
{
	bool once = strncmp(r->request, HTTP_ONCE, strlen(HTTP_ONCE)) == 0;
	const char *begin = r->request + (once ? strlen(HTTP_ONCE) : 0);

	if (*used || strncmp(request, begin, strlen(begin)) != 0)
		return false;
	*used = once;
	return true;
}

/* Serves by the first rule that fits; what was asked goes to log. */
static void
http_serve(int listening, const struct http_rule *rules, size_t n, int log)
{
	bool used[16] = { false };
	char request[4096];
	ssize_t got;
	size_t i;
	int fd;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		fd = accept(listening, NULL, NULL);
		if ((got = read(fd, request, sizeof(request) - 1)) > 0) {
			request[got] = '\0';
			if (write(log, request, (size_t)got) == -1)
				_exit(1);
			for (i = 0; i < n && !http_fits(&rules[i], request, &used[i]); i++)
				continue;
			if (i < n)
				http_answer(fd, &rules[i]);
		}
		close(fd);
	}
}

/* Starts it at http_url. Where what it was asked can be read. */
__attribute__((unused)) static int
http_start(const struct http_rule *rules, size_t n)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);
	int fd = socket(AF_INET, SOCK_STREAM, 0), log[2];

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	t_int(bind(fd, (struct sockaddr *)&sin, sizeof(sin)), 0);
	t_int(listen(fd, 8), 0);
	getsockname(fd, (struct sockaddr *)&sin, &len);
	snprintf(http_url, sizeof(http_url), "http://127.0.0.1:%d/", ntohs(sin.sin_port));
	t_int(pipe(log), 0);
	if ((http_pid = fork()) == 0)
		http_serve(fd, rules, n, log[1]);
	close(fd);
	close(log[1]);
	return log[0];
}

__attribute__((unused)) static void
http_stop(int log)
{
	kill(http_pid, SIGKILL);
	waitpid(http_pid, NULL, 0);
	close(log);
}

/* The same, and all that it was asked, in the same memory each time. */
__attribute__((unused)) static const char *
http_asked(int log)
{
	static char text[65536];
	size_t n = 0;
	ssize_t got;

	kill(http_pid, SIGKILL);
	waitpid(http_pid, NULL, 0);
	while (n < sizeof(text) - 1 && (got = read(log, text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	text[n] = '\0';
	close(log);
	return text;
}

#endif
