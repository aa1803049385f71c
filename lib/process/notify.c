/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/notify.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Sends a message, with a descriptor unless passed is -1. */
static void
message_send(const char *text, size_t n, int passed)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	union {
		struct cmsghdr	 align;
		char		 room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct iovec iov = { .iov_len = n };
	struct msghdr msg = { .msg_name = &sun, .msg_iov = &iov, .msg_iovlen = 1 };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len;
	int fd;

	if (path == NULL || (path[0] != '/' && path[0] != '@') ||
	    (len = strlen(path)) >= sizeof(sun.sun_path))
		return;
	memcpy(sun.sun_path, path, len);
	if (path[0] == '@')
		sun.sun_path[0] = '\0';
	msg.msg_namelen = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	memcpy(&iov.iov_base, &text, sizeof(text));	/* sendmsg(2) does not write there */
	if (passed != -1) {
		msg.msg_control = control.room;
		msg.msg_controllen = sizeof(control.room);
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.align), &passed, sizeof(passed));
	}
	if ((fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) == -1)
		return;
	sendmsg(fd, &msg, MSG_NOSIGNAL);
	close(fd);
}

void
notify(const char *fmt, ...)
{
	char text[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n < sizeof(text))
		message_send(text, (size_t)n, -1);
}

void
notify_keep(const char *name, int fd)
{
	char text[128];

	snprintf(text, sizeof(text), "FDSTORE=1\nFDPOLL=0\nFDNAME=%s", name);
	message_send(text, strlen(text), fd);
}

void
notify_let_go(const char *name)
{
	notify("FDSTOREREMOVE=1\nFDNAME=%s", name);
}

int64_t
notify_watchdog_ms(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID"),
	    *bad;
	long long n;

	if (usec == NULL)
		return 0;
	if (pid != NULL && (strtonum(pid, 1, INT32_MAX, &bad) != getpid() || bad))
		return 0;
	n = strtonum(usec, 1, INT64_MAX, &bad);
	return bad != NULL ? 0 : n / 2000;
}
