/* SPDX-License-Identifier: ISC */
/* Writes the snapshot that acl.h reads. It has its own file because the tool that reads links no database. */
#ifndef CONTROL_ACL_ACL_WRITE_H
#define CONTROL_ACL_ACL_WRITE_H

#include <stddef.h>

#include "base/error.h"

struct db;

/*
 * Writes the snapshot of a host from the database: reads and renames under a lock on PATH.lock, so that an
 * older state never replaces a newer one. Call it after the change is committed. Before it returns, it waits
 * until no hook answers from the older snapshot any more, for a second at most. 0, or -1 with an error.
 */
int	acl_write(const char *path, struct db *, const char *host, struct error *);

#endif
