/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/sha256.h"

#include <openssl/evp.h>

struct sha256 {
	EVP_MD_CTX	*ctx;
};

struct sha256 *
sha256_new(void)
{
	struct sha256 *s;

	if ((s = calloc(1, sizeof(*s))) == NULL)
		return NULL;
	if ((s->ctx = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(s->ctx, EVP_sha256(), NULL) != 1) {
		sha256_free(s);
		return NULL;
	}
	return s;
}

void
sha256_free(struct sha256 *s)
{
	if (s == NULL)
		return;
	EVP_MD_CTX_free(s->ctx);
	free(s);
}

int
sha256_add(struct sha256 *s, const void *p, size_t n)
{
	return EVP_DigestUpdate(s->ctx, p, n) == 1 ? 0 : -1;
}

int
sha256_hex(struct sha256 *s, char hex[SHA256_HEX])
{
	uint8_t d[SHA256_LEN];
	size_t i;

	if (EVP_DigestFinal_ex(s->ctx, d, NULL) != 1)
		return -1;
	for (i = 0; i < sizeof(d); i++)
		snprintf(hex + 2 * i, 3, "%02x", d[i]);
	return 0;
}
