/* SPDX-License-Identifier: ISC */
/*
 * One pass that brings a host's channels to what the database wants: health records in, a plan out, the
 * plan carried out. Logs.
 */
#ifndef CONTROL_RECONCILE_RECONCILE_H
#define CONTROL_RECONCILE_RECONCILE_H

#include "control/reconcile/observed.h"

/*
 * Sorts seen. With dry the plan is printed on stdout, an object a line, and nothing is done. again: what the pass
 * before has said is not left out. Returns the exit
 * status: 0, all is as wanted or has been told to be; EX_TEMPFAIL, the database is away or another one is
 * at work, and nothing was touched; EX_UNAVAILABLE, something could not be done; EX_CONFIG and others of
 * db_exit().
 */
int	reconcile(const char *host, bool dry, bool again, struct observed *observed);

#endif
