/* SPDX-License-Identifier: ISC */
/* Records as text, for each kind of reader. */
#ifndef LSCTL_HEALTH_RENDER_H
#define LSCTL_HEALTH_RENDER_H

#include "base/buf.h"
#include "health/health.h"

#define RENDER_MAX	(512 << 20)

struct render_format {
	const char	*name;
	int		(*render)(const struct health *, struct buf *);	/* 0, or -1: no memory */
	int		(*exit_status)(const struct health *);	/* of a pass that could look everywhere */
	int		 no_database;	/* of one without its database; -1: as if it were there */
};

/* "table", "json", "prometheus" or "nagios"; NULL: none of them. */
const struct render_format	*render_find(const char *name);

#endif
