/* SPDX-License-Identifier: ISC */
/* A call of lsctl-user: its options and arguments, and what all commands use. */
#ifndef LSCTL_USER_CALL_H
#define LSCTL_USER_CALL_H

#include <jansson.h>
#include <stdbool.h>

#include "base/options.h"
#include "control/account/accounts.h"

struct call {
	struct options	 o;
	const char	*role, *url;
	json_t		*channels;	/* of --channel; NULL: not given */
	bool		 all_channels, all, forget_totp, json, qr, yes;
	long		 expires_s, days;
	struct accounts	 accounts;	/* after call_begin() */
};

/* All commands and options of lsctl-user. */
extern const struct options_tool call_tool;

/* The commands. Each takes a struct call, logs errors, and returns the exit status. */
int	call_add(void *);
int	call_set(void *);
int	call_enable(void *);
int	call_disable(void *);
int	call_rm(void *);
int	call_reset(void *);
int	call_token_add(void *);
int	call_token_rm(void *);
int	call_session_rm(void *);
int	call_list(void *);
int	call_show(void *);
int	call_session_list(void *);

/* Opens the database. 0, or the exit status. */
int	call_begin(struct call *);

/* Logs c->accounts.err. Returns the exit status. */
int	call_fail(const struct call *, enum db_fault);

/* Flushes standard output. Returns 0, or EX_IOERR after it has logged the error. */
int	call_flush(void);

#endif
