/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/duration.h"
#include "health/health_text.h"
#include "lsctl-top/layout.h"
#include "lsctl-top/text.h"

#define LINE	4096	/* bytes of a line before it is wrapped */
#define INDENT	4	/* of what belongs to a channel: after its marks */
#define NAME	24	/* cells of a channel's name in a row; a longer one is cut */

/* -- lines -- */

void
layout_clear(struct layout *l)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		free(l->line[i].text);
	free(l->line);
	l->line = NULL;
	l->n = l->room = 0;
	l->failed = false;
}

/* A line of these bytes, after as many blanks as there is room for. */
static struct layout_line *
line_add(struct layout *l, enum layout_look look, int indent, const char *text, size_t len)
{
	struct layout_line *grown;
	char *copy;

	if (indent >= l->width)
		indent = 0;
	if (l->n == l->room) {
		grown = reallocarray(l->line, l->room + 64, sizeof(*grown));
		if (grown == NULL) {
			l->failed = true;
			return NULL;
		}
		l->line = grown;
		l->room += 64;
	}
	if ((copy = malloc((size_t)indent + len + 1)) == NULL) {
		l->failed = true;
		return NULL;
	}
	memset(copy, ' ', (size_t)indent);
	memcpy(copy + indent, text, len);
	copy[(size_t)indent + len] = '\0';
	l->line[l->n] = (struct layout_line){ .text = copy, .look = look };
	return &l->line[l->n++];
}

/* Plain text, cut where the line ends. */
static struct layout_line *
row_add(struct layout *l, enum layout_look look, const char *text)
{
	return line_add(l, look, 0, text, text_fit(text, l->width));
}

void
layout_text(struct layout *l, enum layout_look look, const char *text, int indent)
{
	char plain[LINE];
	const char *s = text_plain(plain, sizeof(plain), text, l->utf8), *next;
	int cells = indent < l->width ? l->width - indent : l->width;
	size_t len;

	for (; *s != '\0' && !l->failed; s = next) {
		len = text_wrap(s, cells, &next);
		if (text_fit(s, cells) < len)
			len = 0;	/* a character that is wider than the line */
		line_add(l, look, indent, s, len);
	}
}

void
layout_lines(struct layout *l, const char *text, int indent)
{
	char line[LINE], *p;
	const char *end, *s;

	for (; *text != '\0'; text = *end != '\0' ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		for (s = text, p = line; s < end && p < line + sizeof(line) - 1; s++)
			if (*s != ' ' || p == line || p[-1] != ' ')
				*p++ = *s;
		*p = '\0';
		layout_text(l, LAYOUT_PLAIN, line, indent);
	}
}

/* Appends plain text, and blanks up to this width; what is longer is cut. 0 cells: all of it. */
static void
cell_add(const struct layout *l, char line[LINE], const char *text, int cells)
{
	char plain[LINE];
	int blanks;

	text_plain(plain, sizeof(plain), text, l->utf8);
	if (cells > 0)
		plain[text_fit(plain, cells)] = '\0';
	strlcat(line, plain, LINE);
	for (blanks = cells - text_cells(plain); blanks > 0; blanks--)
		strlcat(line, " ", LINE);
}

/* -- the wall -- */

static enum layout_look
look_of(const json_t *record)
{
	const char *status = record_text(record, "status");

	return strcmp(status, "critical") == 0 ? LAYOUT_CRITICAL : strcmp(status, "warning") == 0 ? LAYOUT_WARNING :
	    LAYOUT_GOOD;
}

/* What is wrong can be seen without colour: '!!' critical, '!' warning; '>' is selected. */
static const char *
marks(enum layout_look look, bool selected)
{
	static const char *const all[2][3] = { { "    ", " !  ", " !! " }, { ">   ", ">!  ", ">!! " } };

	return all[selected][look == LAYOUT_CRITICAL ? 2 : look == LAYOUT_WARNING ? 1 : 0];
}

static const char *
since_text(const struct layout *l, const json_t *o, char text[16])
{
	int64_t since = record_time(record_text(o, "since"));

	return duration_short(text, 16, since == -1 ? -1 : l->now_ms > since ? l->now_ms - since : 0);
}

static const char *
mode_of(const json_t *record)
{
	const char *mode = record_text(record, "mode");

	return mode[0] != '\0' ? mode : record_text(json_object_get(record, "desired"), "mode");
}

static void
problems_add(struct layout *l, const json_t *record, enum layout_look look, int indent)
{
	char text[LINE];
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(record, "problems"), i, one) {
		snprintf(text, sizeof(text), "%s: %s", record_text(one, "code"), record_text(one, "text"));
		layout_text(l, look, text, indent);
	}
}

