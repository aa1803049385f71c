/* SPDX-License-Identifier: ISC */
/*
 * One pass of reconciliation: compares the desired state of a host with its health records, makes a plan,
 * and applies it. Logs.
 */
#ifndef CONTROL_RECONCILE_RECONCILE_H
#define CONTROL_RECONCILE_RECONCILE_H

#include <stdbool.h>

#include "control/reconcile/observed.h"

enum reconcile_end {
	RECONCILE_OK,		/* the plan is applied, if there was anything to do */
	RECONCILE_AWAY,		/* the database is down, or another pass runs: nothing was changed */
	RECONCILE_DENIED,	/* the login lacks the privilege */
	RECONCILE_REFUSED,	/* the database refuses */
	RECONCILE_CONFIG,	/* the schema, the master key, the host or a spec is not valid */
	RECONCILE_FAILED,	/* an action failed, the others were done */
	RECONCILE_SYSTEM,	/* out of memory, or a system call failed */
	RECONCILE_LOCK,		/* the lock file cannot be created */
	RECONCILE_UNPRINTED	/* a line of the plan could not be printed */
};

/* Prints one action of the plan, a JSON object. 0, or -1 after it has logged the error. */
typedef int	reconcile_print(const char *line);

/*
 * Sorts observed. With print it is a dry run: it prints the plan, and does nothing. again: logs also what earlier
 * passes have logged.
 */
enum reconcile_end	reconcile(const char *host, bool again, reconcile_print *, struct observed *);

#endif
