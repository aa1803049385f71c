/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-top/screen.h"
#include "lsctl-top/top_keys.h"

const char *const top_time_texts[] = {
	"5 minutes", "15 minutes", "30 minutes", "1 hour", "2 hours", "6 hours", "until somebody changes it"
};
const char *const top_time_values[] = { "5m", "15m", "30m", "1h", "2h", "6h", NULL };
const size_t top_times = nitems(top_time_texts);

_Static_assert(nitems(top_time_texts) == nitems(top_time_values), "a text for each time");

/* -- selection -- */

/* The channel so many places from the selected one among those that are shown, or the nearest that there is. */
static void
move(struct top *t, long by)
{
	const json_t *one, *last = NULL;
	long at = -1, n = 0, to;
	size_t i;

	json_array_foreach(t->wall.channels, i, one)
		if (wall_matches(one, t->filter)) {
			if (strcmp(record_text(one, "channel"), t->selected) == 0)
				at = n;
			n++;
		}
	to = at + by < 0 || at == -1 ? 0 : at + by >= n ? n - 1 : at + by;
	n = 0;
	json_array_foreach(t->wall.channels, i, one)
		if (wall_matches(one, t->filter) && n++ <= to)
			last = one;
	strlcpy(t->selected, last != NULL ? record_text(last, "channel") : "", sizeof(t->selected));
}

void
top_select(struct top *t)
{
	const json_t *record = wall_find(&t->wall, t->selected);

	if (t->page == TOP_WALL && t->input != TOP_OFF && (record == NULL || !wall_matches(record, t->filter)))
		move(t, -(long)json_array_size(t->wall.channels));
}

static void
page_open(struct top *t, enum top_page page)
{
	t->before = t->page == TOP_CHANNEL ? TOP_CHANNEL : TOP_WALL;
	t->page = page;
	t->entry = 0;
	t->from = 0;
}

static void
page_back(struct top *t)
{
	t->page = t->page == TOP_CHANNEL ? TOP_WALL : t->page == TOP_TIME ? TOP_SOURCE : t->before;
	t->entry = 0;
	t->from = 0;
}

static void
channel_open(struct top *t)
{
	page_open(t, TOP_CHANNEL);
	free(t->events_text);
	t->events_text = NULL;
	t->next_events_ms = 0;
}

/* -- overrides -- */

static void
override_start(struct top *t, const char *to, const char *time)
{
	const char *const arguments[] = { t->selected, "--to", to, time != NULL ? "--for" : NULL, time, NULL };

	if (t->override.runs)
		strlcpy(t->message, "lsctl-switch still runs: wait for its answer", sizeof(t->message));
	else if (task_start(&t->override, "lsctl-switch", arguments) == -1)
		strlcpy(t->message, t->override.line, sizeof(t->message));
	else
		snprintf(t->message, sizeof(t->message), "lsctl-switch %s --to %s%s%s ...", t->selected, to,
		    time != NULL ? " --for " : "", time != NULL ? time : "");
}

static void
sources_open(struct top *t)
{
	const char *name;
	json_t *one;

	t->sources = 0;
	json_object_foreach(json_object_get(wall_find(&t->wall, t->selected), "sources"), name, one) {
		if (t->sources < TOP_SOURCES)
			strlcpy(t->source[t->sources++], name, TOP_NAME);
	}
	if (t->sources == 0)
		strlcpy(t->message, "the sources of this channel are not known now", sizeof(t->message));
	else
		page_open(t, TOP_SOURCE);
}

/* A key of the wall, and of a channel. False: it is none. */
static bool
override_key(struct top *t, int key)
{
	if (t->selected[0] == '\0' || (key != 'p' && key != 'a' && key != 'o'))
		return false;
	if (key == 'p')
		sources_open(t);
	else if (key == 'a')
		override_start(t, "auto", NULL);
	else {
		t->input = TOP_OFF;
		t->typed[0] = '\0';
	}
	return true;
}

/* -- lines that are typed -- */

