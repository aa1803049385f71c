/* SPDX-License-Identifier: ISC */
/* The operator's word: into the database, and at once to the forwarder, where it is on this host. Logs. */
#ifndef LSCTL_SWITCH_OVERRIDE_H
#define LSCTL_SWITCH_OVERRIDE_H

#include <stdbool.h>

struct override {
	const char	*channel;
	const char	*to;		/* a source, "auto" or "off" */
	long		 for_s;		/* 0: for ever */
	const char	*reason;		/* NULL: not told */
	bool		 local;		/* the forwarder alone: for when the database is away */
	bool		 json;		/* print the forwarder's record, not a line for people */
};

/* Prints what holds then. The exit status: EX_TEMPFAIL, the database is away and nothing was done. */
int	override_apply(const struct override *, const char *host);

#endif
