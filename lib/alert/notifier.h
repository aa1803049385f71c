/* SPDX-License-Identifier: ISC */
/* Programs that are given a time: the operator's own, and those of the service manager. */
#ifndef ALERT_NOTIFIER_H
#define ALERT_NOTIFIER_H

#include <stddef.h>

#include "base/error.h"

#define NOTIFIER_S	30	/* the operator's has this long */

/* $LSCTL_ALERT or /etc/lsctl/alert. NULL: there is none, and so nobody is to be told. */
const char	*notifier_path(void);

/*
 * Runs the operator's program without a shell: its arguments are about and text, its input is json and its
 * output goes to our stderr. What is not printable ASCII becomes '?', and text is one line. 0, or -1 with an error: it
 * is not to be run, failed, or took too long and was ended.
 */
int		 notifier_run(const char *path, const char *about, const char *text,
		    const char *json, int limit_s, struct error *);

/* Runs argv, found in PATH, with no input. Its output, to be freed, or NULL with an error. */
char		*notifier_query(char *const argv[], int limit_s, struct error *);

#endif
