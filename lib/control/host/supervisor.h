/* SPDX-License-Identifier: ISC */
/*
 * Who keeps forwarders and loops running: systemd, with lsctl-forward@CHANNEL and lsctl-loop@CHANNEL; or,
 * where $LSCTL_SUPERVISOR names one, a program that is called as
 *
 *	PROGRAM list				prints "forward CHANNEL" and "loop CHANNEL", a line for each that
 *						is kept running, and "forward CHANNEL ending" for one that was
 *						told to stop and is not gone yet
 *	PROGRAM start|stop|restart forward|loop CHANNEL...
 */
#ifndef CONTROL_HOST_SUPERVISOR_H
#define CONTROL_HOST_SUPERVISOR_H

#include "base/error.h"
#include "control/reconcile/plan.h"

enum supervisor_verb { SUPERVISOR_START, SUPERVISOR_STOP, SUPERVISOR_RESTART };

#define SUPERVISOR_BATCH	128	/* units in one call */

/* Is there one? */
bool	supervisor_there(void);

/*
 * Calls tell() for each unit that is kept running, is ending, or failed, which only systemd tells; -1 of it ends
 * that. 0, or -1 with an error: nothing is known of any then.
 */
int	supervisor_list(int (*tell)(void *arg, enum plan_unit, const char *channel, enum plan_up),
	    void *arg, struct error *);

/* n channels, at most SUPERVISOR_LOT; starts what may run already. 0, or -1 with an error. */
int	supervisor_do(enum supervisor_verb, enum plan_unit, const char *const channel[],
	    size_t n, struct error *);

#endif
