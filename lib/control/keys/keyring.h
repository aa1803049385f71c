/* SPDX-License-Identifier: ISC */
/*
 * The master key, under which all secrets in the database are sealed. Its file is master_key_path(). During a
 * rekey the new key is beside it, in that path and KEYRING_NEXT, and the tools take the one that is current in
 * the database: so they work on each host between the end of the rekey and the moment when the new file
 * replaces the old one.
 */
#ifndef CONTROL_KEYS_KEYRING_H
#define CONTROL_KEYS_KEYRING_H

#include <stdbool.h>

#include "base/error.h"
#include "control/db.h"
#include "control/keys/seal.h"

#define KEYRING_NEXT	".next"

/*
 * One round trip, as a rule. DB_OK with the key, to be wiped with master_key_wipe(). DB_BROKEN with an error (which
 * file, what is wrong, what to type): there is no key, others can read it, it is not the key of this database, or
 * the database has none yet. Other faults: the database.
 */
enum db_fault	 keyring_open(struct db *, struct master_key *, struct error *);

/* The id of the current key; "": the database has none. known: is k a key of the database, current or former? */
enum db_fault	 keyring_current(struct db *, const struct master_key *k,
		    char id[SEAL_ID_LEN], bool *known);

/* Adds a key to the database. first: as the current one, unless there is one. On a fault: db_reason(). */
enum db_fault	 keyring_add(struct db *, const struct master_key *, bool first);

/*
 * Makes a new key in a file of mode 0400, complete and on disk, or not at all. Creates the folder; never replaces
 * a file. 0; 1: there is a file already; -1 with an error.
 */
int		 keyring_make(const char *path, struct error *);

/* Replaces the file path with the file next, and keeps the former one as path.ID. 0, or -1 with an error. */
int		 keyring_install(const char *path, const char *next, const char *id, struct error *);

#endif
