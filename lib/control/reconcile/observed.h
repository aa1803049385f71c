/* SPDX-License-Identifier: ISC */
/*
 * The observed state: what reconciliation needs of the health records that lsctl-health(8) prints, one JSON
 * object on each line. Any field may be missing, and is then unknown.
 */
#ifndef CONTROL_RECONCILE_OBSERVED_H
#define CONTROL_RECONCILE_OBSERVED_H

#include "base/buf.h"
#include "control/reconcile/plan.h"
#include "control/reconcile/status_file.h"

#define OBSERVED_LINE_MAX	(1 << 20)
#define OBSERVED_MAX	(256 << 20)	/* bytes of all records */

struct observed_channel {
	char			 name[SPEC_NAME];
	char			 mode[SPEC_NAME];	/* the forwarder's; "": it did not answer */
	int64_t			 left_ms;		/* of its pin; 0: for ever */
	struct plan_source	 source[SPEC_SOURCES];
	int			 sources;
};

struct observed {
	struct observed_channel	*channel;	/* in the order of the lines until observed_sort() */
	size_t			 channels, room;
	struct plan_unknown_publisher	*unknown_publisher;
	size_t			 unknown_publishers, unknown_publisher_room;
	struct buf		 records;	/* those of channels: a JSON array without its end */
	struct status_file	 status;	/* of all records, for the pages */
};

void	observed_init(struct observed *);
void	observed_free(struct observed *);

/* Adds a line, without its newline. 0; 1: not a record, ignored; -1: no memory, or too much. */
int	observed_add(struct observed *, const char *line, size_t len);

void	observed_sort(struct observed *);
const struct observed_channel *observed_find(const struct observed *, const char *channel);

/* Adds the observed state of a channel to its plan; NULL: nothing was observed. If this host does not own the
 * channel: with all its sources. */
void	observed_merge(const struct observed_channel *, struct plan_channel *);

/* The records as a JSON array, borrowed; call it once. NULL: no memory. */
const char *observed_records(struct observed *);

#endif
