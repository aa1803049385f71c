/* SPDX-License-Identifier: ISC */
/* HMAC-SHA256 (RFC 2104). */
#ifndef BASE_HMAC_H
#define BASE_HMAC_H

#include "base/sha256.h"

/* The authentication code of n bytes of data. A key may have any length. */
void	hmac_sha256(const void *key, size_t key_len, const void *data, size_t n, uint8_t out[SHA256_LEN]);

#endif
