/* SPDX-License-Identifier: ISC */
/* What is known of hosts and channels: the records of lsctl-health(8), or the last pass of lsctl-switch(8). */
#ifndef LSCTL_TOP_WALL_H
#define LSCTL_TOP_WALL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "health/health_record.h"

struct wall {
	json_t	*hosts;		/* array of records; owned, as is channels */
	json_t	*channels;	/* array of records: the worst first, then by name */
};

/* Reads records, an object each, or one object with "hosts" and "channels". 0; -1 with an error: *wall is as it was. */
int		 wall_read(struct wall *, const char *text, size_t len, struct error *);
void		 wall_free(struct wall *);

/* NULL: there is none of this name. */
const json_t	*wall_find(const struct wall *, const char *channel);

/* Whether the name, the state, the status or the code of a problem has this text in it; "": always. */
bool		 wall_matches(const json_t *record, const char *text);

/* ms since the epoch of the newest host's record; -1: not known. */
int64_t		 wall_time(const struct wall *);

#endif
