/* SPDX-License-Identifier: ISC */
/* RFC 8305, on a clock of the test's own. Nobody answers where a full backlog drops what comes. */
#include "base/base.h"
#include "base/clock.h"
#include "net/race.h"
#include "t.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static struct race race;
static struct race_list list;
static int64_t now;
static int prepared, won;
static const char *unwanted;	/* what prepare() says */

static int
prepare(void *arg, int fd, const struct sockaddr *to, const char **reason)
{
	t_ok(arg == &race && fd != -1 && to->sa_family == AF_INET);
	prepared++;
	*reason = unwanted;
	return unwanted != NULL ? -1 : 0;
}

/* A server of this host at the end of the list; backlog -1: nobody listens. */
static int
server(int backlog)
{
	struct sockaddr_in *in = &list.address[list.n++].in;
	socklen_t len = sizeof(*in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*in = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	t_int(bind(fd, (struct sockaddr *)in, sizeof(*in)), 0);
	getsockname(fd, (struct sockaddr *)in, &len);
	if (backlog >= 0)
		t_int(listen(fd, backlog), 0);
	return fd;
}

/* Fills the backlog of the newest server: it answers nobody from now on. */
static void
fill(int fds[4])
{
	int i;

	for (i = 0; i < 4; i++) {
		fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		connect(fds[i], &list.address[list.n - 1].any, sizeof(struct sockaddr_in));
	}
}

static void
begin(void)
{
	prepared = 0;
	won = -1;
	now = 1000;
	unwanted = NULL;
	list.n = 0;
}

static enum race_state
step(void)
{
	struct pollfd p = { .fd = race.epfd, .events = POLLIN };
	enum race_state s = race_step(&race, now, &won);

	if (s == RACE_RUNS && poll(&p, 1, 100) == 1)
		s = race_step(&race, now, &won);
	return s;
}

static bool
reached(int server)
{
	struct sockaddr_in a, b;
	socklen_t len = sizeof(a);

	getpeername(won, (struct sockaddr *)&a, &len);
	getsockname(server, (struct sockaddr *)&b, &len);
	return a.sin_port == b.sin_port;
}

static void
the_first_that_answers_wins(void)
{
	int silent, good, full[4], i;

	begin();
	silent = server(0);
	fill(full);
	good = server(1);
	t_int(race_start(&race, &list, prepare, &race, now), 0);
	t_int(step(), RACE_RUNS);
	t_int(prepared, 1);
	t_int(race.wake, now + 250);
	now += 249;
	t_int(step(), RACE_RUNS);
	t_int(prepared, 1);
	now += 1;
	t_int(step(), RACE_WON);
	t_int(prepared, 2);
	t_ok(reached(good));
	t_int(race.epfd, -1);
	close(won);
	for (i = 0; i < 4; i++)
		close(full[i]);
	close(silent);
	close(good);
}

static void
one_that_refuses_is_not_waited_for(void)
{
	int nobody, good;

	begin();
	nobody = server(-1);
	good = server(1);
	t_int(race_start(&race, &list, prepare, &race, now), 0);
	t_int(step(), RACE_WON);
	t_ok(reached(good));
	close(won);
	close(nobody);
	close(good);
}

static void
none_is_left(void)
{
	int nobody;

	begin();
	nobody = server(-1);
	t_int(race_start(&race, &list, prepare, &race, now), 0);
	t_int(step(), RACE_LOST);
	t_str(race.reason, strerror(ECONNREFUSED));
	close(nobody);
	unwanted = "is not wanted";
	t_int(race_start(&race, &list, prepare, &race, now), 0);
	t_int(step(), RACE_LOST);
	t_str(race.reason, "is not wanted");
	list.n = 0;
	t_int(race_start(&race, &list, prepare, &race, now), 0);
	t_int(step(), RACE_LOST);
	t_str(race.reason, "no address answered");
}

static void
the_last_one_has_five_seconds(void)
{
	int silent, full[4], i;

	begin();
	silent = server(0);
	fill(full);
	t_int(race_start(&race, &list, prepare, &race, now), 0);
	t_int(step(), RACE_RUNS);
	now += 5000;
	t_int(step(), RACE_RUNS);
	now += 1;
	t_int(step(), RACE_LOST);
	t_str(race.reason, strerror(ETIMEDOUT));
	race_end(&race);
	for (i = 0; i < 4; i++)
		close(full[i]);
	close(silent);
}

/* "As the lookup sorts them, but the families take turns." */
static void
families_take_turns(void)
{
	struct addrinfo six[3], four[2], local = { .ai_family = AF_UNIX };
	struct sockaddr_in6 a6[3] = { 0 };
	struct sockaddr_in a4[2] = { 0 };
	static const int want[] = { 60, 40, 61, 41, 62 };
	int i;

	for (i = 0; i < 3; i++) {
		a6[i].sin6_family = AF_INET6;
		a6[i].sin6_port = htons((uint16_t)(60 + i));
		six[i] = (struct addrinfo){ .ai_family = AF_INET6, .ai_addr = (struct sockaddr *)&a6[i], .ai_next = i < 2 ? &six[i + 1] :
		    &local };
	}
	for (i = 0; i < 2; i++) {
		a4[i].sin_family = AF_INET;
		a4[i].sin_port = htons((uint16_t)(40 + i));
		four[i] = (struct addrinfo){ .ai_family = AF_INET, .ai_addr = (struct sockaddr *)&a4[i], .ai_next = i < 1 ? &four[1] : NULL };
	}
	local.ai_next = four;
	race_list_make(&list, six);
	t_int(list.n, 5);
	for (i = 0; i < 5; i++)
		t_int(ntohs(i % 2 == 0 ? list.address[i].in6.sin6_port : list.address[i].in.sin_port), want[i]);
	race_list_make(&list, four);
	t_int(list.n, 2);
	race_list_make(&list, NULL);
	t_int(list.n, 0);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(the_first_that_answers_wins),
	T(one_that_refuses_is_not_waited_for),
	T(none_is_left),
	T(the_last_one_has_five_seconds),
	T(families_take_turns),
)
