/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "process/prefork.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define BACKLOG		4096	/* all publishers of a large host may connect at once */
#define AGAIN_MS	100	/* before a worker that ended is replaced */
#define RETRY_MS	1000	/* before one that could not be started is tried again */
#define LOOK_MS		20

struct pool {
	const struct prefork	*p;
	pid_t			 pid[PREFORK_MAX];	/* 0: none */
	sigset_t		 awaited, before;
	bool			 short_of;	/* a worker could not be started, which is logged */
};

static volatile sig_atomic_t ends;
static void (*wake)(void);

static void
on_end(int sig)
{
	(void)sig;
	ends = 1;
	if (wake != NULL)
		wake();
}

bool
prefork_ends(void)
{
	return ends != 0;
}

static int
work(const struct pool *pool)
{
	struct sigaction sa = { .sa_handler = on_end };	/* no SA_RESTART: the signal interrupts accept(2) */

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	wake = pool->p->wake;
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigprocmask(SIG_SETMASK, &pool->before, NULL);
	return pool->p->work(pool->p->arg);
}

static void
worker_start(struct pool *pool, int i)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(work(pool));
	if (pid == -1 && !pool->short_of)
		log_warn("cannot start a worker: trying again every second");
	pool->pid[i] = pid == -1 ? 0 : pid;
}

/* Reaps workers that ended. Returns how many still run. */
static int
collect(struct pool *pool, bool report)
{
	int i, status, n = 0;

	for (i = 0; i < pool->p->workers; i++) {
		if (pool->pid[i] != 0 && waitpid(pool->pid[i], &status, WNOHANG) == pool->pid[i]) {
			pool->pid[i] = 0;
			if (report)
				log_warnx("a worker ended (%s %d): starting another one",
				    WIFSIGNALED(status) ? "signal" : "status",
				    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		}
		n += pool->pid[i] != 0;
	}
	return n;
}

/* Starts the workers that are missing. Returns how many run. */
static int
fill(struct pool *pool)
{
	int i, n = 0;

	for (i = 0; i < pool->p->workers; i++) {
		if (pool->pid[i] == 0)
			worker_start(pool, i);
		n += pool->pid[i] != 0;
	}
	pool->short_of = n < pool->p->workers;
	return n;
}

/* The next signal. -1: there is none, and it is time to try again to start a worker. */
static int
next_signal(const struct pool *pool)
{
	static const struct timespec retry = { .tv_sec = RETRY_MS / 1000, .tv_nsec = RETRY_MS % 1000 * 1000000 };
	int sig;

	do
		sig = sigtimedwait(&pool->awaited, NULL, pool->short_of ? &retry : NULL);
	while (sig == -1 && errno == EINTR);
	return sig;
}

/* Ends all workers; each finishes the request that it answers. */
static void
end_all(struct pool *pool)
{
	int64_t end = clock_ms() + PREFORK_END_MS;
	int i;

	do {
		for (i = 0; i < pool->p->workers; i++)
			if (pool->pid[i] != 0)
				kill(pool->pid[i], clock_ms() < end ? SIGTERM : SIGKILL);
		usleep(LOOK_MS * 1000);
	} while (collect(pool, false) > 0);
}

int
prefork_run(const struct prefork *p)
{
	struct pool pool = { .p = p };
	int sig, n;

	sigemptyset(&pool.awaited);
	sigaddset(&pool.awaited, SIGTERM);
	sigaddset(&pool.awaited, SIGINT);
	sigaddset(&pool.awaited, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &pool.awaited, &pool.before);
	n = fill(&pool);
	while (n > 0 && ((sig = next_signal(&pool)) == SIGCHLD || sig == -1)) {
		if (collect(&pool, true) == p->workers)
			continue;
		if (sig == SIGCHLD)
			usleep(AGAIN_MS * 1000);
		n = fill(&pool);
	}
	end_all(&pool);
	sigprocmask(SIG_SETMASK, &pool.before, NULL);
	return n > 0 ? 0 : -1;
}

int
prefork_listen(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd, rc = -1, error;
	mode_t old;

	if ((size_t)snprintf(to.sun_path, sizeof(to.sun_path), "%s.new", path) >= sizeof(to.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return -1;
	unlink(to.sun_path);
	old = umask(0117);
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0 && listen(fd, BACKLOG) == 0 &&
	    rename(to.sun_path, path) == 0)
		rc = dup2(fd, STDIN_FILENO);
	error = errno;
	umask(old);
	if (fd != STDIN_FILENO)
		close(fd);
	errno = error;
	return rc == -1 ? -1 : 0;
}
