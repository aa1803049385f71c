/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/paths.h"
#include "lsctl-top/layout.h"
#include "lsctl-top/screen.h"
#include "lsctl-top/text.h"
#include "lsctl-top/top.h"
#include "lsctl-top/top_keys.h"
#include "process/file.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define EVERY_MS	2000
#define EVENTS_MS	10000
#define WIDE		60	/* cells from which the bottom line names the keys in words */

static const char help[] =
    "j k and arrows: select, or scroll\n"
    "Enter: details of the channel\n"
    "p: pin: choose a source, then a time\n"
    "a: auto: the best source is on the air\n"
    "o: off: type the name to confirm\n"
    "/: filter by name, state or problem; Esc ends it\n"
    "?: this help\n"
    "q, Esc: back; on the first page q quits\n"
    "!! critical, ! warning, > selected. What is wrong stands first.\n"
    "p, a and o run lsctl-switch, as you would on the command line.";

static volatile sig_atomic_t stop_signal;

static void
on_stop(int sig)
{
	stop_signal = sig;
}

/* Signals that end the program, only while it waits; what is done of them is in the loop. */
static void
signals_set(sigset_t *waiting)
{
	static const int ending[] = { SIGTERM, SIGINT, SIGHUP };
	struct sigaction sa = { .sa_handler = on_stop };
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	for (i = 0; i < nitems(ending); i++) {
		sigaddset(&blocked, ending[i]);
		sigaction(ending[i], &sa, NULL);
	}
	sigprocmask(SIG_BLOCK, &blocked, waiting);
	for (i = 0; i < nitems(ending); i++)
		sigdelset(waiting, ending[i]);
}

/* -- what is shown -- */

static void
page_make(struct top *t, struct layout *l)
{
	const char *entries[TOP_SOURCES];
	char title[160];
	size_t i;

	switch (t->page) {
	case TOP_WALL:
		layout_wall(l, &t->wall, t->selected, t->filter);
		break;
	case TOP_CHANNEL:
		layout_channel(l, wall_find(&t->wall, t->selected), t->selected, t->events_text);
		break;
	case TOP_SOURCE:
		for (i = 0; i < t->sources; i++)
			entries[i] = t->source[i];
		snprintf(title, sizeof(title), "Pin %s to", t->selected);
		layout_list(l, title, entries, t->sources, t->entry);
		break;
	case TOP_TIME:
		snprintf(title, sizeof(title), "Pin %s to %s for", t->selected, t->pin);
		layout_list(l, title, top_time_texts, top_times, t->entry);
		break;
	case TOP_HELP:
		layout_text(l, LAYOUT_TITLE, "lsctl-top: keys", 0);
		layout_lines(l, help, 0);
		break;
	}
}

/* The lines of the selected channel are shown, if there is room for them. */
static void
scroll(struct top *t, const struct layout *l)
{
	size_t rows = t->height > 2 ? (size_t)t->height - 2 : 1, below = l->n > 0 ? l->n - 1 : 0, first = 0, end = 0, i;

	if (t->page != TOP_WALL) {
		if (t->from + rows > below)
			t->from = below > rows ? below - rows : 0;
		return;
	}
	for (i = 0; i < below; i++)
		if (l->line[i + 1].of_selected) {
			first = end == 0 ? i : first;
			end = i + 1;
		}
	if (end <= rows)
		t->from = 0;	/* problems of hosts stand before the channels */
	else if (end > t->from + rows)
		t->from = end - rows;
	if (first < t->from)
		t->from = first;
}

static const char *
bottom_line(const struct top *t, int width, char line[1024])
{
	bool back = t->page != TOP_WALL;
	char filter[TOP_NAME + 16] = "";

	if (t->input == TOP_FILTER)
		snprintf(line, 1024, "/%s", t->filter);
	else if (t->input == TOP_OFF)
		snprintf(line, 1024, "Type %s to take it off the air: %s", t->selected, t->typed);
	else if (t->message[0] != '\0')
		strlcpy(line, t->message, 1024);
	else if (t->trouble[0] != '\0')
		strlcpy(line, t->trouble, 1024);
	else {
		if (t->filter[0] != '\0' && t->page == TOP_WALL)
			snprintf(filter, sizeof(filter), "filter: %s  ", t->filter);
		snprintf(line, 1024, "%s%s", filter, t->page == TOP_SOURCE || t->page == TOP_TIME ?
		    (width < WIDE ? "Enter, Esc" : "j k or a number, Enter: choose  Esc: back") :
		    width < WIDE ? (back ? "p pin a auto o off ? help q back" : "Enter p a o /  ? help  q quit") :
		    back ? "p pin  a auto  o off  ? help  q back" :
		    "Enter details  p pin  a auto  o off  / filter  ? help  q quit");
	}
	return line;
}

static void
draw(struct top *t)
{
	struct layout l = { .utf8 = screen_is_utf8(), .now_ms = (int64_t)time(NULL) * 1000 };
	char line[1024], plain[1024];

	screen_size(&l.width, &t->height);
	if (l.width < 1)
		l.width = 1;
	top_select(t);
	page_make(t, &l);
	scroll(t, &l);
	screen_draw(&l, t->from, text_plain(plain, sizeof(plain), bottom_line(t, l.width, line), l.utf8),
	    t->input != TOP_NO_INPUT);
	layout_clear(&l);
}

/* -- what runs -- */

