/* SPDX-License-Identifier: ISC */
/* Sends the spool to the database. It has its own file because the tool that fills the spool links no database. */
#ifndef CONTROL_ACL_SPOOL_SHIP_H
#define CONTROL_ACL_SPOOL_SHIP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct db;

struct spool_shipped {
	uint64_t	 sent;		/* events, with those that the database had already */
	uint64_t	 torn;		/* lines that are damaged, and skipped */
};

/* Sends all events. 0, or -1 with an error: what is not in the database stays in the spool. */
int	spool_ship(const char *dir, struct db *, struct spool_shipped *, struct error *);

#endif
