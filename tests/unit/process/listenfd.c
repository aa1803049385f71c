/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/listenfd.h"
#include "t.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct listenfd l;

/* Puts the descriptor, which is closed, at place. */
static void
put(int place, int fd)
{
	if (fd != place) {
		t_int(dup2(fd, place), place);
		close(fd);
	}
}

static int
unix_socket(int type, bool listens)
{
	int fd = socket(AF_UNIX, type, 0);

	/* an abstract name of the kernel's choice */
	t_int(bind(fd, &(struct sockaddr){ .sa_family = AF_UNIX }, sizeof(sa_family_t)), 0);
	if (listens)
		t_int(listen(fd, 1), 0);
	return fd;
}

static void
say(int pid, const char *n, const char *names)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	setenv("LISTEN_PID", text, 1);
	setenv("LISTEN_FDS", n, 1);
	if (names != NULL)
		setenv("LISTEN_FDNAMES", names, 1);
}

static void
nothing_is_said(void)
{
	t_ok(getenv("LISTEN_PID") == NULL);
	t_ok(getenv("LISTEN_FDS") == NULL);
	t_ok(getenv("LISTEN_FDNAMES") == NULL);
}

/* Each test is a process of its own: its descriptors from 3 on are then nobody else's. */
static void
alone(void (*test)(void))
{
	int status = -1;
	pid_t pid;

	fflush(stdout);
	if ((pid = fork()) == 0) {
		test();
		fflush(stdout);
		_exit(t_failed);
	}
	t_int(waitpid(pid, &status, 0), pid);
	t_int(status, 0);
}

static void
socket_passed(void)
{
	int fd;

	put(3, unix_socket(SOCK_STREAM, true));
	say((int)getpid(), "1", NULL);
	listenfd_take(&l);
	nothing_is_said();
	t_int(l.n, 1);
	t_int(fd = listenfd_socket(&l), 3);
	t_ok((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	t_ok((fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
	t_int(listenfd_socket(&l), -1);
	listenfd_close(&l);
	t_ok(fcntl(fd, F_GETFD) != -1);		/* what was taken away is not closed */
}

static void
a_socket_is_taken_over(void)
{
	alone(socket_passed);
}

static void
other_things(void)
{
	int pair[2];

	t_int(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	put(3, pair[0]);
	put(4, unix_socket(SOCK_STREAM, false));
	put(5, unix_socket(SOCK_SEQPACKET, true));
	put(6, open("/dev/null", O_RDONLY));
	put(7, socket(AF_INET, SOCK_STREAM, 0));
	t_int(listen(7, 1), 0);
	say((int)getpid(), "5", NULL);
	listenfd_take(&l);
	t_int(l.n, 5);
	t_int(listenfd_socket(&l), -1);
	listenfd_close(&l);
	t_int(fcntl(3, F_GETFD), -1);
	t_int(fcntl(7, F_GETFD), -1);
}

static void
only_a_unix_stream_socket_that_listens_will_do(void)
{
	alone(other_things);
}

static void
for_the_parent(void)
{
	put(3, unix_socket(SOCK_STREAM, true));
	say((int)getppid(), "1", "control");
	listenfd_take(&l);
	nothing_is_said();
	t_int(l.n, 0);
	t_int(fcntl(3, F_GETFD), 0);	/* it is none of our business */
}

static void
what_is_another_ones_is_left_alone(void)
{
	alone(for_the_parent);
}

static void
names_passed(void)
{
	char name[200];

	put(3, open("/dev/null", O_RDONLY));
	put(4, unix_socket(SOCK_STREAM, true));
	put(5, open("/dev/null", O_RDONLY));
	put(6, open("/dev/null", O_RDONLY));
	memset(name, 'x', sizeof(name));
	memcpy(name, "one::", 5);
	strlcpy(name + 150, ":on-air", 50);
	say((int)getpid(), "4", name);
	listenfd_take(&l);
	t_int(l.n, 4);
	t_int(listenfd_named(&l, "on"), -1);
	t_int(listenfd_left(&l), 4);
	t_int(listenfd_named(&l, "on-air"), 6);
	t_int(listenfd_left(&l), 3);
	t_int(listenfd_named(&l, "on-air"), -1);
	t_int(listenfd_named(&l, "one"), 3);
	t_int(listenfd_socket(&l), 4);
	listenfd_close(&l);
	t_int(fcntl(5, F_GETFD), -1);
	t_ok(fcntl(6, F_GETFD) != -1);
}

static void
they_have_names(void)
{
	alone(names_passed);
}

static void
too_many(void)
{
	int i, n = LISTENFD_MAX + 2;
	char text[8];

	for (i = 0; i < n; i++)
		put(3 + i, open("/dev/null", O_RDONLY));
	snprintf(text, sizeof(text), "%d", n + 3);
	say((int)getpid(), text, "a:b");
	listenfd_take(&l);
	t_int(l.n, LISTENFD_MAX);
	for (i = LISTENFD_MAX; i < n; i++)
		t_int(fcntl(3 + i, F_GETFD), -1);
	listenfd_close(&l);
}

static void
more_than_there_is_room_for_are_closed(void)
{
	alone(too_many);
}

static void
nonsense(void)
{
	static const char *const bad[] = { "", "0", "-1", "1x", "99999999999", " 1" };
	size_t i;

	for (i = 0; i < nitems(bad); i++) {
		say((int)getpid(), i == 5 ? "none" : bad[i], NULL);
		listenfd_take(&l);
		t_int(l.n, 0);
		nothing_is_said();
	}
	listenfd_take(&l);
	t_int(l.n, 0);
	close(3);
	say((int)getpid(), "1", NULL);
	listenfd_take(&l);
	t_int(l.n, 0);		/* it was said, and is not there */
}

static void
nonsense_is_nothing(void)
{
	alone(nonsense);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_socket_is_taken_over),
	T(only_a_unix_stream_socket_that_listens_will_do),
	T(what_is_another_ones_is_left_alone),
	T(they_have_names),
	T(more_than_there_is_room_for_are_closed),
	T(nonsense_is_nothing),
)
