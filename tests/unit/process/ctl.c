/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "process/ctl.h"
#include "t.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char dir[] = "/tmp/ctl-XXXXXX", path[64];
static struct ev *ev;
static struct ctl *ctl;
static bool large;

/* Echoes, a long line by its length; "none" gets no answer. */
static char *
answer(void *arg, const char *line)
{
	char *text;

	t_ok(arg == &ev);
	if (strcmp(line, "none") == 0)
		return NULL;
	if (large) {
		if ((text = malloc(200001)) != NULL) {
			memset(text, 'x', 200000);
			text[200000] = '\0';
		}
		return text;
	}
	if (strlen(line) > 1000)
		return asprintf(&text, "%zu", strlen(line)) == -1 ? NULL : text;
	return asprintf(&text, "<%s>", line) == -1 ? NULL : text;
}

static void
begin(void)
{
	if (path[0] == '\0') {
		t_ok(mkdtemp(dir) != NULL);
		snprintf(path, sizeof(path), "%s/s", dir);
	}
	ev = ev_new();
	ctl = ctl_listen(ev, path, answer, &ev);
	t_ok(ctl != NULL);
}

static void
end(void)
{
	ctl_close(ctl);
	ev_free(ev);
	t_int(access(path, F_OK), -1);
}

static int
dial(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	t_int(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	return fd;
}

/* Runs the loop until n bytes came or the other end hung up; what came, in static memory. */
static const char *
hear(int fd, size_t n)
{
	static char got[300000];
	int64_t limit = clock_us() + 10000000;
	size_t have = 0;
	ssize_t r = -1;

	while (have < n && r != 0 && clock_us() < limit) {
		t_int(ev_wait(ev, clock_us() + 1000), 0);
		r = read(fd, got + have, sizeof(got) - 1 - have);
		if (r > 0)
			have += (size_t)r;
		else if (r == -1 && errno != EAGAIN)
			r = 0;
	}
	got[have] = '\0';
	return got;
}

static void
say(int fd, const char *s)
{
	t_int(send(fd, s, strlen(s), MSG_NOSIGNAL), strlen(s));
}

static void
answers_each_line(void)
{
	int a, b;

	begin();
	a = dial();
	b = dial();
	say(a, "one\ntw");
	t_str(hear(a, 6), "<one>\n");
	say(b, "b\n\n");
	t_str(hear(b, 7), "<b>\n<>\n");
	say(a, "o\nthree\n");
	t_str(hear(a, 14), "<two>\n<three>\n");
	close(a);
	close(b);
	end();
}

static void
hangs_up_when_there_is_no_answer(void)
{
	int fd;

	begin();
	fd = dial();
	say(fd, "none\n");
	t_str(hear(fd, 1), "");
	close(fd);
	end();
}

/* All of it, while the loop runs; false: the other end hung up. */
static bool
say_long(int fd, const char *p, size_t n)
{
	int64_t limit = clock_us() + 10000000;
	ssize_t r;

	while (n > 0 && clock_us() < limit) {
		r = send(fd, p, n, MSG_NOSIGNAL);
		if (r == -1 && errno != EAGAIN)
			return false;
		p += r > 0 ? r : 0;
		n -= r > 0 ? (size_t)r : 0;
		t_int(ev_wait(ev, clock_us() + 1000), 0);
	}
	return t_int(n, 0);
}

/*
 * ASan calls before each free(3): no block that held the request is freed with a word of it in it, and
 * none of that size stays.
 */
static size_t canaries, held;

__attribute__((weak)) int __sanitizer_install_malloc_and_free_hooks(
	    void (*)(const volatile void *, size_t), void (*)(const volatile void *));

static void
on_malloc(const volatile void *p, size_t n)
{
	(void)p;
	held += n > 65536;
}

static void
on_free(const volatile void *p)
{
	const uint8_t *b = (const uint8_t *)(uintptr_t)p;
	size_t n = b != NULL ? malloc_usable_size((void *)(uintptr_t)p) : 0;

	held -= n > 65536 && held > 0;
	canaries += n > 300 && memmem(b, n, "CANARY", 6) != NULL;
}

static void
takes_lines_up_to_the_limit_and_leaves_nothing_of_them(void)
{
	static char line[CTL_LINE_MAX + 1];
	static bool hooked;
	size_t i;
	int fd;

	begin();
	fd = dial();
	for (i = 0; i < CTL_LINE_MAX; i++)
		line[i] = "CANARY"[i % 6];
	line[CTL_LINE_MAX - 1] = '\n';
	if (!hooked && __sanitizer_install_malloc_and_free_hooks != NULL)
		t_ok(__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free) > 0);
	hooked = true;
	canaries = held = 0;
	t_ok(say_long(fd, line, CTL_LINE_MAX));
	t_str(hear(fd, 8), "1052671\n");
	t_int(held, 0);			/* the client is still there */
	t_ok(say_long(fd, line, CTL_LINE_MAX / 2));
	close(fd);
	while (held > 0)
		t_int(ev_wait(ev, clock_us() + 1000), 0);
	t_int(canaries, 0);
	end();
}

