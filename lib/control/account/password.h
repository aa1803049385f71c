/* SPDX-License-Identifier: ISC */
/* Passwords, as yescrypt hashes of libxcrypt (crypt(5)). Only password.c includes crypt.h. */
#ifndef CONTROL_ACCOUNT_PASSWORD_H
#define CONTROL_ACCOUNT_PASSWORD_H

#include <stdbool.h>

#define PASSWORD_MIN	12	/* characters */
#define PASSWORD_MAX	511	/* bytes: crypt(3) takes no more */

/* NIST SP 800-63B, section 5.1.1.2: length counts, and no rule says which characters there must be. */
enum password_fault {
	PASSWORD_VALID,
	PASSWORD_SHORT,
	PASSWORD_LONG,
	PASSWORD_NOT_UTF8,
	PASSWORD_IS_NAME	/* the name of the account, in any case */
};

/* What is wrong with a new password. */
enum password_fault	 password_fault(const char *password, const char *account);

/* What is wrong and what to choose instead, for people; a constant. */
const char		*password_reason(enum password_fault);

/* The hash of a password, with a new salt; to be freed. NULL: no memory, no randomness, or longer than PASSWORD_MAX. */
char			*password_hash(const char *password);

/*
 * Is it the password of this hash? hash NULL, of an unknown account: false, after the same work, so that the time does
 * not tell which accounts there are. A hash of another form: false.
 */
bool			 password_matches(const char *password, const char *hash);

#endif
