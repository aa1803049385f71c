/* SPDX-License-Identifier: ISC */
/*
 * callers PORT PATH BODY CALLS [TYPE]: a reconnect storm. All connections are opened at once, each posts the
 * body and waits for its answer. Prints milliseconds from the first connect, and what went wrong.
 */
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <arpa/inet.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ANSWER	1024

struct call {
	int	fd;
	int	sent;
	size_t	have;
	double	ms;
	char	answer[ANSWER];
};

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
by_ms(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int
dial(struct call *c, int ep, int port, void *me)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((in_port_t)port) };
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = me };

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (c->fd == -1 || (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) == -1 &&
	    errno != EINPROGRESS))
		return -1;
	return epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &ev);
}

/* 1 when this call is over. */
static int
step(struct call *c, const char *request, size_t len)
{
	ssize_t n;

	if (!c->sent) {
		if (write(c->fd, request, len) == (ssize_t)len)
			c->sent = 1;
		else if (errno != EAGAIN)
			return 1;
	}
	while (c->have < ANSWER - 1) {
		n = read(c->fd, c->answer + c->have, ANSWER - 1 - c->have);
		if (n <= 0)
			return n == 0 || errno != EAGAIN;
		c->have += (size_t)n;
	}
	return 1;
}

static void
report(struct call *call, int calls)
{
	double *ms = calloc((size_t)calls, sizeof(*ms));
	int i, yes = 0, no = 0;

	for (i = 0; i < calls; i++) {
		ms[i] = call[i].ms;
		if (strncmp(call[i].answer, "HTTP/1.1 200", 12) == 0)
			yes++;
		else if (strncmp(call[i].answer, "HTTP/1.1 403", 12) == 0)
			no++;
	}
	qsort(ms, (size_t)calls, sizeof(*ms), by_ms);
	printf("{\"calls\":%d,\"p50_ms\":%.1f,\"p99_ms\":%.1f,\"max_ms\":%.1f,"
	    "\"open\":%d,\"refused\":%d,\"errors\":%d}\n", calls, ms[calls / 2],
	    ms[calls * 99 / 100], ms[calls - 1], yes, no, calls - yes - no);
	free(ms);
}

int
main(int argc, char **argv)
{
	struct rlimit files = { 65536, 65536 };
	struct epoll_event ev[64];
	static char request[4096];
	struct call *call, *c;
	int calls, ep, i, n, left;
	double start;
	size_t len;

	if (argc < 5)
		return 64;
	calls = (int)strtol(argv[4], NULL, 10);
	len = (size_t)snprintf(request, sizeof(request), "POST %s HTTP/1.1\r\nHost: hook\r\n"
	    "Connection: close\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", argv[2],
	    argc > 5 ? argv[5] : "application/json", strlen(argv[3]), argv[3]);
	setrlimit(RLIMIT_NOFILE, &files);
	if (calls < 1 || (call = calloc((size_t)calls, sizeof(*call))) == NULL ||
	    (ep = epoll_create1(0)) == -1)
		return 71;
	start = now_ms();
	for (i = 0, left = calls; i < calls; i++) {
		if (dial(&call[i], ep, (int)strtol(argv[1], NULL, 10), &call[i]) == -1)
			left--;
	}
	while (left > 0 && (n = epoll_wait(ep, ev, 64, 30000)) > 0) {
		for (i = 0; i < n; i++) {
			c = ev[i].data.ptr;
			if (!step(c, request, len))
				continue;
			c->ms = now_ms() - start;
			close(c->fd);
			left--;
		}
	}
	report(call, calls);
	free(call);
	return 0;
}
