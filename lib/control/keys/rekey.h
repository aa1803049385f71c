/* SPDX-License-Identifier: ISC */
/*
 * Everything that is sealed, under a new master key, while all goes on. Sealed anew in batches and put aside;
 * then, in one transaction, what changed meanwhile too, and all takes the place of the old, so that at no
 * moment two keys are needed. Interrupted anywhere, it goes on where it was.
 */
#ifndef CONTROL_KEYS_REKEY_H
#define CONTROL_KEYS_REKEY_H

#include <stdbool.h>

#include "base/progress.h"
#include "control/db.h"
#include "control/keys/seal.h"

struct rekey {
	struct db		*db;
	const struct master_key	*from, *to;	/* the database knows both; from is its current one */
	int			 batch;		/* values in a round trip */
	struct progress		*progress;
	long			 done, all;	/* filled in: sealed anew by this run, of these */
	char			 reason[256];
};

/*
 * DB_OK: all is under the new key, which is the current one. DB_BROKEN: something does not open under
 * the old key, and nothing was changed. Otherwise the database; run it again.
 */
enum db_fault	 rekey_run(struct rekey *);

#endif
