/* SPDX-License-Identifier: ISC */
/* What people do with their own account: password and second factor. */
#ifndef CONTROL_ACCOUNT_OWN_ACCOUNT_H
#define CONTROL_ACCOUNT_OWN_ACCOUNT_H

#include <stdint.h>

#include "control/account/recovery_code.h"
#include "control/account/sign_in.h"
#include "control/account/totp.h"

/* Who asks, by their session: of caller() in sql/functions/permission.sql. */
struct own_account {
	int64_t		 id;
	const char	*name;
	const char	*session;	/* the digest (hex) of the session that asks */
};

/* Sets a new password and ends all other sessions. Counts as an attempt to sign in. old and new are wiped. */
enum sign_in_result	 own_account_password(struct sign_in *, const struct sign_in_from *,
			    const struct own_account *, char *old, char *new);

/* A second factor that is not in force yet. */
struct own_totp {
	char	 secret[TOTP_SECRET_TEXT];
	char	 uri[TOTP_URI];
	char	*qr_svg;
};

/* Wipes and releases it; a zeroed one, and one of a call that failed, is allowed. */
void			 own_totp_free(struct own_totp *);

/*
 * Begins, also anew. issuer: the name of this installation in the app. Counts as an attempt to sign in: who finds an open
 * page must not lock its owner out. SIGN_IN_FAULT with DB_REFUSED: it has one. Wipes password.
 */
enum sign_in_result	 own_account_totp_begin(struct sign_in *, const struct sign_in_from *,
			    const struct own_account *, char *password, const char *issuer, struct own_totp *);

/*
 * The second factor is in force with its first code. codes: to show once, and to wipe. SIGN_IN_WRONG: not the code.
 * SIGN_IN_FAULT with DB_REFUSED: none was begun. Wipes code.
 */
enum sign_in_result	 own_account_totp_confirm(struct sign_in *, const struct own_account *, char *code,
			    char codes[RECOVERY_CODES][RECOVERY_CODE]);

/* Removes the second factor and its recovery codes. Counts as an attempt to sign in. Wipes password. */
enum sign_in_result	 own_account_totp_remove(struct sign_in *, const struct sign_in_from *,
			    const struct own_account *, char *password);

#endif
