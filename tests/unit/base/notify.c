/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/notify.h"
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
	{ "never_waits_for_a_manager_that_sleeps", never_waits_for_a_manager_that_sleeps },
	{ "watchdog_is_half_of_what_is_asked", watchdog_is_half_of_what_is_asked },
)
