/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "process/ctl.h"
#include "t.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define REQUESTS	400

static struct ev *ev;
static int answers;

static char *
answer(void *arg, const char *line)
{
	(void)arg;
	answers++;
	return strdup(line);
}

static int
dial(const char *path)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	t_int(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	t_int(ev_wait(ev, INT64_MAX), 0);	/* accepted */
	return fd;
}

/* A client that sends many requests at once gets one answer a turn, and then all of them without another byte. */
static void
one_request_of_a_client_a_turn(void)
{
	char dir[] = "/tmp/ctl-XXXXXX", path[64], many[2 * REQUESTS], got[2 * REQUESTS + 1];
	int64_t limit = clock_us() + 10000000;
	struct ctl *ctl;
	int a, b, i, before;
	ssize_t n, have = 0;

	for (i = 0; i < REQUESTS; i++)
		memcpy(many + 2 * i, "m\n", 2);
	t_ok(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/s", dir);
	ev = ev_new();
	t_ok((ctl = ctl_listen(ev, path, answer, NULL)) != NULL);
	a = dial(path);
	b = dial(path);
	t_int(write(a, many, sizeof(many)), sizeof(many));
	t_int(write(b, "b\n", 2), 2);
	for (i = 0; i < 10; i++) {
		before = answers;
		t_int(ev_wait(ev, INT64_MAX), 0);
		t_ok(answers - before <= 2);
	}
	t_int(read(b, got, sizeof(got)), 2);
	while (have < (ssize_t)sizeof(many) && clock_us() < limit) {
		t_int(ev_wait(ev, clock_us() + 1000), 0);
		if ((n = read(a, got + have, sizeof(got) - (size_t)have)) > 0)
			have += n;
	}
	t_int(have, sizeof(many));
	t_mem(got, many, sizeof(many));
	close(a);
	close(b);
	ctl_close(ctl);
	ev_free(ev);
	rmdir(dir);
}

T_MAIN({ "one_request_of_a_client_a_turn", one_request_of_a_client_a_turn })
