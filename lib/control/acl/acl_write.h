/* SPDX-License-Identifier: ISC */
/* Makes the snapshot that acl.h reads; apart from it, for a tool without a database reads it. */
#ifndef CONTROL_ACL_ACL_WRITE_H
#define CONTROL_ACL_ACL_WRITE_H

#include <stddef.h>

#include "base/error.h"

struct db;

/*
 * Writes the snapshot of a host from the database: reads and renames under a lock on PATH.lock, so that an
 * older state never replaces a newer one. Call it after the change is committed. When it returns, no answer
 * that was made from an older snapshot is still to come (but it waits a second at most for those).
 * 0, or -1 with an error.
 */
int	acl_write(const char *path, struct db *, const char *host, struct error *);

#endif
