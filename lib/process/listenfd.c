/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/listenfd.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST	3

/* The number of descriptors for this process; 0: the variables are for another one. */
static int
passed(void)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS"), *bad;
	long long n;

	if (pid == NULL || fds == NULL ||
	    strtonum(pid, 1, INT32_MAX, &bad) != getpid() || bad != NULL)
		return 0;
	n = strtonum(fds, 1, INT16_MAX, &bad);
	return bad != NULL ? 0 : (int)n;
}

/* Reads the name at *at, and moves *at to the next one. */
static void
name_take(char name[LISTENFD_NAME], const char **at)
{
	size_t len = strcspn(*at, ":"), n = len;

	if (n >= LISTENFD_NAME)		/* no caller uses such a long name */
		n = 0;
	memcpy(name, *at, n);
	name[n] = '\0';
	*at += len + ((*at)[len] == ':');
}

void
listenfd_take(struct listenfd *l)
{
	const char *names = getenv("LISTEN_FDNAMES");
	int i, n = passed(), flags;

	l->n = 0;
	if (names == NULL)
		names = "";
	for (i = 0; i < n; i++) {
		if ((flags = fcntl(FIRST + i, F_GETFD)) == -1)
			break;		/* LISTEN_FDS is larger than the number of descriptors */
		if (i >= LISTENFD_MAX) {
			close(FIRST + i);
			continue;
		}
		fcntl(FIRST + i, F_SETFD, flags | FD_CLOEXEC);
		l->fd[i] = FIRST + i;
		name_take(l->name[i], &names);
		l->n++;
	}
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
}

static bool
option_is(int fd, int option, int want)
{
	socklen_t len = sizeof(int);
	int value = -1;

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) == 0 && value == want;
}

int
listenfd_socket(struct listenfd *l)
{
	int i, fd, flags;

	for (i = 0; i < l->n; i++) {
		fd = l->fd[i];
		if (fd == -1 || !option_is(fd, SO_DOMAIN, AF_UNIX) ||
		    !option_is(fd, SO_TYPE, SOCK_STREAM) ||
		    !option_is(fd, SO_ACCEPTCONN, 1) ||
		    (flags = fcntl(fd, F_GETFL)) == -1 ||
		    fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
			continue;
		l->fd[i] = -1;
		return fd;
	}
	return -1;
}

int
listenfd_named(struct listenfd *l, const char *name)
{
	int i, fd;

	for (i = 0; i < l->n; i++) {
		if ((fd = l->fd[i]) == -1 || strcmp(l->name[i], name) != 0)
			continue;
		l->fd[i] = -1;
		return fd;
	}
	return -1;
}

int
listenfd_left(const struct listenfd *l)
{
	int i, left = 0;

	for (i = 0; i < l->n; i++)
		left += l->fd[i] != -1;
	return left;
}

void
listenfd_close(struct listenfd *l)
{
	int i;

	for (i = 0; i < l->n; i++)
		if (l->fd[i] != -1)
			close(l->fd[i]);
	l->n = 0;
}
