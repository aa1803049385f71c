/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "control/account/totp.h"
#include "control/keys/seal_place.h"

#include <ctype.h>
#include <liboath/oath.h>
#include <unistd.h>

#define DIGITS	6
#define WINDOW	1	/* steps that a clock may be wrong (RFC 6238, section 5.2) */

int
totp_secret_new(uint8_t secret[TOTP_SECRET])
{
	return getentropy(secret, TOTP_SECRET);
}

char *
totp_secret_text(const uint8_t secret[TOTP_SECRET], char dst[TOTP_SECRET_TEXT])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	uint32_t bits = 0;
	char *at = dst;
	int held = 0;
	size_t i;

	/* 160 bits are 32 digits of 5: no padding */
	for (i = 0; i < TOTP_SECRET; i++) {
		bits = bits << 8 | secret[i];
		for (held += 8; held >= 5; held -= 5)
			*at++ = digits[bits >> (held - 5) & 31];
	}
	*at = '\0';
	return dst;
}

/* Percent-encodes all but unreserved characters (RFC 3986, section 2.3). */
static void
encode(char *dst, size_t size, const char *text)
{
	size_t n = 0;

	dst[0] = '\0';
	for (; *text != '\0' && n < size; text++)
		n += (size_t)snprintf(dst + n, size - n, isalnum((unsigned char)*text) || strchr("-._~", *text) != NULL ?
		    "%c" : "%%%02X", (unsigned char)*text);
}

char *
totp_uri(const uint8_t secret[TOTP_SECRET], const char *issuer, const char *account, char dst[TOTP_URI])
{
	char text[TOTP_SECRET_TEXT], of[TOTP_URI], name[TOTP_URI];
	int n;

	encode(of, sizeof(of), issuer);
	encode(name, sizeof(name), account);
	n = snprintf(dst, TOTP_URI, "otpauth://totp/%s:%s?secret=%s&issuer=%s", of, name, totp_secret_text(secret, text), of);
	explicit_bzero(text, sizeof(text));
	if (n < TOTP_URI)
		return dst;
	explicit_bzero(dst, TOTP_URI);
	return NULL;
}

/* The digits of a code, without the spaces that apps show. false: not six digits. */
static bool
digits_of(char dst[DIGITS + 1], const char *code)
{
	size_t n = 0;

	for (; *code != '\0'; code++) {
		if (*code == ' ')
			continue;
		if (n == DIGITS || !isdigit((unsigned char)*code))
			return false;
		dst[n++] = *code;
	}
	dst[n] = '\0';
	return n == DIGITS;
}

int64_t
totp_check(const uint8_t secret[TOTP_SECRET], const char *code, int64_t now_s)
{
	char digits[DIGITS + 1];
	uint64_t step = 0;
	int rc = -1;

	if (digits_of(digits, code) && oath_init() == OATH_OK) {
		rc = oath_totp_validate4((const char *)secret, TOTP_SECRET, (time_t)now_s, OATH_TOTP_DEFAULT_TIME_STEP_SIZE,
		    OATH_TOTP_DEFAULT_START_TIME, WINDOW, NULL, &step, 0, digits);
		oath_done();
	}
	explicit_bzero(digits, sizeof(digits));
	return rc >= 0 ? (int64_t)step : -1;
}

static void
place_of(char dst[SEAL_PLACE], int64_t account_id)
{
	char row[32];

	snprintf(row, sizeof(row), "totp:%lld", (long long)account_id);
	seal_place(dst, row, NULL, NULL);
}

char *
totp_seal(const struct master_key *k, int64_t account_id, const uint8_t secret[TOTP_SECRET])
{
	char place[SEAL_PLACE];

	place_of(place, account_id);
	return seal_hex(k, place, secret, TOTP_SECRET);
}

int
totp_unseal(const struct master_key *k, int64_t account_id, const char *sealed, uint8_t secret[TOTP_SECRET])
{
	char place[SEAL_PLACE], *opened;
	size_t len = 0;

	place_of(place, account_id);
	if ((opened = unseal_hex(k, place, sealed, &len)) == NULL)
		return -1;
	if (len == TOTP_SECRET)
		memcpy(secret, opened, TOTP_SECRET);
	secret_free(opened);
	return len == TOTP_SECRET ? 0 : -1;
}
