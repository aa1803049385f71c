/* SPDX-License-Identifier: ISC */
/* Writes the snapshot that acl.h reads. It has its own file because the tool that reads links no database. */
#ifndef CONTROL_ACL_ACL_WRITE_H
#define CONTROL_ACL_ACL_WRITE_H

#include <stddef.h>

#include "base/error.h"

struct db;

/*
 * Writes the snapshot of a host from the database: reads and renames under a lock on PATH.lock, so that an
 * older state never replaces a newer one. Call it after the change is committed. When it returns, a hook that is
 * about to answer from the older snapshot notices, and decides again (acl_is_current()). 0, or -1 with an error.
 */
int	acl_write(const char *path, struct db *, const char *host, struct error *);

#endif
