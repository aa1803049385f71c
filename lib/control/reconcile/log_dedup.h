/* SPDX-License-Identifier: ISC */
/*
 * What the passes before have said, in $LSCTL_RUN/switch.reported: of what is said in each of them one line is
 * enough, and it is said again when it has been there for an hour. A file that cannot be read or written is no
 * fault: then it is said each time.
 */
#ifndef CONTROL_RECONCILE_LOG_DEDUP_H
#define CONTROL_RECONCILE_LOG_DEDUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_DEDUP_AGAIN_S	3600
#define LOG_DEDUP_MAX	1000	/* more than these are said each time */

struct fault {
	char	*text;
	int64_t	 said;		/* seconds since the epoch */
	bool	 grave;		/* a warning: that it is over is said, too */
	bool	 here;		/* in this pass */
};

struct log_dedup {
	struct fault	*v;
	size_t		 n;
	int64_t		 now;
	bool		 again;		/* all is said, whatever was said before */
	bool		 changed;
};

/* From here on the log leaves out what is no news; the struct stays where it is. */
void	log_dedup_begin(struct log_dedup *, int64_t now, bool again);

/* It holds. Is it to be said? */
bool	log_dedup_is_new(struct log_dedup *, const char *text, bool grave);

/*
 * The pass is over, and whole, if it came to its end: then what it did not say holds no more, and is logged if it
 * was grave. Otherwise nothing is known of that. Frees.
 */
void	log_dedup_end(struct log_dedup *, bool whole);

#endif
