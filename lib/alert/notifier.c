/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/notifier.h"
#include "base/clock.h"
#include "process/child.h"

#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define DEFAULT		"/etc/lsctl/alert"
#define ANSWER_MAX	65536
#define TERM_MS	2000	/* from SIGTERM to SIGKILL */

const char *
notifier_path(void)
{
	const char *path = getenv("LSCTL_ALERT");

	if (path != NULL && path[0] != '\0')
		return path;
	return access(DEFAULT, F_OK) == 0 ? DEFAULT : NULL;
}

/* Does the process end within this time? */
static bool
over_within(int fd, int64_t ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t end = clock_ms() + ms, left;

	while ((left = end - clock_ms()) > 0)
		if (poll(&p, 1, (int)left) == 1)
			return true;
	return false;
}

static int
child_wait(pid_t pid, int limit_s, bool *late)
{
	int fd = pidfd_open(pid, 0), status = -1;

	*late = fd != -1 && !over_within(fd, (int64_t)limit_s * 1000);
	if (*late) {
		kill(-pid, SIGTERM);
		over_within(fd, TERM_MS);
		kill(-pid, SIGKILL);
	}
	if (fd != -1)
		close(fd);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	return status;
}

/* 0, or -1 with an error. */
static int
program_run(char *const argv[], int in, int out, int limit_s, struct error *err)
{
	int status, rc;
	bool late;
	pid_t pid;

	/* a process group of its own: kill(2) reaches its children, too */
	if ((rc = child_spawn(&pid, argv, (const int[]){ in, out, -1 }, true)) != 0)
		return error_set(err, "%s: %s", argv[0], strerror(rc));
	status = child_wait(pid, limit_s, &late);
	if (!late && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (late)
		error_set(err, "%s: took longer than %d s, and was ended", argv[0], limit_s);
	else if (WIFEXITED(status))
		error_set(err, "%s: exit status %d", argv[0], WEXITSTATUS(status));
	else
		error_set(err, "%s: signal %s", argv[0], sigabbrev_np(WTERMSIG(status)));
	return -1;
}

/* Other users must not be able to change a program that root runs. */
static int
program_check(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) == -1)
		error_set(err, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(st.st_mode) || access(path, X_OK) == -1)
		error_set(err, "%s: not an executable file: chmod 755", path);
	else if ((st.st_mode & 022) != 0 || (st.st_uid != 0 && st.st_uid != geteuid()))
		error_set(err, "%s: others may change it: chown root, chmod 755", path);
	else
		return 0;
	return -1;
}

static void
argument_copy(char *dst, size_t size, const char *text)
{
	char *p;

	strlcpy(dst, text, size);
	for (p = dst; *p != '\0'; p++)
		if (*p < 0x20 || *p > 0x7e)
			*p = '?';
	if (dst[0] == '-')
		dst[0] = '?';		/* an argument must not look like an option */
}

int
notifier_feed(char *const argv[], const char *input, int limit_s, struct error *err)
{
	int in = child_memory(input), rc;

	if (in == -1)
		return error_set(err, "memory: %s", strerror(errno));
	rc = program_run(argv, in, STDERR_FILENO, limit_s, err);
	close(in);
	return rc;
}

int
notifier_run(const char *path, const char *about, const char *text, const char *json, int limit_s,
    struct error *err)
{
	char program[4096], who[256], what[1024];
	char *argv[] = { program, who, what, NULL };

	if (program_check(path, err) == -1)
		return -1;
	/* A name with a slash is not looked up in PATH. */
	snprintf(program, sizeof(program), "%s%s", strchr(path, '/') == NULL ? "./" : "", path);
	argument_copy(who, sizeof(who), about);
	argument_copy(what, sizeof(what), text);
	return notifier_feed(argv, json, limit_s, err);
}

char *
notifier_query(char *const argv[], int limit_s, struct error *err)
{
	int out = memfd_create("answer", MFD_CLOEXEC);
	char *text = NULL;
	ssize_t n;

	if (out == -1) {
		error_set(err, "%s: %s", argv[0], strerror(errno));
		return NULL;
	}
	if (program_run(argv, -1, out, limit_s, err) == 0 && (text = malloc(ANSWER_MAX + 1)) != NULL) {
		n = pread(out, text, ANSWER_MAX, 0);
		text[n > 0 ? n : 0] = '\0';
	}
	close(out);
	return text;
}
