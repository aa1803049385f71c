/* SPDX-License-Identifier: ISC */
/*
 * The master key that everything in the database is sealed under. It is at master_key_path(); while it is
 * being changed the new one is beside it, at that path and KEYRING_NEXT, and whichever of the two the database
 * has as its current one is taken: no tool stands still between the end of a rekey and the moment the new
 * file is in its place, on any host.
 */
#ifndef CONTROL_KEYS_KEYRING_H
#define CONTROL_KEYS_KEYRING_H

#include <stdbool.h>

#include "base/error.h"
#include "control/db.h"
#include "control/keys/seal.h"

#define KEYRING_NEXT	".next"

/*
 * One round trip, as a rule. DB_OK with the key, to be wiped with master_key_wipe(). DB_BROKEN with an error (what is
 * wrong with which file, what to do): there is none, others can read it, it is not this database's, or the
 * database has none yet. Another fault: the database.
 */
enum db_fault	 keyring_open(struct db *, struct master_key *, struct error *);

/* The id of the current key; "" when the database has none. known: did it ever see k? */
enum db_fault	 keyring_current(struct db *, const struct master_key *k,
		    char id[SEAL_ID_LEN], bool *known);

/* Makes the database remember a key. first: as its current one, unless it has one. On a fault: db_reason(). */
enum db_fault	 keyring_add(struct db *, const struct master_key *, bool first);

/*
 * A new key in a file of mode 0400, whole or not at all, on disk; what is there is never replaced. Its folder is
 * made when it is missing. 0; 1 when there was one already; -1 with an error.
 */
int		 keyring_make(const char *path, struct error *);

/* Puts the file next into the place of path; path is kept as path.ID. 0, or -1 with an error. */
int		 keyring_install(const char *path, const char *next, const char *id, struct error *);

#endif
