/* SPDX-License-Identifier: ISC */
/* The commands of lsctl-alert. Each returns the exit status. */
#ifndef LSCTL_ALERT_CALL_H
#define LSCTL_ALERT_CALL_H

#include <stdbool.h>

#include "alert/alert.h"
#include "base/options.h"

struct call {
	struct options	 o;
	bool		 unit_exit, problems, test, send, json;
	long		 every_s, after_s, backup_s, for_s;
	const char	*who;
};

int	open_list(void *);		/* list */
int	open_acknowledge(void *);	/* ack */

/* --test [WAY]: sends a message by this way, or by all and the notifier; prints what came back. */
int	ways_test(const struct call *, struct alert *);

#endif
