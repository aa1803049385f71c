/* SPDX-License-Identifier: ISC */
/* A call of lsctl-keys: what was typed, and what all commands use. */
#ifndef LSCTL_KEYS_CALL_H
#define LSCTL_KEYS_CALL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/options.h"
#include "control/db.h"
#include "control/keys/seal.h"

struct call {
	struct options		 o;
	bool			 all, dest, json, no_kick;
	const char		*key_file, *to, *reason;
	long			 grace_s, batch;
	int			 argc;		/* a stream is its channel and source here */
	char			**argv;
	struct db		*db;		/* open behind call_begin() */
	struct master_key	 key;		/* the same, if it was wanted */
	struct error		 err;		/* of the last failure */
};

/* The commands. Each takes a struct call, and returns the exit status, logged. */
int	call_init(void *);
int	call_new(void *);
int	call_show(void *);
int	call_list(void *);
int	call_rotate(void *);
int	call_revoke(void *);
int	call_rekey(void *);
int	call_check(void *);

/* The database, and with it the master key. 0, or the exit status. */
int	call_begin(struct call *, bool with_key);

/* Reports why; the exit status. */
int	call_fail(const struct call *, enum db_fault);

/* Reports that a channel and a source are wanted; the exit status. */
int	call_no_source(const struct call *);

/* status, or what standard output failed with, logged. */
int	call_flush(int status);

long	call_number(const json_t *, const char *member);

#endif
