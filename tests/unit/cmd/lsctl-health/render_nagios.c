/* SPDX-License-Identifier: ISC */
#include "render_stage.h"

static void
all_well(void)
{
	t_text(rendered(render_nagios, render_good()),
	    "LSCTL OK - 1 of 1 channels on the air | channels=1;;;0 on_air=1;;;0;1 warning=0;;;0 "
	    "critical=0;;;0 problems=0;;;0 destinations=1;;;0 live=1;;;0;1\n");
}

/* The worst first, on one line; what would begin performance data does not. */
static void
troubles(void)
{
	const char *text = rendered(render_nagios, render_bad());

	t_ok(strncmp(text, "LSCTL CRITICAL - 1 of 1 channels on the air; krishna: pinned source obs", 71)
	    == 0);
	t_ok(strstr(text, " | channels=1;;;0 on_air=1;;;0;1 warning=0;;;0 critical=1;;;0 "
	    "problems=5;;;0 destinations=1;;;0 live=0;;;0;1\ndatabase: no server there: nothing")
	    != NULL);
	t_ok(strstr(text, "\nkrishna: destination youtube: it refuses the stream: is its key "
	    "right, and in use by nobody else? (say / \"no\"?[2J)\n") != NULL);
	t_ok(strchr(strchr(text, '|') + 1, '|') == NULL);
}

static void
no_room(void)
{
	render_full(render_nagios);
}

T_MAIN({ "all_well", all_well }, { "troubles", troubles }, { "no_room", no_room })
