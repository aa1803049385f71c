/* SPDX-License-Identifier: ISC */
/* What a tool leaves with when the database does not do what it is to. */
#ifndef COMMON_EXIT_DB_H
#define COMMON_EXIT_DB_H

#include <sysexits.h>

#include "control/db.h"

static inline int
exit_db(enum db_fault fault)
{
	switch (fault) {
	case DB_OK:
		return 0;
	case DB_DENIED:
		return EX_NOPERM;
	case DB_REFUSED:
		return EX_DATAERR;
	case DB_BROKEN:
		return EX_CONFIG;
	case DB_AWAY:
		break;
	}
	return EX_TEMPFAIL;
}

#endif
