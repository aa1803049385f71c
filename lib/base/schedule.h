/* SPDX-License-Identifier: ISC */
/*
 * When something is on: "mon-fri 18:00-22:00; sun 09:00-12:00", by the local time of this host. Safe beside threads, as
 * TZ stays what it is.
 */
#ifndef BASE_SCHEDULE_H
#define BASE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/week_window.h"

#define SCHEDULE_WINDOWS 16

struct schedule {
	struct week_window	window[SCHEDULE_WINDOWS];
	int			windows;	/* 0: always */
};

/* NULL, or why the text is not valid, a constant. */
const char	*schedule_parse(struct schedule *, const char *text);

/* Is it on at this time, in seconds since the epoch? */
bool		 schedule_has(const struct schedule *, int64_t now);

/* The first time after now at which the clock of this host shows so many minutes after midnight. */
int64_t		 schedule_next(int minutes, int64_t now);

#endif