/* The source on the air, and the mode if it is not auto. */
static void
air_text(char *dst, size_t size, const json_t *record)
{
	const char *on_air = record_text(record, "on_air"), *mode = mode_of(record);

	if (mode[0] == '\0' || strcmp(mode, "auto") == 0)
		strlcpy(dst, on_air[0] != '\0' ? on_air : "nothing", size);
	else if (strcmp(mode, "off") == 0)
		strlcpy(dst, "off", size);
	else if (strcmp(mode, on_air) == 0)
		snprintf(dst, size, "%s, pinned", mode);
	else
		snprintf(dst, size, "%s (pin: %s)", on_air[0] != '\0' ? on_air : "nothing", mode);
}

static void
channel_add(struct layout *l, const json_t *record, bool selected, int name_cells)
{
	enum layout_look look = look_of(record);
	char line[LINE] = "", air[256], dests[256], since[16];
	struct layout_line *row;
	size_t i, first = l->n;

	since_text(l, record, since);
	air_text(air, sizeof(air), record);
	health_text_destinations(dests, sizeof(dests), record);
	strlcpy(line, marks(look, selected), sizeof(line));
	if (l->width < LAYOUT_WIDE) {
		cell_add(l, line, record_text(record, "channel"), l->width > 12 ? l->width - 12 : 1);
		strlcat(line, "  ", sizeof(line));
		strlcat(line, since, sizeof(line));
		if ((row = row_add(l, look, line)) != NULL)
			row->selected = selected;
		snprintf(line, sizeof(line), "%s, on the air: %s", record_text(record, "state"), air);
		layout_text(l, LAYOUT_PLAIN, line, INDENT);
		layout_text(l, LAYOUT_PLAIN, dests, INDENT);
	} else {
		cell_add(l, line, record_text(record, "channel"), name_cells);
		strlcat(line, "  ", sizeof(line));
		cell_add(l, line, record_text(record, "state"), 14);
		strlcat(line, " ", sizeof(line));
		cell_add(l, line, since, 7);
		cell_add(l, line, air, 14);
		strlcat(line, " ", sizeof(line));
		cell_add(l, line, dests, 0);
		if ((row = row_add(l, look, line)) != NULL)
			row->selected = selected;
	}
	problems_add(l, record, look, INDENT);
	for (i = first; i < l->n; i++)
		l->line[i].of_selected = selected;
}

