/* SPDX-License-Identifier: ISC */
/* What the terminal shows, and what runs beside it. */
#ifndef LSCTL_TOP_STATE_H
#define LSCTL_TOP_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/options.h"
#include "lsctl-top/task.h"
#include "lsctl-top/wall.h"

#define TOP_NAME	64	/* bytes of the name of a channel or source */
#define TOP_SOURCES	16	/* of a channel, to choose from */

enum top_page { TOP_WALL, TOP_CHANNEL, TOP_SOURCE, TOP_TIME, TOP_HELP };
enum top_input { TOP_NO_INPUT, TOP_FILTER, TOP_OFF };

struct top {
	struct options	 o;
	bool		 last_pass;	/* read the last pass of lsctl-switch, and make none */

	struct wall	 wall;
	struct task	 health, events, override;
	int64_t		 next_ms, next_events_ms;	/* when to run the first two again, monotonic */
	char		*events_text;	/* of the channel that is selected; owned; NULL: not known yet */
	char		 events_of[TOP_NAME];	/* the channel that lsctl-events was run for */
	char		 trouble[512];	/* why there is nothing new; "": there is */

	enum top_page	 page, before;	/* before: where a list or the help was asked for */
	enum top_input	 input;
	char		 selected[TOP_NAME];
	char		 filter[TOP_NAME], typed[TOP_NAME];
	char		 source[TOP_SOURCES][TOP_NAME];	/* to choose from */
	size_t		 sources, entry;	/* the entry of a list that is selected */
	char		 pin[TOP_NAME];		/* the source that was chosen */
	size_t		 from;		/* lines below the title that are scrolled away */
	int		 height;	/* lines of the terminal */
	char		 message[512];	/* until the next key */
	bool		 quit;
};

#endif
