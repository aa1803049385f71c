/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/base64.h"
#include "base/hex.h"
#include "control/account/credential.h"

#include <unistd.h>

int
credential_new(char text[CREDENTIAL_TEXT], char digest[CREDENTIAL_DIGEST], const char *prefix)
{
	char random[BASE64URL_SIZE(32)];
	uint8_t bits[32];

	if (getentropy(bits, sizeof(bits)) == -1)
		return -1;
	snprintf(text, CREDENTIAL_TEXT, "%s%s", prefix, base64url_put(random, bits, sizeof(bits)));
	explicit_bzero(bits, sizeof(bits));
	explicit_bzero(random, sizeof(random));
	credential_digest(text, strlen(text), digest);
	return 0;
}

char *
credential_digest(const char *text, size_t len, char digest[CREDENTIAL_DIGEST])
{
	uint8_t sum[SHA256_LEN];

	sha256(text, len, sum);
	return hex_put(digest, sum, sizeof(sum));
}