/* "12:30:01  3 channels, 1 critical, 1 warning" */
static void
title_add(struct layout *l, const struct wall *w)
{
	size_t n = json_array_size(w->channels), i, critical = 0, warning = 0;
	char line[LINE], more[128] = "", clock[16] = "--:--:--", old[16];
	int64_t at = wall_time(w), age = at == -1 ? -1 : l->now_ms - at;
	int second = (int)(at / 1000 % 86400);
	const json_t *one;

	json_array_foreach(w->channels, i, one) {
		critical += look_of(one) == LAYOUT_CRITICAL;
		warning += look_of(one) == LAYOUT_WARNING;
	}
	if (critical > 0)
		snprintf(more, sizeof(more), ", %zu critical", critical);
	if (warning > 0)
		snprintf(more + strlen(more), sizeof(more) - strlen(more), ", %zu warning", warning);
	if (at >= 0)
		snprintf(clock, sizeof(clock), "%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60);
	snprintf(line, sizeof(line), "%s UTC  %zu channel%s%s", clock, n, n == 1 ? "" : "s",
	    n > 0 && more[0] == '\0' ? ", all well" : more);
	layout_text(l, LAYOUT_TITLE, line, 0);
	if (age > 15000) {
		snprintf(line, sizeof(line), "nothing new for %s: what is here may not be so any more",
		    duration_short(old, sizeof(old), age));
		layout_text(l, LAYOUT_CRITICAL, line, 0);
	}
}

static void
host_add(struct layout *l, const json_t *host)
{
	const char *name = record_text(host, "host");
	char text[LINE];
	const json_t *one;
	size_t i;

	if (name[0] == '\0')
		name = record_text(host, "name");
	json_array_foreach(json_object_get(host, "problems"), i, one) {
		snprintf(text, sizeof(text), "host %s: %s: %s", name, record_text(one, "code"), record_text(one, "text"));
		layout_text(l, look_of(host), text, 0);
	}
}

void
layout_wall(struct layout *l, const struct wall *w, const char *selected, const char *filter)
{
	int cells, name_cells = 7;
	const json_t *one;
	size_t i, shown = 0;

	if (w->hosts == NULL) {
		layout_text(l, LAYOUT_TITLE, "waiting for the first pass ...", 0);
		return;
	}
	title_add(l, w);
	json_array_foreach(w->hosts, i, one) {
		host_add(l, one);
	}
	json_array_foreach(w->channels, i, one) {
		cells = text_cells(record_text(one, "channel"));
		name_cells = cells > NAME ? NAME : cells > name_cells ? cells : name_cells;
	}
	json_array_foreach(w->channels, i, one)
		if (wall_matches(one, filter)) {
			channel_add(l, one, strcmp(record_text(one, "channel"), selected) == 0, name_cells);
			shown++;
		}
	if (shown == 0)
		layout_text(l, LAYOUT_PLAIN, json_array_size(w->channels) == 0 ? "no channels" :
		    "no channel matches the filter", 0);
}

/* -- a channel -- */

static void
source_add(struct layout *l, const json_t *record, const char *name, const json_t *o)
{
	const char *health = health_text_of(o, "health");
	bool on_air = strcmp(record_text(record, "on_air"), name) == 0;
	double kbps = json_is_object(o) ? record_number(o, "kbps") : -1;
	char text[LINE], rate[32] = "", format[256] = "";

	if (health[0] == '\0')
		health = record_true(o, "healthy") ? "healthy" : "not healthy";
	if (kbps >= 0)
		snprintf(rate, sizeof(rate), ", %.0f kb/s", kbps);
	if (record_text(o, "video")[0] != '\0')
		snprintf(format, sizeof(format), ", %s, %s", record_text(o, "video"), record_text(o, "audio"));
	snprintf(text, sizeof(text), "%s %s: %s%s%s", on_air ? "*" : strcmp(health, "healthy") == 0 ? "+" : "-", name,
	    health, rate, format);
	layout_text(l, on_air ? LAYOUT_GOOD : LAYOUT_PLAIN, text, INDENT);
}

static void
destination_add(struct layout *l, const char *name, const json_t *o)
{
	const char *state = health_text_of(o, "state"), *last = json_is_object(o) ? record_text(o, "last_error") : "";
	bool live = strcmp(state, "live") == 0;
	char text[LINE], more[128] = "";

	if (json_is_object(o))
		snprintf(more, sizeof(more), "%s, %.0f kb/s, %.1f s behind, reconnects %.0f",
		    strcmp(record_text(o, "address"), "backup") == 0 ? ", backup address" : "",
		    record_number(o, "kbps"), record_number(o, "lag_ms") / 1000, record_number(o, "reconnects"));
	snprintf(text, sizeof(text), "%s %s: %s%s%s%s", live ? "+" : "-", name, state, more,
	    !live && last[0] != '\0' ? ", " : "", live ? "" : last);
	layout_text(l, live ? LAYOUT_GOOD : LAYOUT_PLAIN, text, INDENT);
}

void
layout_channel(struct layout *l, const json_t *record, const char *channel, const char *events)
{
	char text[LINE], air[256], since[16];
	const char *name;
	json_t *o;

	if (record == NULL) {
		snprintf(text, sizeof(text), "%s is no channel of this host any more", channel);
		layout_text(l, LAYOUT_CRITICAL, text, 0);
		return;
	}
	air_text(air, sizeof(air), record);
	snprintf(text, sizeof(text), "%s  %s for %s, on the air: %s", channel, record_text(record, "state"),
	    since_text(l, record, since), air);
	layout_text(l, look_of(record), text, 0);
	problems_add(l, record, look_of(record), INDENT);
	layout_text(l, LAYOUT_TITLE, "Sources (* on the air, + can be, - cannot)", 0);
	json_object_foreach(json_object_get(record, "sources"), name, o) {
		source_add(l, record, name, o);
	}
	layout_text(l, LAYOUT_TITLE, "Destinations (+ live, - not)", 0);
	json_object_foreach(json_object_get(record, "destinations"), name, o) {
		destination_add(l, name, o);
	}
	layout_text(l, LAYOUT_TITLE, "Events", 0);
	if (events == NULL || events[0] == '\0')
		layout_text(l, LAYOUT_PLAIN, events == NULL ? "..." : "none", INDENT);
	else
		layout_lines(l, events, INDENT);
}

/* -- a list -- */

void
layout_list(struct layout *l, const char *title, const char *const entries[], size_t n, size_t selected)
{
	char line[LINE], plain[256];
	struct layout_line *row;
	size_t i;

	layout_text(l, LAYOUT_TITLE, title, 0);
	for (i = 0; i < n; i++) {
		snprintf(line, sizeof(line), "%s %zu  %s", i == selected ? ">" : " ", i + 1,
		    text_plain(plain, sizeof(plain), entries[i], l->utf8));
		if ((row = row_add(l, LAYOUT_PLAIN, line)) != NULL)
			row->selected = i == selected;
	}
}