static void
hangs_up_on_a_line_without_end(void)
{
	static char line[2 * CTL_LINE_MAX];
	int fd;

	begin();
	fd = dial();
	memset(line, 'x', sizeof(line));
	t_ok(!say_long(fd, line, sizeof(line)));
	t_str(hear(fd, 1), "");
	close(fd);
	end();
}

static void
long_answers_wait_for_the_reader(void)
{
	int fd, small = 4096;

	begin();
	fd = dial();
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	large = true;
	say(fd, "x\n");
	t_int(strlen(hear(fd, 200001)), 200001);
	large = false;
	close(fd);
	end();
}

static void
a_reader_that_never_reads_is_dropped(void)
{
	int fd, i;

	begin();
	fd = dial();
	large = true;
	for (i = 0; i < 10; i++)
		send(fd, "x\n", 2, MSG_NOSIGNAL);
	for (i = 0; i < 10; i++)
		t_int(ev_wait(ev, clock_us() + 1000), 0);
	large = false;
	t_ok(strlen(hear(fd, 10 * 200001)) < 10 * 200001);
	close(fd);
	fd = dial();
	say(fd, "y\n");
	t_str(hear(fd, 4), "<y>\n");
	close(fd);
	end();
}

static void
only_its_owner_may_connect(void)
{
	struct stat st;

	begin();
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 0777, 0600);
	end();
}

static void
one_listens_at_a_path(void)
{
	begin();
	t_ok(ctl_listen(ev, path, answer, &ev) == NULL);
	t_int(errno, EADDRINUSE);
	t_int(access(path, F_OK), 0);
	end();
}

