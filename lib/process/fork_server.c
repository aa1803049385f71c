/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "process/fork_server.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

static const int signals[] = { SIGTERM, SIGINT, SIGCHLD };

/* The signals as the caller had them. */
struct before {
	struct sigaction	action[nitems(signals)];
	sigset_t		mask;
};

static volatile sig_atomic_t ends;

static void
on_signal(int sig)
{
	ends |= sig != SIGCHLD;
}

/* They are blocked but while the server waits: none comes between a look and a wait. */
static void
signals_take(struct before *b)
{
	struct sigaction sa = { .sa_handler = on_signal };
	sigset_t mask;
	size_t i;

	sigemptyset(&mask);
	for (i = 0; i < nitems(signals); i++)
		sigaddset(&mask, signals[i]);
	sigprocmask(SIG_BLOCK, &mask, &b->mask);
	for (i = 0; i < nitems(signals); i++)
		sigaction(signals[i], &sa, &b->action[i]);
}

static void
signals_give(const struct before *b)
{
	size_t i;

	for (i = 0; i < nitems(signals); i++)
		sigaction(signals[i], &b->action[i], NULL);
	sigprocmask(SIG_SETMASK, &b->mask, NULL);
}

/* Returns 1, or 0: there is no process, and the client sees the end of its connection. */
static int
start(int fd, const struct before *b, int (*serve)(int))
{
	pid_t pid = fork();

	if (pid == 0) {
		close(STDIN_FILENO);
		signals_give(b);
		_exit(serve(fd));
	}
	if (pid == -1)
		log_warn("a request is not served");
	close(fd);
	return pid != -1;
}

void
fork_server_run(int most, int (*serve)(int fd))
{
	struct pollfd p = { .fd = STDIN_FILENO };
	struct before before;
	int running = 0, fd;
	sigset_t none;

	ends = 0;
	sigemptyset(&none);
	signals_take(&before);
	while (!ends) {
		while (running > 0 && waitpid(-1, NULL, WNOHANG) > 0)
			running--;
		p.events = running < most ? POLLIN : 0;
		if (ppoll(&p, 1, NULL, &none) == 1 && (fd = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC)) != -1)
			running += start(fd, &before, serve);
	}
	while (running > 0 && (waitpid(-1, NULL, 0) > 0 || errno == EINTR))
		running--;
	signals_give(&before);
}
