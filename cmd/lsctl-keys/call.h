/* SPDX-License-Identifier: ISC */
/* A call of lsctl-keys: its options and arguments, and what all commands use. */
#ifndef LSCTL_KEYS_CALL_H
#define LSCTL_KEYS_CALL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/options.h"
#include "control/keys/keys.h"

struct call {
	struct options		 o;
	bool			 all, dest, json, no_kick, password;
	const char		*key_file, *to, *reason;
	long			 grace_s, batch;
	int			 argc;		/* with the name of a stream split into channel and source */
	char			**argv;
	struct keys_ctx		 keys;		/* after call_begin(), with_key the master key, too */
};

/* The commands. Each takes a struct call, logs errors, and returns the exit status. */
int	call_init(void *);
int	call_new(void *);
int	call_show(void *);
int	call_list(void *);
int	call_rotate(void *);
int	call_revoke(void *);
int	call_rekey(void *);
int	call_check(void *);

/* Opens the database, and the master key with_key. 0, or the exit status. */
int	call_begin(struct call *, bool with_key);

/* Logs c->keys.err. Returns the exit status. */
int	call_fail(const struct call *, enum db_fault);

/* Reports that the channel and the source are missing. Returns the exit status. */
int	call_no_source(const struct call *);

/* Flushes standard output. Returns status, or EX_IOERR after it has logged the error. */
int	call_flush(int status);

long	call_number(const json_t *, const char *member);

#endif
