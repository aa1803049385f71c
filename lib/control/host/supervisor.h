/* SPDX-License-Identifier: ISC */
/*
 * The program that keeps forwarders and loops running: systemd, with lsctl-forward@CHANNEL and
 * lsctl-loop@CHANNEL; or the program that $LSCTL_SUPERVISOR names, which is called as
 *
 *	PROGRAM list				prints a line for each unit that it keeps running, "forward CHANNEL"
 *						or "loop CHANNEL", and "forward CHANNEL ending" for a unit that
 *						is stopping
 *	PROGRAM start|stop|restart forward|loop CHANNEL...
 */
#ifndef CONTROL_HOST_SUPERVISOR_H
#define CONTROL_HOST_SUPERVISOR_H

#include "base/error.h"
#include "control/reconcile/plan.h"

enum supervisor_verb { SUPERVISOR_START, SUPERVISOR_STOP, SUPERVISOR_RESTART };

#define SUPERVISOR_BATCH	128	/* units in one call */

/* Is there a supervisor? */
bool	supervisor_there(void);

/*
 * Calls visit() for each unit that is kept running, is stopping, or has failed, which only systemd reports; until
 * visit() returns -1. 0, or -1 with an error: then no unit's state is known.
 */
int	supervisor_list(int (*visit)(void *arg, enum plan_unit, const char *channel, enum plan_up),
	    void *arg, struct error *);

/* n channels, at most SUPERVISOR_BATCH; a unit to be started may run already. 0, or -1 with an error. */
int	supervisor_do(enum supervisor_verb, enum plan_unit, const char *const channel[],
	    size_t n, struct error *);

#endif
