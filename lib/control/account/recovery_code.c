/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/account/recovery_code.h"

#include <ctype.h>
#include <unistd.h>

#define DIGITS	16	/* of 5 bits */
#define GROUP	4	/* digits between dashes */

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

int
recovery_code_new(char text[RECOVERY_CODE], char digest[CREDENTIAL_DIGEST])
{
	uint8_t bits[DIGITS];	/* 5 of each */
	char *at = text;
	size_t i;

	if (getentropy(bits, sizeof(bits)) == -1)
		return -1;
	for (i = 0; i < DIGITS; i++) {
		if (i > 0 && i % GROUP == 0)
			*at++ = '-';
		*at++ = alphabet[bits[i] & 31];
	}
	*at = '\0';
	explicit_bzero(bits, sizeof(bits));
	return recovery_code_digest(text, digest) ? 0 : -1;
}

/* The digit that is meant; '\0': none. */
static char
digit_of(char typed)
{
	char c = (char)tolower((unsigned char)typed);

	if (c == 'o')
		return '0';
	if (c == 'i' || c == 'l')
		return '1';
	return c != '\0' && strchr(alphabet, c) != NULL ? c : '\0';
}

bool
recovery_code_digest(const char *typed, char digest[CREDENTIAL_DIGEST])
{
	char digits[DIGITS + 1];
	size_t n = 0;

	for (; *typed != '\0'; typed++) {
		if (*typed == '-' || *typed == ' ')
			continue;
		if (n == DIGITS || (digits[n++] = digit_of(*typed)) == '\0')
			return false;
	}
	if (n == DIGITS)
		credential_digest(digits, n, digest);
	explicit_bzero(digits, sizeof(digits));
	return n == DIGITS;
}
