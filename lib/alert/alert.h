/* SPDX-License-Identifier: ISC */
/*
 * Somebody is told that a part failed: an event in the spool, a line in the log, and the operator's program. What
 * goes wrong meanwhile is logged, and holds up nothing else.
 */
#ifndef ALERT_ALERT_H
#define ALERT_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/problems.h"
#include "alert/unit_exit.h"

struct alert {
	const char	*host;
	int64_t		 every_ms;	/* the same of the same unit is told once within this */
	bool		 bad;		/* out: somebody or something was not told; logged */
};

/*
 * The process of a unit ended so. By systemd's own leave it is not waited for the operator's program, which would
 * keep the unit from being started again: lsctl-alert@UNIT.service runs it, by alert_unit().
 */
void	alert_unit_exit(struct alert *, const struct unit_exit *);

/* Of this unit what is pending, and what ended is, if that failed. NULL: ask the service manager. */
void	alert_unit(struct alert *, const char *unit, const struct unit_exit *);

/* Problems that are news in these records, and what was held back of units and is due. 0; or -1: somebody else is
 * at it. */
int	alert_problems(struct alert *, const json_t *records, struct problems_when *);

void	alert_test(struct alert *);

#endif
