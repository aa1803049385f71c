/* SPDX-License-Identifier: ISC */
/* Declarations in the database: sql/functions/declare.sql. All that fails says why in one line. */
#ifndef CONTROL_DECLARE_DECLARE_H
#define CONTROL_DECLARE_DECLARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "control/db.h"

enum declare_view {
	VIEW_DOCUMENT,		/* what lsctl-channel apply takes */
	VIEW_CHANNELS,		/* a list: with modes, and which secrets there are */
	VIEW_LEASES		/* who carries them: declared_leases() */
};

/*
 * Reads with a viewer's role, of the channels named; of all for n 0. Names are good ones
 * (declared_name()). *json is to be freed.
 */
enum db_fault	 declare_read(enum declare_view, const char *const names[], size_t n,
		    char **json, struct error *);

enum declare_what {
	DECLARE_ALL,		/* document, prune, dry ("true" or "false"), host of ours */
	DECLARE_ONE,		/* verb, thing, channel, item, fields, host of ours */
	DECLARE_NO_CHANNEL,	/* channel */
	DECLARE_HOST,		/* host, fields */
	DECLARE_NO_HOST,	/* host */
	DECLARE_TAKEOVER		/* channels as PostgreSQL writes an array, why or NULL */
};

struct declare;

/* A transaction in which things change; sealing: keys, too. NULL with *fault and reason. */
struct declare	*declare_begin(bool sealing, enum db_fault *fault, struct error *);

/*
 * Makes a change; params are as listed above. Appends its steps to out: declared_steps(). With a secret it is
 * then the key of the destination params[3] of the channel params[2] of DECLARE_ONE. *steps counts.
 */
enum db_fault	 declare_change(struct declare *, enum declare_what, const char *const params[],
		    const char *secret, struct buf *out, size_t *steps);

enum db_fault	 declare_commit(struct declare *);
const char	*declare_reason(const struct declare *);	/* of the last fault of these two */

/* What was not committed never was. NULL is allowed. */
void		 declare_end(struct declare *);

#endif
