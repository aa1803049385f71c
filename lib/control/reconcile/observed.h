/* SPDX-License-Identifier: ISC */
/*
 * Health records as lsctl-health(8) prints them, one JSON object a line: what reconciliation needs of
 * them. Everything in them may be missing, and is not known then.
 */
#ifndef CONTROL_RECONCILE_OBSERVED_H
#define CONTROL_RECONCILE_OBSERVED_H

#include "base/buf.h"
#include "control/reconcile/plan.h"

#define SEEN_LINE_MAX	(1 << 20)
#define SEEN_MAX	(256 << 20)	/* of all */

struct seen_channel {
	char			 name[SPEC_NAME];
	char			 mode[SPEC_NAME];	/* the forwarder's; "": it did not answer */
	int64_t			 left_ms;		/* of its pin; 0: for ever */
	struct plan_source	 source[SPEC_SOURCES];
	int			 sources;
};

struct seen {
	struct seen_channel	*channel;	/* in the order of the lines until seen_sort() */
	size_t			 channels, room;
	struct plan_stranger	*stranger;
	size_t			 strangers, stranger_room;
	struct buf		 records;	/* those of channels: a JSON array, but for its end */
};

void	seen_init(struct seen *);
void	seen_free(struct seen *);

/* One line without its newline. 0; 1: not a record, and left out; -1: no memory, or too much. */
int	seen_add(struct seen *, const char *line, size_t len);

void	seen_sort(struct seen *);
const struct seen_channel *seen_find(const struct seen *, const char *channel);

/* What was seen of a channel, into the plan; NULL: nothing was. Of one that is not this host's all sources. */
void	seen_merge(const struct seen_channel *, struct plan_channel *);

/* The records as a JSON array, once; borrowed. NULL: no memory. */
const char *seen_records(struct seen *);

#endif
