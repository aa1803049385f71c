/* SPDX-License-Identifier: ISC */
/*
 * The second factor: codes that change with the time, TOTP (RFC 6238), with what all apps know: SHA-1, 6 digits, steps
 * of 30 s. Only totp.c includes oath.h.
 */
#ifndef CONTROL_ACCOUNT_TOTP_H
#define CONTROL_ACCOUNT_TOTP_H

#include <stdint.h>

#include "control/keys/seal.h"

#define TOTP_SECRET		20	/* bytes: as long as the HMAC is (RFC 4226, section 4) */
#define TOTP_SECRET_TEXT	33	/* bytes of it as base32, with its NUL */
#define TOTP_URI		512	/* bytes of totp_uri() */

/* A new secret. 0, or -1: no randomness. */
int	 totp_secret_new(uint8_t secret[TOTP_SECRET]);

/* For people who cannot scan: base32 (RFC 4648, section 6). Returns dst. */
char	*totp_secret_text(const uint8_t secret[TOTP_SECRET], char dst[TOTP_SECRET_TEXT]);

/*
 * "otpauth://totp/ISSUER:ACCOUNT?secret=...&issuer=ISSUER": the Key Uri Format of Google Authenticator. Returns dst, to
 * be wiped; NULL: too long.
 */
char	*totp_uri(const uint8_t secret[TOTP_SECRET], const char *issuer, const char *account, char dst[TOTP_URI]);

/*
 * The time step of which code is the code, among that of now_s (seconds since 1970) and one before and after it; -1:
 * none, or not six digits; spaces are left out. A step is good once: the caller keeps the last one (section 5.2).
 */
int64_t	 totp_check(const uint8_t secret[TOTP_SECRET], const char *code, int64_t now_s);

/* Sealed for the row "totp:ACCOUNT_ID", as hex, to be freed. NULL: no memory or no randomness. */
char	*totp_seal(const struct master_key *, int64_t account_id, const uint8_t secret[TOTP_SECRET]);

/* 0; -1: not sealed under this key for this account. Wipe secret. */
int	 totp_unseal(const struct master_key *, int64_t account_id, const char *sealed, uint8_t secret[TOTP_SECRET]);

#endif
