/* SPDX-License-Identifier: ISC */
/*
 * Signing in: by password, with a second factor where an account has one, or by a link that sets a password. The
 * database counts attempts and keeps digests (sql/functions/sign_in.sql); here passwords and codes are compared.
 * What is compared takes equally long for a name that does not exist.
 */
#ifndef CONTROL_ACCOUNT_SIGN_IN_H
#define CONTROL_ACCOUNT_SIGN_IN_H

#include <jansson.h>

#include "base/error.h"
#include "control/account/credential.h"
#include "control/account/password.h"
#include "control/db.h"

enum sign_in_result {
	SIGN_IN_OK,
	SIGN_IN_WRONG,		/* name, password or code: people are not told which */
	SIGN_IN_CODE_REQUIRED,	/* all is right, and a code of the second factor must come with it */
	SIGN_IN_TOO_MANY,	/* attempts: not before wait_s seconds */
	SIGN_IN_NO_LINK,	/* the link was used, has expired, or never was */
	SIGN_IN_PASSWORD,	/* the new password is not valid: password */
	SIGN_IN_FAULT		/* fault and err: the database, the master key, or this machine */
};

struct sign_in {
	struct db		*db;		/* open, as lsctl_act */
	int			 wait_s;	/* after SIGN_IN_TOO_MANY */
	enum password_fault	 password;	/* after SIGN_IN_PASSWORD */
	enum db_fault		 fault;		/* after SIGN_IN_FAULT; DB_REFUSED: err is for the user */
	struct error		 err;
};

/* The browser that asks. */
struct sign_in_from {
	const char	*address, *agent;	/* its IP address, and its name for itself or NULL */
	const char	*device;		/* the secret of its device cookie, or NULL */
};

struct sign_in_session {
	char	 secret[CREDENTIAL_TEXT];	/* for the cookie of the session, which ends after 30 days */
	char	 device[CREDENTIAL_TEXT];	/* for the device cookie: that which came, or a new one */
	json_t	*caller;			/* of caller() in sql/functions/permission.sql */
};

/* Wipes and releases it; a zeroed one, and one of a call that failed, is allowed. */
void			 sign_in_session_free(struct sign_in_session *);

/* password and code (of the second factor, or a recovery code; may be NULL) are wiped. */
enum sign_in_result	 sign_in(struct sign_in *, const struct sign_in_from *, const char *name, char *password,
			    char *code, struct sign_in_session *);

/*
 * A session for whom a trusted proxy names, which has compared the password or whatever it asks for. No device. SIGN_IN_WRONG:
 * there is no such account in force.
 */
enum sign_in_result	 sign_in_by_proxy(struct sign_in *, const struct sign_in_from *, const char *name,
			    struct sign_in_session *);

/* Ends the session with this digest (hex), if there is one. */
enum sign_in_result	 sign_in_end(struct sign_in *, const char *session);

/* What a link is for: *shown, to be released, is {"account", "new", "totp", "expires_at"}; totp: use needs a code. */
enum sign_in_result	 sign_in_link_look(struct sign_in *, const char *link, json_t **shown);

/*
 * Sets the password of the link's account, ends its other sessions, and signs in. The link is used up only if this
 * succeeds. password and code are wiped.
 */
enum sign_in_result	 sign_in_link_use(struct sign_in *, const struct sign_in_from *, const char *link,
			    char *password, char *code, struct sign_in_session *);

/*
 * Is this the password of the account, and may it be tried now? Counts as an attempt to sign in. SIGN_IN_OK, _WRONG,
 * _TOO_MANY or _FAULT. Wipes password.
 */
enum sign_in_result	 sign_in_password(struct sign_in *, const struct sign_in_from *, const char *name,
			    char *password);

/* Sets fault and err to those of the database. Returns SIGN_IN_FAULT. */
enum sign_in_result	 sign_in_fault(struct sign_in *, enum db_fault);

#endif