static void
wall_take(struct top *t, const char *from, const char *text, size_t len)
{
	struct error err;

	t->trouble[0] = '\0';
	if (wall_read(&t->wall, text, len, &err) == -1)
		snprintf(t->trouble, sizeof(t->trouble), "%.200s: %.300s", from, err.text);
}

static void
last_pass_read(struct top *t)
{
	char path[4096], *text;

	path_state(path, sizeof(path), "www/status.json", NULL);
	if ((text = file_text(path, TASK_MAX)) == NULL)
		snprintf(t->trouble, sizeof(t->trouble), "%.400s: %s", path, file_strerror(errno));
	else
		wall_take(t, path, text, strlen(text));
	free(text);
}

static void
tasks_start(struct top *t, int64_t now)
{
	const char *const json[] = { "--json", NULL }, *const events[] = { "--limit", "20", t->selected, NULL };

	if (now >= t->next_ms && !t->health.runs) {
		t->next_ms = now + EVERY_MS;
		if (t->last_pass)
			last_pass_read(t);
		else if (task_start(&t->health, "lsctl-health", json) == -1)
			strlcpy(t->trouble, t->health.line, sizeof(t->trouble));
	}
	if (t->page == TOP_CHANNEL && now >= t->next_events_ms && !t->events.runs) {
		t->next_events_ms = now + EVENTS_MS;
		strlcpy(t->events_of, t->selected, sizeof(t->events_of));
		if (task_start(&t->events, "lsctl-events", events) == -1)
			strlcpy(t->message, t->events.line, sizeof(t->message));
	}
}

/* The last line that was printed, without its end. */
static char *
last_line(const struct task *k, char *line, size_t size)
{
	const char *text = (const char *)buf_head(&k->out), *start;
	size_t n = buf_len(&k->out);

	while (n > 0 && text[n - 1] == '\n')
		n--;
	start = n > 0 ? memrchr(text, '\n', n) : NULL;
	start = start != NULL ? start + 1 : text;
	snprintf(line, size, "%.*s", n > 0 ? (int)(text + n - start) : 0, n > 0 ? start : "");
	return line;
}

static void
health_ended(struct top *t)
{
	const struct task *k = &t->health;

	if (buf_len(&k->out) > 0 && k->status != -1)
		wall_take(t, "lsctl-health", (const char *)buf_head(&k->out), buf_len(&k->out));
	else
		snprintf(t->trouble, sizeof(t->trouble), "lsctl-health: %.400s", k->line[0] != '\0' ? k->line : "printed nothing");
}

static void
events_ended(struct top *t)
{
	const struct task *k = &t->events;

	if (strcmp(t->events_of, t->selected) != 0) {
		t->next_events_ms = 0;	/* another channel was selected meanwhile */
		return;
	}
	free(t->events_text);
	if (k->status == 0)
		t->events_text = strndup(buf_len(&k->out) > 0 ? (const char *)buf_head(&k->out) : "", buf_len(&k->out));
	else
		t->events_text = strdup(k->line[0] != '\0' ? k->line : "lsctl-events failed");
}

static void
override_ended(struct top *t)
{
	const struct task *k = &t->override;
	char line[400];

	if (k->status == 0 && buf_len(&k->out) > 0)
		strlcpy(t->message, last_line(k, line, sizeof(line)), sizeof(t->message));
	else if (k->line[0] != '\0')
		snprintf(t->message, sizeof(t->message), "%s%.400s", k->status == 0 ? "" : "failed: ", k->line);
	else if (k->status == 0)
		strlcpy(t->message, "done", sizeof(t->message));
	else
		snprintf(t->message, sizeof(t->message), "failed: exit status %d", k->status);
	t->next_ms = t->next_events_ms = 0;	/* show what it did */
}

static void
task_poll(struct top *t, struct task *k, const struct pollfd *p, void (*ended)(struct top *))
{
	if (k->runs && p->revents != 0 && task_read(k)) {
		ended(t);
		buf_free(&k->out);
	}
}

/* -- the loop -- */

static void
wait_for_something(struct top *t, const sigset_t *waiting)
{
	int64_t left = t->next_ms - clock_ms();
	struct timespec until = { 1, 0 };	/* "since" goes on */
	struct pollfd p[4] = {
		{ STDIN_FILENO, POLLIN, 0 }, { t->health.runs ? t->health.child.out : -1, POLLIN, 0 },
		{ t->events.runs ? t->events.child.out : -1, POLLIN, 0 },
		{ t->override.runs ? t->override.child.out : -1, POLLIN, 0 }
	};

	if (left < 1000 && !t->health.runs)
		until = (struct timespec){ 0, left > 0 ? left * 1000000 : 0 };
	if (ppoll(p, nitems(p), &until, waiting) == -1)
		return;
	task_poll(t, &t->health, &p[1], health_ended);
	task_poll(t, &t->events, &p[2], events_ended);
	task_poll(t, &t->override, &p[3], override_ended);
	if ((p[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		t->quit = true;		/* the terminal is gone */
}

int
top_run(struct top *t)
{
	sigset_t waiting;
	int key;

	signals_set(&waiting);
	while (!t->quit && stop_signal == 0) {
		tasks_start(t, clock_ms());
		draw(t);
		wait_for_something(t, &waiting);
		while (!t->quit && (key = screen_key()) != SCREEN_NONE)
			top_key(t, key);
	}
	return stop_signal;
}

void
top_free(struct top *t)
{
	task_end(&t->health);
	task_end(&t->events);
	free(t->events_text);
	wall_free(&t->wall);
}
