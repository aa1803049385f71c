/* SPDX-License-Identifier: ISC */
/* What is known of a host besides its records, for metrics. */
#ifndef HEALTH_HEALTH_MEASURES_H
#define HEALTH_HEALTH_MEASURES_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "health/health.h"
#include "process/histogram.h"

struct health_measures {
	json_t			*counters;	/* of health_counters.h; owned */
	struct histogram	 hook, pass;	/* how long answers of the hook, and passes of lsctl-switch, take */
	bool			 hook_known, pass_known;
	int64_t			 backup_s;	/* the newest backup of lsctl-backup.service, since the epoch; -1: not known */
};

/*
 * Reads them, and counts on in $LSCTL_RUN/health/counters. A user who may not write this file, and a process that finds
 * it locked, gets the totals by what it has.
 */
void	health_measures_read(struct health_measures *, const struct health *);
void	health_measures_free(struct health_measures *);

#endif
