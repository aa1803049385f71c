/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "process/ev.h"
#include "t.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* Two ends of a connection, each with its place in the loop. */
struct end {
	struct ev_io	 io;
	struct ev	*ev;
	struct end	*drop;		/* delete this one when called */
	bool		 again;		/* mark itself when called */
	unsigned int	 seen;
	int		 calls;
};

static struct end a, b;
static struct ev *ev;

static void
ready(void *arg, unsigned int events)
{
	struct end *e = arg;

	e->seen = events;
	e->calls++;
	if (e->drop != NULL)
		ev_del(e->ev, &e->drop->io);
	if (e->again)
		ev_again(e->ev, &e->io);
}

static void
begin(void)
{
	int fd[2];

	ev = ev_new();
	t_ok(ev != NULL);
	t_int(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	memset(&a, 0, sizeof(a));
	memset(&b, 0, sizeof(b));
	a.io.fd = fd[0];
	b.io.fd = fd[1];
	a.io.ready = b.io.ready = ready;
	a.io.arg = &a;
	b.io.arg = &b;
	a.ev = b.ev = ev;
}

static void
end(void)
{
	ev_del(ev, &a.io);
	ev_del(ev, &b.io);
	if (a.io.fd != -1)
		close(a.io.fd);
	close(b.io.fd);
	ev_free(ev);
}

static void
tells_what_is_wanted(void)
{
	begin();
	t_int(ev_set(ev, &a.io, EV_READ), 0);
	t_int(ev_wait(ev, 0), 0);
	t_int(a.calls, 0);
	t_int(write(b.io.fd, "x", 1), 1);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(a.seen, EV_READ);
	t_int(ev_set(ev, &a.io, EV_READ | EV_WRITE), 0);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(a.seen, EV_READ | EV_WRITE);
	t_int(ev_set(ev, &a.io, 0), 0);
	a.calls = 0;
	t_int(ev_wait(ev, 0), 0);
	t_int(a.calls, 0);
	end();
}

static void
always_tells_of_a_hangup(void)
{
	begin();
	t_int(ev_set(ev, &b.io, 0), 0);
	close(a.io.fd);
	a.io.fd = -1;
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_ok(b.seen & EV_HANGUP);
	end();
}

static void
the_deleted_are_not_called(void)
{
	begin();
	a.drop = &b;
	b.drop = &a;
	t_int(ev_set(ev, &a.io, EV_WRITE), 0);
	t_int(ev_set(ev, &b.io, EV_WRITE), 0);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(a.calls + b.calls, 1);
	t_ok(a.io.added != b.io.added);
	end();
}

static void
may_be_deleted_when_never_added_and_added_again(void)
{
	begin();
	ev_del(ev, &a.io);
	t_int(ev_set(ev, &a.io, EV_WRITE), 0);
	ev_del(ev, &a.io);
	ev_del(ev, &a.io);
	t_int(ev_set(ev, &a.io, EV_WRITE), 0);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(a.calls, 1);
	end();
}

static void
wakes_in_time(void)
{
	int64_t start = clock_us();

	begin();
	t_int(ev_wait(ev, start + 2500), 0);
	t_ok(clock_us() - start >= 2500);
	start = clock_us();
	t_int(ev_wait(ev, start - 1000000), 0);
	t_int(ev_wait(ev, 0), 0);
	t_ok(clock_us() - start < 1000000);
	end();
}

static volatile sig_atomic_t alarmed;

static void
on_alarm(int sig)
{
	(void)sig;
	alarmed = 1;
}

static void
a_signal_only_wakes(void)
{
	struct sigaction act = { .sa_handler = on_alarm };
	struct itimerval soon = { .it_value.tv_usec = 1000 };

	begin();
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	t_int(ev_wait(ev, clock_us() + 60000000), 0);
	t_int(alarmed, 1);
	end();
	ev_free(NULL);
}

static void
says_when_a_descriptor_cannot_be_watched(void)
{
	begin();
	close(a.io.fd);
	t_int(ev_set(ev, &a.io, EV_READ), -1);
	t_ok(!a.io.added);
	a.io.fd = -1;
	end();
}

/* Who was marked is called once in the next turn, which does not wait; one that marks itself is called once a turn. */
static void
who_was_marked_is_called_again(void)
{
	begin();
	ev_again(ev, &a.io);		/* was never added */
	ev_again(ev, &a.io);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(a.calls, 1);
	t_int(a.seen, EV_READ);
	t_int(ev_wait(ev, 0), 0);
	t_int(a.calls, 1);
	a.again = true;
	ev_again(ev, &a.io);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(a.calls, 3);
	t_int(ev_set(ev, &b.io, EV_WRITE), 0);	/* others have their turn meanwhile */
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(b.calls, 1);
	ev_del(ev, &a.io);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(a.calls, 4);
	a.again = false;
	b.calls = 0;
	a.drop = &b;			/* each deletes the other: one of them is called */
	b.drop = &a;
	ev_del(ev, &b.io);
	ev_again(ev, &b.io);
	ev_again(ev, &a.io);
	t_int(ev_wait(ev, INT64_MAX), 0);
	t_int(a.calls + b.calls, 5);
	end();
}

T_MAIN(
	{ "who_was_marked_is_called_again", who_was_marked_is_called_again },
	{ "tells_what_is_wanted", tells_what_is_wanted },
	{ "always_tells_of_a_hangup", always_tells_of_a_hangup },
	{ "the_deleted_are_not_called", the_deleted_are_not_called },
	{ "may_be_deleted_when_never_added_and_added_again",
	    may_be_deleted_when_never_added_and_added_again },
	{ "wakes_in_time", wakes_in_time },
	{ "a_signal_only_wakes", a_signal_only_wakes },
	{ "says_when_a_descriptor_cannot_be_watched",
	    says_when_a_descriptor_cannot_be_watched },
)
