/* SPDX-License-Identifier: ISC */
/* A call of lsctl-switch. */
#ifndef LSCTL_SWITCH_CALL_H
#define LSCTL_SWITCH_CALL_H

#include <stdbool.h>

#include "base/options.h"

struct call {
	struct options	 o;
	const char	*to, *reason;
	long		 for_s;		/* 0: for ever */
	bool		 json, local;
	long		 watch_s;	/* 0: once, records on stdin */
	bool		 dry;
	bool		 again;		/* log also what earlier passes have logged */
	char		 host[256];
};

/* One pass over the channels of the host. Logs errors. The exit status. */
int	call_pass(const struct call *);

/* A pass every watch_s until a signal ends it; a pass that fails does not end it. The exit status. */
int	call_watch(const struct call *);

#endif
