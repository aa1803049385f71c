/* SPDX-License-Identifier: ISC */
/*
 * Seals all secrets under a new master key, while all tools go on. It seals them in batches, which the database
 * keeps aside; then one transaction seals what has changed since, and replaces all old values, so that no tool
 * ever needs two keys. An interrupted rekey continues where it stopped.
 */
#ifndef CONTROL_KEYS_REKEY_H
#define CONTROL_KEYS_REKEY_H

#include <stdbool.h>

#include "base/error.h"
#include "base/progress.h"
#include "control/db.h"
#include "control/keys/seal.h"

struct rekey {
	struct db		*db;
	const struct master_key	*from, *to;	/* the database knows both; from is its current one */
	int			 batch;		/* values in a round trip */
	struct progress		*progress;
	long			 done, all;	/* set by rekey_run(): values that it sealed, of how many */
	struct error		 err;		/* why rekey_run() failed */
};

/*
 * DB_OK: all secrets are under the new key, which is the current one. DB_BROKEN: one does not open under the old
 * key, and nothing was changed. Other faults: the database; run it again.
 */
enum db_fault	 rekey_run(struct rekey *);

#endif