static void
a_dead_socket_is_replaced(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	t_int(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	close(fd);
	begin();
	end();
}

static void
a_file_that_is_no_socket_is_kept(void)
{
	FILE *f = fopen(path, "w");

	fclose(f);
	ev = ev_new();
	t_ok(ctl_listen(ev, path, answer, &ev) == NULL);
	t_int(errno, EEXIST);
	t_int(access(path, F_OK), 0);
	unlink(path);
	ev_free(ev);
}

static void
a_socket_that_was_passed_is_served_and_its_file_kept(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), c;

	strlcpy(sun.sun_path, path, sizeof(sun.sun_path));
	t_int(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	t_int(listen(fd, 1), 0);
	ev = ev_new();
	t_ok((ctl = ctl_serve(ev, fd, answer, &ev)) != NULL);
	c = dial();
	say(c, "one\n");
	t_str(hear(c, 6), "<one>\n");
	close(c);
	ctl_close(ctl);
	t_int(fcntl(fd, F_GETFD), -1);
	ev_free(ev);
	t_int(access(path, F_OK), 0);
	unlink(path);
}

/* How often the loop turns in 300 ms when there is nothing to be done. */
static int
turns(void)
{
	int64_t end_us = clock_us() + 300000;
	int n;

	for (n = 0; clock_us() < end_us; n++)
		t_int(ev_wait(ev, end_us), 0);
	return n;
}

/* Takes every descriptor there is; returns how many. */
static int
take_all(int fd[], int max)
{
	struct rlimit r = { .rlim_cur = 64, .rlim_max = 0 };
	struct rlimit was;
	int n = 0;

	getrlimit(RLIMIT_NOFILE, &was);
	r.rlim_max = was.rlim_max;
	t_int(setrlimit(RLIMIT_NOFILE, &r), 0);
	while (n < max && (fd[n] = dup(STDERR_FILENO)) != -1)
		n++;
	t_int(errno, EMFILE);
	return n;
}

static void
out_of_descriptors_it_answers_one_and_does_not_spin(void)
{
	int fd[64], a, b, c, n, i;

	begin();
	a = dial();
	b = dial();
	c = dial();
	n = take_all(fd, 64);
	say(a, "a\n");
	say(b, "b\n");
	t_str(hear(a, 4), "<a>\n");	/* by the descriptor that was kept for this */
	t_ok(turns() < 20);		/* b waits */
	close(a);
	t_str(hear(b, 4), "<b>\n");	/* and comes next */
	say(c, "c\n");
	t_ok(turns() < 20);
	for (i = 0; i < n; i++)
		close(fd[i]);
	t_str(hear(c, 4), "<c>\n");
	close(b);
	close(c);
	end();
}

static void
says_what_is_wrong_with_a_path(void)
{
	char long_path[200];

	ev = ev_new();
	memset(long_path, 'x', sizeof(long_path));
	long_path[sizeof(long_path) - 1] = '\0';
	t_ok(ctl_listen(ev, long_path, answer, &ev) == NULL);
	t_int(errno, ENAMETOOLONG);
	t_ok(ctl_listen(ev, "/nonexistent/s", answer, &ev) == NULL);
	t_int(errno, ENOENT);
	t_ok(ctl_ask(long_path, "x") == NULL);
	t_int(errno, ENAMETOOLONG);
	t_ok(ctl_ask("/nonexistent/s", "x") == NULL);
	t_int(errno, ENOENT);
	ctl_close(NULL);
	ev_free(ev);
}

/* -- the client -- */

static char *asked;
static int asked_errno;

static void *
ask(void *line)
{
	asked = ctl_ask(path, line);
	asked_errno = errno;
	return NULL;
}

/* Asks in a thread while the loop runs here. */
static void
ask_and_run(const char *line)
{
	char copy[16];
	pthread_t t;

	strlcpy(copy, line, sizeof(copy));
	t_int(pthread_create(&t, NULL, ask, copy), 0);
	while (pthread_tryjoin_np(t, NULL) != 0)
		t_int(ev_wait(ev, clock_us() + 1000), 0);
}

static void
asks(void)
{
	begin();
	ask_and_run("hello");
	t_str(asked, "<hello>");
	free(asked);
	large = true;
	ask_and_run("x");
	t_ok(asked != NULL && strlen(asked) == 200000);
	free(asked);
	large = false;
	ask_and_run("none");
	t_ok(asked == NULL);
	t_int(asked_errno, ECONNRESET);
	end();
}

/* Clients that sit idle on all places do not lock an operator out. */
static void
the_oldest_client_makes_room(void)
{
	int fd[8], i;

	begin();
	for (i = 0; i < 8; i++) {
		fd[i] = dial();
		say(fd[i], "x\n");
		t_str(hear(fd[i], 4), "<x>\n");
	}
	ask_and_run("y");
	t_str(asked, "<y>");
	free(asked);
	say(fd[1], "z\n");
	t_str(hear(fd[1], 4), "<z>\n");
	t_str(hear(fd[0], 4), "");
	for (i = 0; i < 8; i++)
		close(fd[i]);
	end();
	rmdir(dir);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(answers_each_line),
	T(hangs_up_when_there_is_no_answer),
	T(takes_lines_up_to_the_limit_and_leaves_nothing_of_them),
	T(hangs_up_on_a_line_without_end),
	T(long_answers_wait_for_the_reader),
	T(a_reader_that_never_reads_is_dropped),
	T(only_its_owner_may_connect),
	T(one_listens_at_a_path),
	T(a_dead_socket_is_replaced),
	T(a_file_that_is_no_socket_is_kept),
	T(a_socket_that_was_passed_is_served_and_its_file_kept),
	T(out_of_descriptors_it_answers_one_and_does_not_spin),
	T(says_what_is_wrong_with_a_path),
	T(asks),
	T(the_oldest_client_makes_room),
)
