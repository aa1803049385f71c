/* SPDX-License-Identifier: ISC */
/* Declarations in the database: sql/functions/declare.sql. Each fault comes with a reason of one line. */
#ifndef CONTROL_DECLARE_DECLARE_H
#define CONTROL_DECLARE_DECLARE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "control/db.h"

enum declare_view {
	VIEW_DOCUMENT,		/* the input of lsctl-channel apply */
	VIEW_CHANNELS,		/* a list, with modes, and which secrets exist */
	VIEW_LEASES		/* which host owns each channel */
};

/*
 * Reads the n named channels, or all for n 0, as the role of a viewer. The names are valid
 * (declared_name()). *json is to be freed.
 */
enum db_fault	 declare_read(enum declare_view, const char *const names[], size_t n,
		    char **json, struct error *);

enum declare_what {
	DECLARE_ALL,		/* document, prune, dry ("true" or "false"), this host */
	DECLARE_ONE,		/* verb, object, channel, item, fields, this host */
	DECLARE_NO_CHANNEL,	/* channel */
	DECLARE_HOST,		/* host, fields */
	DECLARE_NO_HOST,	/* host */
	DECLARE_NO_FILM,	/* name of its file, this host */
	DECLARE_TAKEOVER	/* channels as a PostgreSQL array, reason or NULL */
};

struct declare;

/*
 * Begins a transaction for changes of a kind: those of hosts need an admin. sealing: opens the master key, for stream
 * keys. NULL with *fault and the reason.
 */
struct declare	*declare_begin(enum declare_what, bool sealing, enum db_fault *fault, struct error *);

/*
 * The next destination that lost its key or its password by the change, because its address is another one: "CHANNEL
 * NAME", *what is "key" or "password"; NULL: no more. What is new in the same change is not lost. Borrowed until the next
 * call.
 */
const char	*declare_key_lost(struct declare *, const char **what);

/* The steps of changes are JSON objects from here on, one on each line. */
void		 declare_as_json(struct declare *);

/* New secrets of a destination; NULL: as it is. */
struct declare_secrets {
	const char	*key, *password;
};

/*
 * Makes a change; params are listed above. Appends its steps to out, as declared_steps() does; *steps is their
 * number. With DECLARE_ONE, the secrets are those of the destination params[3] of the channel params[2].
 */
enum db_fault	 declare_change(struct declare *, enum declare_what, const char *const params[],
		    const struct declare_secrets *, struct buf *out, size_t *steps);

enum db_fault	 declare_commit(struct declare *);
const char	*declare_reason(const struct declare *);	/* of the last fault of a change or a commit */

/* Rolls back what is not committed. NULL is allowed. */
void		 declare_end(struct declare *);

#endif
