/* SPDX-License-Identifier: ISC */
/* Sends what is in the spool to the database; apart from spool.h, for a tool without a database fills it. */
#ifndef CONTROL_ACL_SPOOL_SHIP_H
#define CONTROL_ACL_SPOOL_SHIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct db;

struct spool_shipped {
	uint64_t	 sent;		/* events; those that were there already, too */
	uint64_t	 torn;		/* lines that are none, skipped */
};

/* Sends all that is there into the database. 0, or -1 with an error: what is not in is kept. */
int	spool_ship(const char *dir, struct db *, struct spool_shipped *, struct error *);

#endif
