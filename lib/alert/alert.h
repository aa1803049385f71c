/* SPDX-License-Identifier: ISC */
/*
 * Reports that a part failed, in three ways: an event in the spool, a line in the log, and a call of the notifier. A
 * way that fails is logged, and does not stop the others.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/problems.h"
#include "alert/unit_exit.h"

struct alert {
	const char	*host;
	int64_t		 every_ms;	/* the same exit of the same unit is reported once within this */
	bool		 bad;		/* out: something was not reported; logged */
};

/*
 * Reports that the process of a unit ended. Under systemd it does not run the notifier, for which the next start of
 * the unit would wait: lsctl-alert@UNIT.service runs it, with alert_unit().
 */
void	alert_unit_exit(struct alert *, const struct unit_exit *);

/* Reports the pending exits of a unit, and this exit, if it is a failure. NULL: asks the service manager for it. */
void	alert_unit(struct alert *, const char *unit, const struct unit_exit *);

/* Reports problems of these records that began or are over, to people too (alert/dispatch.h), and exits of units that
 * are due. 0, or -1: another process does it. */
int	alert_problems(struct alert *, const json_t *records, struct problems_when *);

/* Reports a test; without a notifier, by an event alone. */
void	alert_test(struct alert *);

#endif
