/* SPDX-License-Identifier: ISC */
/*
 * Hours of days of the week by the wall clock of a named time zone: quiet hours, or when an encoder is expected. The
 * hours follow that clock when summer time begins and ends.
 */
#ifndef BASE_WEEK_WINDOW_H
#define BASE_WEEK_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

struct week_window {
	uint8_t	days;		/* bit 0: Sunday; the day on which the window begins */
	int	from, to;	/* minutes after midnight; it ends on the next day where to is not after from */
	char	zone[64];	/* "Asia/Kolkata", of tzdata; "": that of this process */
};

/* Minutes after midnight of "07:30", or -1. */
int		 week_window_minutes(const char *);

/*
 * Reads "mon-fri,sun", "22:00", "07:00" and "Asia/Kolkata". days NULL: each day; zone NULL: the zone of this process,
 * which then is safe beside threads. NULL, or the reason, a constant that begins with the name of what is wrong: "days",
 * "from", "to" or "time_zone".
 */
const char	*week_window_parse(struct week_window *, const char *days, const char *from, const char *to,
		    const char *zone);

/* Is this time, in seconds since the epoch, in the window? With a zone it sets TZ for a moment: not beside threads. */
bool		 week_window_has(const struct week_window *, int64_t now);

/* The first full minute from now on that is not in the window; now if it is not in it. For one with a zone. */
int64_t		 week_window_end(const struct week_window *, int64_t now);

#endif
