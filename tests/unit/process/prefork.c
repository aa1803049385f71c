/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/prefork.h"
#include "t.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int news[2];	/* workers write their numbers there; its end is that of the last one */

/* A worker that says who it is, and waits for its end. */
static int
patient(void *arg)
{
	pid_t pid = getpid();

	(void)arg;
	if (write(news[1], &pid, sizeof(pid)) != sizeof(pid))
		return 1;
	while (!prefork_ends())
		usleep(10000);
	return 0;
}

/* One that does not hear. */
static int
deaf(void *arg)
{
	pid_t pid = getpid();

	(void)arg;
	signal(SIGTERM, SIG_IGN);
	if (write(news[1], &pid, sizeof(pid)) != sizeof(pid))
		return 1;
	for (;;)
		pause();
}

/* In a server, forks from the first that fails on, so many of them. */
static int forks = -1, fails_from = -1, fails;

pid_t
fork(void)
{
	if (forks >= 0 && forks++ >= fails_from && fails > 0) {
		fails--;
		errno = EAGAIN;
		return -1;
	}
	return _Fork();
}

static pid_t
server(int workers, int (*work)(void *))
{
	const struct prefork p = { .workers = workers, .work = work };
	pid_t pid;

	if (pipe(news) == -1 || (pid = fork()) == -1)
		return -1;
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);	/* also where the test fails */
		close(news[0]);
		close(STDERR_FILENO);
		forks = fails_from != -1 ? 0 : -1;
		_exit(prefork_run(&p) == 0 ? 0 : 1);
	}
	close(news[1]);
	return pid;
}

/* Who began, or 0 when all are gone. */
static pid_t
began(void)
{
	pid_t pid = 0;

	return read(news[0], &pid, sizeof(pid)) == sizeof(pid) ? pid : 0;
}

static void
one_that_ends_is_replaced(void)
{
	pid_t pid = server(2, patient), one = began(), two = began(), three;
	int status;

	t_ok(one != 0 && two != 0 && one != two);
	kill(one, SIGKILL);
	three = began();
	t_ok(three != 0 && three != one && three != two);
	kill(pid, SIGTERM);
	waitpid(pid, &status, 0);
	t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	t_int(began(), 0);
	close(news[0]);
}

/* One that cannot be started keeps its place: at the start, and as the one that replaces another. */
static void
one_that_cannot_be_started_is_tried_again(void)
{
	pid_t pid, one, two;
	int status, i;

	for (i = 1; i <= 2; i++) {
		fails_from = i;		/* the second worker, or the third */
		fails = 1;
		pid = server(2, patient);
		alarm(20);	/* one that does not come is waited for in vain */
		one = began();
		two = began();
		t_ok(one != 0 && two != 0 && one != two);
		if (i == 2) {
			kill(one, SIGKILL);
			t_ok(began() != 0);
		}
		alarm(0);
		kill(pid, SIGTERM);
		waitpid(pid, &status, 0);
		t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
		t_int(began(), 0);
		close(news[0]);
	}
	fails_from = -1;
}

/* Without any worker the service manager has to see to it. */
static void
none_at_all_is_an_end(void)
{
	pid_t pid;
	int status;

	fails_from = 0;
	fails = 2;
	pid = server(2, patient);
	waitpid(pid, &status, 0);
	t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	close(news[0]);
	fails_from = -1;
}

static void
workers_do_not_outlive_who_made_them(void)
{
	pid_t pid = server(3, patient);
	int i;

	for (i = 0; i < 3; i++)
		t_ok(began() != 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	t_int(began(), 0);
	close(news[0]);
}

static void
one_that_does_not_end_is_killed(void)
{
	pid_t pid = server(1, deaf);
	int status;

	t_ok(began() != 0);
	kill(pid, SIGINT);
	waitpid(pid, &status, 0);
	t_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	t_int(began(), 0);
	close(news[0]);
}

static void
standard_input_listens_for_owner_and_group(void)
{
	char dir[] = "/tmp/t-prefork.XXXXXX", path[64], longer[200];
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int i, fd;
	struct stat st;

	t_ok(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/sock", dir);
	strlcpy(to.sun_path, path, sizeof(to.sun_path));
	for (i = 0; i < 2; i++) {	/* the second time in the place of the first */
		t_int(prefork_listen(path), 0);
		t_int(stat(path, &st), 0);
		t_int(st.st_mode & 0777, 0660);
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		t_int(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
		close(fd);
	}
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	t_int(prefork_listen(longer), -1);
	t_int(errno, ENAMETOOLONG);
	t_int(prefork_listen("/nonexistent/socket"), -1);
	t_int(errno, ENOENT);
	unlink(path);
	rmdir(dir);
}

T_MAIN(
	{ "one_that_ends_is_replaced", one_that_ends_is_replaced },
	{ "one_that_cannot_be_started_is_tried_again", one_that_cannot_be_started_is_tried_again },
	{ "none_at_all_is_an_end", none_at_all_is_an_end },
	{ "workers_do_not_outlive_who_made_them", workers_do_not_outlive_who_made_them },
	{ "one_that_does_not_end_is_killed", one_that_does_not_end_is_killed },
	{ "standard_input_listens_for_owner_and_group", standard_input_listens_for_owner_and_group },
)
