/* SPDX-License-Identifier: ISC */
/* The lines of a page, for a terminal of any width. No I/O, and no terminal. */
#ifndef LSCTL_TOP_LAYOUT_H
#define LSCTL_TOP_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lsctl-top/wall.h"

#define LAYOUT_WIDE	72	/* cells from which a channel has one line and not three */

enum layout_look { LAYOUT_PLAIN, LAYOUT_TITLE, LAYOUT_GOOD, LAYOUT_WARNING, LAYOUT_CRITICAL };

struct layout_line {
	char			*text;		/* plain; no wider than the layout */
	enum layout_look	 look;
	bool			 selected;
	bool			 of_selected;	/* it belongs to the channel that is selected */
};

struct layout {
	int			 width;		/* cells, at least 1; set by the caller, as are utf8 and now_ms */
	bool			 utf8;
	int64_t			 now_ms;	/* since the epoch */
	struct layout_line	*line;		/* owned */
	size_t			 n, room;
	bool			 failed;	/* no memory: a line is missing */
};

/* Empties it, and keeps width, utf8 and now_ms. Each page below appends to it. */
void	layout_clear(struct layout *);

/* Title: time, and how many channels are how; problems of hosts; channels that match the filter, and their problems. */
void	layout_wall(struct layout *, const struct wall *, const char *selected, const char *filter);

/* A channel: its problems, sources, destinations, and events: lines of lsctl-events(8), or NULL. record NULL: it is gone. */
void	layout_channel(struct layout *, const json_t *record, const char *channel, const char *events);

/* A list to choose from, one entry of which is selected. */
void	layout_list(struct layout *, const char *title, const char *const entries[], size_t n, size_t selected);

/* Appends a text, wrapped, each line indented. */
void	layout_text(struct layout *, enum layout_look, const char *text, int indent);

/* Appends each line of a text, wrapped; columns are lost. */
void	layout_lines(struct layout *, const char *text, int indent);

#endif
