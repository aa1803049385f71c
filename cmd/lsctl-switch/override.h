/* SPDX-License-Identifier: ISC */
/* Takes an override: records it in the database, and applies it at once to a forwarder of this host. Logs. */
#ifndef LSCTL_SWITCH_OVERRIDE_H
#define LSCTL_SWITCH_OVERRIDE_H

#include <stdbool.h>

struct override {
	const char	*channel;
	const char	*to;		/* a source, "auto" or "off" */
	long		 for_s;		/* 0: for ever */
	const char	*reason;	/* NULL: none */
	bool		 local;		/* only apply it, for use while the database is down */
	bool		 json;		/* print the forwarder's record, not a line for people */
};

/* Prints the result. The exit status; EX_TEMPFAIL: the database is down and nothing was changed. */
int	override_apply(const struct override *, const char *host);

#endif
