/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/fork_server.h"
#include "process/prefork.h"
#include "scratch.h"
#include "t.h"

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>

/* Says who serves, and whether SIGTERM is as the caller had it; ends when the client says a byte or leaves. */
static int
serve(int fd)
{
	struct { pid_t pid; int blocked, taken; } me = { .pid = getpid() };
	struct sigaction sa;
	sigset_t mask;
	char c;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	me.blocked = sigismember(&mask, SIGTERM);
	sigaction(SIGTERM, NULL, &sa);
	me.taken = sa.sa_handler != SIG_DFL;
	if (write(fd, &me, sizeof(me)) != sizeof(me) || read(fd, &c, 1) == -1 || write(fd, "x", 1) == -1)
		return 1;
	return 0;
}

/* Forks of the server that fail from now on. */
static int fails;

pid_t
fork(void)
{
	if (fails > 0) {
		fails--;
		errno = EAGAIN;
		return -1;
	}
	return _Fork();
}

static pid_t
server(int most, int failing)
{
	pid_t pid;

	scratch();
	if ((pid = fork()) == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		t_ok(freopen("/dev/null", "w", stderr) != NULL);	/* closed, it would be a connection */
		if (prefork_listen(scratch_path("s")) == -1)
			_exit(1);
		fails = failing;
		fork_server_run(most, serve);
		_exit(0);
	}
	return pid;
}

/* A connection; the server may not listen yet. */
static int
dial(void)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strlcpy(to.sun_path, scratch_path("s"), sizeof(to.sun_path));
	while (connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		usleep(5000);
	return fd;
}

/* Who serves this connection; 0: nobody. */
static pid_t
served_by(int fd)
{
	struct { pid_t pid; int blocked, taken; } who = { 0 };

	if (read(fd, &who, sizeof(who)) != sizeof(who))
		return 0;
	t_ok(!who.blocked);
	t_ok(!who.taken);
	return who.pid;
}

/* Says that it is enough, and reads the last byte. */
static void
finish(int fd)
{
	char c;

	t_int(write(fd, "x", 1), 1);
	t_int(read(fd, &c, 1), 1);
	t_int(read(fd, &c, 1), 0);
	close(fd);
}

static void
stop(pid_t pid)
{
	int status;

	t_int(kill(pid, SIGTERM), 0);
	t_int(waitpid(pid, &status, 0), pid);
	t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	scratch_remove("s");
}

static void
each_connection_has_its_own_process(void)
{
	pid_t pid = server(4, 0), one, two;
	int a = dial(), b = dial();

	one = served_by(a);
	two = served_by(b);
	t_ok(one != 0 && two != 0 && one != two && one != pid);
	finish(b);
	finish(a);
	stop(pid);
}

static void
more_than_that_wait(void)
{
	struct timeval soon = { .tv_usec = 100000 }, late = { .tv_sec = 60 };
	pid_t pid = server(1, 0);
	int a = dial(), b = dial();

	t_ok(served_by(a) != 0);
	setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
	t_int(served_by(b), 0);
	setsockopt(b, SOL_SOCKET, SO_RCVTIMEO, &late, sizeof(late));
	finish(a);
	t_ok(served_by(b) != 0);
	finish(b);
	stop(pid);
}

/* Its client sees that at once; the next one is served. */
static void
one_that_cannot_start_takes_no_place(void)
{
	pid_t pid = server(1, 1);
	int a = dial(), b;

	t_int(served_by(a), 0);
	close(a);
	b = dial();
	t_ok(served_by(b) != 0);
	finish(b);
	stop(pid);
}

/* The end of the server is not that of a request. */
static void
waits_for_those_who_are_served(void)
{
	pid_t pid = server(4, 0);
	int a = dial(), status;

	t_ok(served_by(a) != 0);
	t_int(kill(pid, SIGTERM), 0);
	usleep(100000);
	t_int(waitpid(pid, &status, WNOHANG), 0);
	finish(a);
	t_int(waitpid(pid, &status, 0), pid);
	t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	scratch_remove("s");
}

T_MAIN(
	{ "each_connection_has_its_own_process", each_connection_has_its_own_process },
	{ "more_than_that_wait", more_than_that_wait },
	{ "one_that_cannot_start_takes_no_place", one_that_cannot_start_takes_no_place },
	{ "waits_for_those_who_are_served", waits_for_those_who_are_served }
)
