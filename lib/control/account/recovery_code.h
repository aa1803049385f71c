/* SPDX-License-Identifier: ISC */
/* Codes to write down, for people who lose their second factor. Each is good once. */
#ifndef CONTROL_ACCOUNT_RECOVERY_CODE_H
#define CONTROL_ACCOUNT_RECOVERY_CODE_H

#include <stdbool.h>

#include "control/account/credential.h"

#define RECOVERY_CODES	10
#define RECOVERY_CODE	20	/* bytes of one: "7k2m-9wqx-04tn-hh3c" and NUL */

/*
 * A new one: 80 random bits in the alphabet of Crockford's base32, which has no I, L, O and U; and the digest that the
 * database keeps. Wipe text. 0, or -1: no randomness.
 */
int	 recovery_code_new(char text[RECOVERY_CODE], char digest[CREDENTIAL_DIGEST]);

/*
 * The digest of a code as somebody types it: in any case, with or without dashes and spaces, O for 0, I or L for 1.
 * false: it cannot be one.
 */
bool	 recovery_code_digest(const char *typed, char digest[CREDENTIAL_DIGEST]);

#endif