static void
input_end(struct top *t, bool enter)
{
	enum top_input input = t->input;

	t->input = TOP_NO_INPUT;
	if (input == TOP_FILTER) {
		if (!enter)
			t->filter[0] = '\0';
	} else if (enter && strcmp(t->typed, t->selected) == 0)
		override_start(t, "off", NULL);
	else
		snprintf(t->message, sizeof(t->message), "%s stays as it is", t->selected);
}

static void
input_key(struct top *t, int key)
{
	char *text = t->input == TOP_FILTER ? t->filter : t->typed;
	size_t n = strlen(text);

	if (key == SCREEN_ENTER || key == SCREEN_BACK)
		input_end(t, key == SCREEN_ENTER);
	else if (key == SCREEN_ERASE && n > 0)
		text[n - 1] = '\0';
	else if (key >= ' ' && key < 0x7f && n + 1 < TOP_NAME) {
		text[n] = (char)key;
		text[n + 1] = '\0';
	}
}

/* -- pages -- */

static void
wall_key(struct top *t, int key)
{
	long page = t->height > 4 ? t->height - 3 : 1, all = (long)json_array_size(t->wall.channels);

	if (override_key(t, key))
		return;
	if (key == SCREEN_UP)
		move(t, -1);
	else if (key == SCREEN_DOWN)
		move(t, 1);
	else if (key == SCREEN_PAGE_UP)
		move(t, -page);
	else if (key == SCREEN_PAGE_DOWN)
		move(t, page);
	else if (key == SCREEN_FIRST)
		move(t, -all);
	else if (key == SCREEN_LAST)
		move(t, all);
	else if (key == SCREEN_ENTER && t->selected[0] != '\0')
		channel_open(t);
	else if (key == '/')
		t->input = TOP_FILTER;
	else if (key == SCREEN_BACK)
		t->filter[0] = '\0';
	else if (key == '?')
		page_open(t, TOP_HELP);
	else if (key == 'q')
		t->quit = true;
}

/* Of a page that is read: the channel, the help. */
static void
read_key(struct top *t, int key)
{
	size_t page = t->height > 4 ? (size_t)t->height - 3 : 1;

	if (t->page == TOP_CHANNEL && override_key(t, key))
		return;
	if (key == SCREEN_DOWN)
		t->from++;
	else if (key == SCREEN_UP)
		t->from -= t->from > 0;
	else if (key == SCREEN_PAGE_DOWN)
		t->from += page;
	else if (key == SCREEN_PAGE_UP)
		t->from -= t->from > page ? page : t->from;
	else if (key == SCREEN_FIRST)
		t->from = 0;
	else if (key == '?' && t->page == TOP_CHANNEL)
		page_open(t, TOP_HELP);
	else if (key == SCREEN_BACK || key == 'q' || key == SCREEN_ERASE)
		page_back(t);
}

static void
list_take(struct top *t)
{
	if (t->page == TOP_SOURCE) {
		strlcpy(t->pin, t->source[t->entry], sizeof(t->pin));
		t->page = TOP_TIME;
		t->entry = 0;
		return;
	}
	t->page = t->before;
	t->from = 0;
	override_start(t, t->pin, top_time_values[t->entry]);
}

static void
list_key(struct top *t, int key)
{
	size_t n = t->page == TOP_SOURCE ? t->sources : top_times;

	if (key == SCREEN_UP)
		t->entry -= t->entry > 0;
	else if (key == SCREEN_DOWN)
		t->entry += t->entry + 1 < n;
	else if (key >= '1' && key <= '9' && (size_t)(key - '1') < n) {
		t->entry = (size_t)(key - '1');
		list_take(t);
	} else if (key == SCREEN_ENTER)
		list_take(t);
	else if (key == SCREEN_BACK || key == 'q')
		page_back(t);
}

void
top_key(struct top *t, int key)
{
	if (key == SCREEN_RESIZED || key == SCREEN_OTHER)
		return;
	t->message[0] = '\0';
	if (t->input != TOP_NO_INPUT) {
		input_key(t, key);
		return;
	}
	if (key == 'j' || key == 'k')
		key = key == 'j' ? SCREEN_DOWN : SCREEN_UP;
	if (t->page == TOP_WALL)
		wall_key(t, key);
	else if (t->page == TOP_SOURCE || t->page == TOP_TIME)
		list_key(t, key);
	else
		read_key(t, key);
}
