/* SPDX-License-Identifier: ISC */
/*
 * Accounts as an admin changes them, over sql/functions/account.sql. Each function changes all or nothing; a fault has
 * an error, and that of DB_REFUSED is for the user.
 */
#ifndef CONTROL_ACCOUNT_ACCOUNTS_H
#define CONTROL_ACCOUNT_ACCOUNTS_H

#include <jansson.h>

#include "base/error.h"
#include "control/account/credential.h"
#include "control/db.h"

struct accounts {
	struct db	*db;	/* open, as lsctl_user */
	struct error	 err;	/* why the last call failed */
};

/* What an account or a token may do. */
struct accounts_rights {
	const char	*role;		/* "admin", "operator", "viewer" */
	const json_t	*channels;	/* an array of names; NULL: all */
};

/* Makes an account, and the link that sets its password within valid_s seconds, to be wiped. */
enum db_fault	 accounts_add(struct accounts *, const char *name, const struct accounts_rights *, long valid_s,
		    char link[CREDENTIAL_TEXT]);

/* change: {"role", "channels" (null: all), "enabled"}, those that change. Who is disabled is signed out. */
enum db_fault	 accounts_set(struct accounts *, const char *name, const json_t *change);

enum db_fault	 accounts_remove(struct accounts *, const char *name);

/* Makes a link to set a new password, and ends earlier links. forget_totp: the second factor goes, too. */
enum db_fault	 accounts_reset(struct accounts *, const char *name, bool forget_totp, long valid_s,
		    char link[CREDENTIAL_TEXT]);

/* Makes a token for a program, to be wiped; it ends after valid_s seconds. */
enum db_fault	 accounts_token_new(struct accounts *, const char *name, const char *token,
		    const struct accounts_rights *, long valid_s, char text[CREDENTIAL_TEXT]);

/* Ends what is of this kind ("session", "token"): by its number, a token by its name, too; which NULL: all. *n: how many. */
enum db_fault	 accounts_revoke(struct accounts *, const char *name, const char *kind, const char *which, long *n);

/* All accounts, or the one with this name: of accounts() in sql/functions/account.sql. Release *list. */
enum db_fault	 accounts_read(struct accounts *, const char *name, json_t **list);

#endif
