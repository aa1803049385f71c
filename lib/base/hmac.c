/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hmac.h"

#define BLOCK	SHA256_BLOCK_LENGTH

/* One of the two hashes: of the padded key, and then data. */
static void
round_hash(const uint8_t key[BLOCK], uint8_t pad, const void *data, size_t n, uint8_t out[SHA256_LEN])
{
	uint8_t block[BLOCK];
	struct sha256 s;
	size_t i;

	for (i = 0; i < BLOCK; i++)
		block[i] = key[i] ^ pad;
	sha256_init(&s);
	sha256_add(&s, block, sizeof(block));
	sha256_add(&s, data, n);
	sha256_end(&s, out);
	explicit_bzero(block, sizeof(block));
}

void
hmac_sha256(const void *key, size_t key_len, const void *data, size_t n, uint8_t out[SHA256_LEN])
{
	uint8_t whole[BLOCK] = { 0 }, inner[SHA256_LEN];

	if (key_len > BLOCK)
		sha256(key, key_len, whole);
	else
		memcpy(whole, key, key_len);
	round_hash(whole, 0x36, data, n, inner);
	round_hash(whole, 0x5c, inner, sizeof(inner), out);
	explicit_bzero(whole, sizeof(whole));
}
