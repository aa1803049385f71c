/* SPDX-License-Identifier: ISC */
/* The exit status of a tool after a fault of the database. */
#ifndef COMMON_EXIT_DB_H
#define COMMON_EXIT_DB_H

#include <sysexits.h>

#include "control/db.h"

_Static_assert(DB_AWAY == EX_TEMPFAIL && DB_DENIED == EX_NOPERM && DB_REFUSED == EX_DATAERR && DB_BROKEN == EX_CONFIG,
    "sqlstate.def has the numbers of sysexits.h");

static inline int
exit_db(enum db_fault fault)
{
	return (int)fault;
}

#endif
