/* SPDX-License-Identifier: ISC */
/*
 * One pass that brings a host's channels to what the database wants: health records in, a plan out, the
 * plan carried out. Logs.
 */
#ifndef CONTROL_RECONCILE_RECONCILE_H
#define CONTROL_RECONCILE_RECONCILE_H

#include <stdbool.h>

#include "control/reconcile/observed.h"

enum reconcile_end {
	RECONCILE_OK,		/* all is as desired, or has been told to be */
	RECONCILE_AWAY,		/* the database is away or another pass is at work: nothing was touched */
	RECONCILE_DENIED,	/* the database does not let this login */
	RECONCILE_REFUSED,	/* the database says no */
	RECONCILE_CONFIG,	/* schema, master key, host or a spec will not do */
	RECONCILE_FAILED,	/* something could not be done, the rest was */
	RECONCILE_SYSTEM,	/* out of memory, and the like */
	RECONCILE_LOCK,		/* the lock cannot be made */
	RECONCILE_UNPRINTED	/* a line of the plan could not be printed */
};

/* Prints one action of the plan, a JSON object. 0, or -1, logged. */
typedef int	reconcile_print(const char *line);

/*
 * Sorts observed. With print it is a dry run: the plan is printed, and nothing is done. again: what the pass before
 * has said is not left out.
 */
enum reconcile_end	reconcile(const char *host, bool again, reconcile_print *, struct observed *);

#endif
