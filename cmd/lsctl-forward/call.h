/* SPDX-License-Identifier: ISC */
/* A call of lsctl-forward. */
#ifndef LSCTL_FORWARD_CALL_H
#define LSCTL_FORWARD_CALL_H

#include <stdbool.h>

#include "base/options.h"

struct call {
	struct options	 o;
	bool		 dry, json, publish, hidden, outside;
	const char	*output, *socket;
	long		 for_s;
};

/* lsctl-forward ctl: sends a request to a control socket, and prints the answer. Logs errors. The exit status. */
int	call_ctl(void *);

/* lsctl-forward test: tries a destination of a spec, and prints the steps. Logs errors. The exit status. */
int	call_test(void *);

#endif
