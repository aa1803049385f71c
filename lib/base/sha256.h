/* SPDX-License-Identifier: ISC */
/*
 * SHA-256 (FIPS 180-4), by libmd. OpenSSL is five times as fast for a film; but a short process that is linked
 * statically with it, such as the hook, takes three times as long.
 */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <sha2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN	SHA256_DIGEST_LENGTH

struct sha256 {
	SHA2_CTX	 state;
};

void	sha256_init(struct sha256 *);
void	sha256_add(struct sha256 *, const void *, size_t);
void	sha256_end(struct sha256 *, uint8_t out[SHA256_LEN]);

/* Hashes n bytes in one call. */
void	sha256(const void *, size_t, uint8_t out[SHA256_LEN]);

/* Compares in constant time. */
bool	sha256_equal(const uint8_t a[SHA256_LEN], const uint8_t b[SHA256_LEN]);

#endif
