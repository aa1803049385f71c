/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "process/ctl_query.h"

#include "t.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/lsctl-ask.XXXXXX";

static char *
path_of(const char *name)
{
	char *path = malloc(128);

	snprintf(path, 128, "%s/%s", dir, name);
	return path;
}

/* A socket that listens, with room for few. */
static int
listener(const char *name)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	char *path = path_of(name);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	free(path);
	t_int(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	t_int(listen(fd, 1), 0);
	return fd;
}

/* Answers each who comes to fd, in a process of its own. */
static pid_t
answerer(int fd, const char *answer, size_t step)
{
	char line[128];
	pid_t pid = fork();
	size_t i, n = strlen(answer);
	int c;

	if (pid != 0)
		return pid;
	signal(SIGPIPE, SIG_IGN);
	for (;;) {
		c = accept(fd, NULL, NULL);
		if (read(c, line, sizeof(line)) > 0)
			for (i = 0; i < n; i += step)
				if (write(c, answer + i, n - i < step ? n - i : step) == -1)
					break;
		close(c);
	}
}

static void
done(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
each_has_its_own_answer_or_error(void)
{
	struct ctl_query a[6] = { { 0 } };
	pid_t whole, parts, cut;
	int fd[4], i;

	fd[0] = listener("whole");
	fd[1] = listener("parts");
	fd[2] = listener("cut");
	fd[3] = listener("hangs");
	close(listener("dead"));
	whole = answerer(fd[0], "{\"a\":1}\n", 100);
	parts = answerer(fd[1], "{\"b\":2}\nmore", 1);
	cut = answerer(fd[2], "{\"c\":", 100);
	for (i = 0; i < 6; i++)
		a[i].path = path_of(((const char *[]){ "whole", "parts", "cut", "hangs",
		    "dead", "none" })[i]);
	ctl_query_all(a, 6, "{\"cmd\":\"status\"}", 300);
	t_str(a[0].answer, "{\"a\":1}");
	t_int(a[0].error, 0);
	t_str(a[1].answer, "{\"b\":2}");
	t_ok(a[2].answer == NULL);
	t_int(a[2].error, ECONNRESET);
	t_int(a[3].error, ETIMEDOUT);
	t_int(a[4].error, ECONNREFUSED);
	t_int(a[5].error, ENOENT);
	for (i = 0; i < 6; i++) {
		free(a[i].path);
		free(a[i].answer);
	}
	done(whole);
	done(parts);
	done(cut);
	for (i = 0; i < 4; i++)
		close(fd[i]);
}

static void
many_hang_no_longer_than_one(void)
{
	static struct ctl_query a[200];
	int fd = listener("many"), i;
	int64_t began = clock_ms(), took;

	/* Most of them do not even get into the backlog. */
	for (i = 0; i < 200; i++)
		a[i].path = path_of("many");
	ctl_query_all(a, 200, "x", 300);
	took = clock_ms() - began;
	t_ok(took >= 300 && took < 2000);
	for (i = 0; i < 200; i++) {
		t_int(a[i].error, ETIMEDOUT);
		free(a[i].path);
	}
	close(fd);
}

static void
few_descriptors_are_enough(void)
{
	static struct ctl_query a[50];
	struct rlimit old, few;
	int fd = listener("few"), i;
	pid_t pid = answerer(fd, "{}\n", 100);

	getrlimit(RLIMIT_NOFILE, &old);
	few = old;
	few.rlim_cur = 66;
	setrlimit(RLIMIT_NOFILE, &few);
	for (i = 0; i < 50; i++)
		a[i].path = path_of("few");
	ctl_query_all(a, 50, "x", 2000);
	setrlimit(RLIMIT_NOFILE, &old);
	for (i = 0; i < 50; i++) {
		t_str(a[i].answer, "{}");
		free(a[i].path);
		free(a[i].answer);
	}
	done(pid);
	close(fd);
}

static void
an_answer_may_be_as_long_as_is_said(void)
{
	static char large[300 * 1024];
	struct ctl_query a = { .path = path_of("large") };
	int fd = listener("large");
	pid_t pid;

	memset(large, 'x', sizeof(large) - 2);
	large[sizeof(large) - 2] = '\n';
	pid = answerer(fd, large, 4096);
	ctl_query_all(&a, 1, "x", 5000);
	t_ok(a.answer == NULL);
	t_int(a.error, ENOBUFS);
	a.max = 1 << 20;
	ctl_query_all(&a, 1, "x", 5000);
	t_ok(a.answer != NULL && strlen(a.answer) == sizeof(large) - 2);
	free(a.answer);
	free(a.path);
	done(pid);
	close(fd);
}

static void
a_path_that_is_too_long_is_an_error(void)
{
	char path[300];
	struct ctl_query a = { .path = path };

	memset(path, 'a', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	ctl_query_all(&a, 1, "x", 100);
	t_int(a.error, ENAMETOOLONG);
	ctl_query_all(&a, 0, "x", 100);
}

static void
makes_its_folder(void)
{
	t_ok(mkdtemp(dir) != NULL);
}

static void
removes_its_folder(void)
{
	char cmd[64];

	snprintf(cmd, sizeof(cmd), "rm -rf %s", dir);
	t_int(system(cmd), 0);
}

T_MAIN({ "makes_its_folder", makes_its_folder },
    { "each_has_its_own_answer_or_error", each_has_its_own_answer_or_error },
    { "many_hang_no_longer_than_one", many_hang_no_longer_than_one },
    { "few_descriptors_are_enough", few_descriptors_are_enough },
    { "an_answer_may_be_as_long_as_is_said", an_answer_may_be_as_long_as_is_said },
    { "a_path_that_is_too_long_is_an_error", a_path_that_is_too_long_is_an_error },
    { "removes_its_folder", removes_its_folder })
