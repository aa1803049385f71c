/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/notify.h"
#include "t.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A service manager's socket at a path, or at an abstract name that begins with @. */
static int
manager(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	if (path[0] == '@')
		sun.sun_path[0] = '\0';
	t_int(bind(fd, (struct sockaddr *)&sun,
	    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path))), 0);
	setenv("NOTIFY_SOCKET", path, 1);
	return fd;
}

static void
heard(int fd, const char *want)
{
	char got[512];
	ssize_t n = recv(fd, got, sizeof(got) - 1, 0);

	got[n > 0 ? n : 0] = '\0';
	t_str(got, want);
}

static void
tells_a_socket_in_the_file_system(void)
{
	char dir[] = "/tmp/notify-XXXXXX", path[64];
	int fd;

	t_ok(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/s", dir);
	fd = manager(path);
	notify("READY=1");
	heard(fd, "READY=1");
	notify("STATUS=%s, %d live", "OBS_ACTIVE", 3);
	heard(fd, "STATUS=OBS_ACTIVE, 3 live");
	close(fd);
	unlink(path);
	rmdir(dir);
	notify("READY=1");	/* nobody is there any more */
}

static void
tells_an_abstract_socket(void)
{
	char name[64];
	int fd;

	snprintf(name, sizeof(name), "@lsctl-test-%d", (int)getpid());
	fd = manager(name);
	notify("WATCHDOG=1");
	heard(fd, "WATCHDOG=1");
	close(fd);
}

static void
is_silent_when_nobody_asked(void)
{
	char name[64], text[2000];
	int fd;

	snprintf(name, sizeof(name), "@lsctl-test-%d", (int)getpid());
	fd = manager(name);
	unsetenv("NOTIFY_SOCKET");
	notify("READY=1");
	setenv("NOTIFY_SOCKET", "relative", 1);
	notify("READY=1");
	heard(fd, "");
	setenv("NOTIFY_SOCKET", name, 1);
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	notify("%s", text);	/* half a message would be a wrong one */
	heard(fd, "");
	close(fd);
}

/* The descriptor that came with a message; -1: none. */
static int
heard_with(int fd, const char *want)
{
	char got[512], room[CMSG_SPACE(sizeof(int))] __attribute__((aligned(8)));
	struct iovec iov = { got, sizeof(got) - 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = room,
	    .msg_controllen = sizeof(room) };
	ssize_t n = recvmsg(fd, &msg, 0);
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int passed = -1;

	got[n > 0 ? n : 0] = '\0';
	t_str(got, want);
	if (c != NULL && c->cmsg_type == SCM_RIGHTS)
		memcpy(&passed, CMSG_DATA(c), sizeof(passed));
	return passed;
}

static void
has_a_descriptor_kept_and_lets_it_go(void)
{
	char name[64], byte = 'x';
	int fd, pair[2], passed;

	snprintf(name, sizeof(name), "@lsctl-test-%d", (int)getpid());
	fd = manager(name);
	t_int(pipe(pair), 0);
	notify_keep("on-air", pair[1]);
	passed = heard_with(fd, "FDSTORE=1\nFDPOLL=0\nFDNAME=on-air");
	if (t_ok(passed != -1)) {
		t_int(write(passed, &byte, 1), 1);
		byte = '\0';
		t_int(read(pair[0], &byte, 1), 1);
		t_int(byte, 'x');
		close(passed);
	}
	notify_let_go("on-air");
	t_int(heard_with(fd, "FDSTOREREMOVE=1\nFDNAME=on-air"), -1);
	unsetenv("NOTIFY_SOCKET");
	notify_keep("on-air", pair[1]);
	close(pair[0]);
	close(pair[1]);
	close(fd);
}

static void
never_waits_for_a_manager_that_sleeps(void)
{
	char name[64];
	int fd, i;

	snprintf(name, sizeof(name), "@lsctl-test-%d", (int)getpid());
	fd = manager(name);
	for (i = 0; i < 2000; i++)
		notify("WATCHDOG=1");
	heard(fd, "WATCHDOG=1");
	close(fd);
}

static void
watchdog_is_half_of_what_is_asked(void)
{
	char pid[16];

	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	t_int(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "30000000", 1);
	t_int(notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_PID", "1", 1);
	t_int(notify_watchdog_ms(), 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	t_int(notify_watchdog_ms(), 15000);
	setenv("WATCHDOG_USEC", "junk", 1);
	t_int(notify_watchdog_ms(), 0);
	setenv("WATCHDOG_USEC", "-5", 1);
	t_int(notify_watchdog_ms(), 0);
}

T_MAIN(
	{ "tells_a_socket_in_the_file_system", tells_a_socket_in_the_file_system },
	{ "tells_an_abstract_socket", tells_an_abstract_socket },
	{ "is_silent_when_nobody_asked", is_silent_when_nobody_asked },
	{ "has_a_descriptor_kept_and_lets_it_go", has_a_descriptor_kept_and_lets_it_go },
	{ "never_waits_for_a_manager_that_sleeps", never_waits_for_a_manager_that_sleeps },
	{ "watchdog_is_half_of_what_is_asked", watchdog_is_half_of_what_is_asked },
)
