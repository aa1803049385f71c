/* SPDX-License-Identifier: ISC */
/*
 * Logs a line that many passes repeat only once, and again every hour. $LSCTL_RUN/switch.reported keeps what earlier
 * passes have logged. It is no error when this file cannot be read or written: then each pass logs all its lines.
 */
#ifndef CONTROL_RECONCILE_LOG_DEDUP_H
#define CONTROL_RECONCILE_LOG_DEDUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_DEDUP_AGAIN_S	3600
#define LOG_DEDUP_MAX	1000	/* each pass logs further lines */

struct log_dedup_line {
	char	*text;
	int64_t	 logged;	/* when; seconds since the epoch */
	bool	 grave;		/* a warning: its end is logged, too */
	bool	 here;		/* in this pass */
};

struct log_dedup {
	struct log_dedup_line	*v;
	size_t			 n;
	int64_t			 now;
	bool			 again;		/* log all lines */
	bool			 changed;
};

/* Filters the log until log_dedup_end(). The struct must not move. */
void	log_dedup_begin(struct log_dedup *, int64_t now, bool again);

/* Notes a line of this pass. True: it is to be logged. */
bool	log_dedup_is_new(struct log_dedup *, const char *text, bool grave);

/*
 * Ends the pass. whole: the pass was complete; then a line that it did not repeat is over, which is logged if it was
 * grave. Frees.
 */
void	log_dedup_end(struct log_dedup *, bool whole);

#endif
