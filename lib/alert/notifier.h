/* SPDX-License-Identifier: ISC */
/* Runs programs within a time limit: the notifier, and those of the service manager. */
#ifndef ALERT_NOTIFIER_H
#define ALERT_NOTIFIER_H

#include <stddef.h>

#include "base/error.h"

#define NOTIFIER_S	30	/* the time limit of the notifier */

/* $LSCTL_ALERT or /etc/lsctl/alert. NULL: there is no notifier. */
const char	*notifier_path(void);

/*
 * Runs the notifier without a shell. Its arguments are about and text, its input is json, and its output goes to our
 * stderr. In the arguments all but printable ASCII becomes '?'. 0, or -1 with an error: others may change the program,
 * it failed, or it took too long and was killed.
 */
int		 notifier_run(const char *path, const char *about, const char *text,
		    const char *json, int limit_s, struct error *);

/* Runs argv, found in PATH, with this input; its output goes to our stderr. 0, or -1 with an error, as above. */
int		 notifier_feed(char *const argv[], const char *input, int limit_s, struct error *);

/* Runs argv, found in PATH, with no input. Its output, to be freed, or NULL with an error. */
char		*notifier_query(char *const argv[], int limit_s, struct error *);

#endif
