/* SPDX-License-Identifier: ISC */
/* Health records as text, in each format. */
#ifndef LSCTL_HEALTH_RENDER_H
#define LSCTL_HEALTH_RENDER_H

#include "base/buf.h"
#include "health/health.h"

#define RENDER_MAX	(512 << 20)

struct render_format {
	const char	*name;
	int		(*render)(const struct health *, struct buf *);	/* 0, or -1: no memory */
	int		(*exit_status)(const struct health *);	/* of a pass with the database */
	int		 no_database;	/* the exit status without the database; -1: as with it */
};

/* The one of n formats that has this name; NULL: none. */
const struct render_format	*render_named(const struct render_format *, size_t n, const char *name);

/* "table", "json", "prometheus" or "nagios"; NULL: no such format. */
const struct render_format	*render_find(const char *name);

#endif
