/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-web/waiting.h"
#include "t.h"

#include <sys/wait.h>

#include <signal.h>
#include <unistd.h>

/* A process that has taken one of the first places, and keeps it. *place: which. */
static pid_t
holder(const struct waiting *w, int places, int *place)
{
	int p[2];
	pid_t pid;

	t_int(pipe(p), 0);
	if ((pid = fork()) == 0) {
		*place = waiting_begin(w, places);
		if (write(p[1], place, sizeof(*place)) == -1)
			_exit(1);
		pause();
	}
	t_int(read(p[0], place, sizeof(*place)), (ssize_t)sizeof(*place));
	close(p[0]);
	close(p[1]);
	return pid;
}

static void
some_workers_never_wait(void)
{
	struct waiting w = { .fd = -1 };

	t_int(waiting_places(1), 0);
	t_int(waiting_places(2), 1);
	t_int(waiting_places(4), 3);
	t_int(waiting_places(12), 10);
	t_int(waiting_for_events(&w), 0);
	w.places = 1;
	t_int(waiting_for_events(&w), 0);
	w.places = 3;
	t_int(waiting_for_events(&w), 2);
	w.places = 10;
	t_int(waiting_for_events(&w), 7);
	w.places = 0;
	t_int(waiting_begin(&w, 0), -1);	/* a CGI program has none */
	waiting_end(&w, -1);
}

/* Events leave a place for what changes something; a process that dies leaves its own. */
static void
a_place_is_of_one_process(void)
{
	struct waiting w;
	pid_t pid[3];
	int place, i;

	t_int(waiting_init(&w, 3), 0);
	pid[0] = holder(&w, 2, &place);
	t_int(place, 1);
	pid[1] = holder(&w, 2, &place);
	t_int(place, 0);
	t_int(waiting_begin(&w, 2), -1);
	pid[2] = holder(&w, 3, &place);
	t_int(place, 2);
	t_int(waiting_begin(&w, 3), -1);
	for (i = 0; i < 3; i++) {
		kill(pid[i], SIGKILL);
		waitpid(pid[i], NULL, 0);
	}
	t_int(waiting_begin(&w, 2), 1);
	waiting_end(&w, 1);
	pid[0] = holder(&w, 2, &place);
	t_int(place, 1);
	kill(pid[0], SIGKILL);
	waitpid(pid[0], NULL, 0);
	close(w.fd);
}

T_MAIN(
	{ "some_workers_never_wait", some_workers_never_wait },
	{ "a_place_is_of_one_process", a_place_is_of_one_process },
)
