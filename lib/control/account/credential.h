/* SPDX-License-Identifier: ISC */
/*
 * Secrets that stand for an account: of a session, a device, a link, or a program. Each has 256 random bits, so that
 * its SHA-256 is enough to know it by, and the database has only that.
 */
#ifndef CONTROL_ACCOUNT_CREDENTIAL_H
#define CONTROL_ACCOUNT_CREDENTIAL_H

#include <stddef.h>

#include "base/sha256.h"

#define CREDENTIAL_TEXT		50	/* bytes of the longest text, with its NUL */
#define CREDENTIAL_DIGEST	(2 * SHA256_LEN + 1)	/* bytes of a digest: 64 hex digits and NUL */
#define CREDENTIAL_API		"lsctl_"	/* begins the token of a program, for programs that look for leaked ones */

/*
 * A new one: prefix ("" or CREDENTIAL_API) and 43 characters of base64url (RFC 4648, section 5); and its digest. Wipe
 * text. 0, or -1: no randomness.
 */
int	 credential_new(char text[CREDENTIAL_TEXT], char digest[CREDENTIAL_DIGEST], const char *prefix);

/* The digest of what somebody shows, whatever it is. Returns digest. */
char	*credential_digest(const char *text, size_t len, char digest[CREDENTIAL_DIGEST]);

#endif
