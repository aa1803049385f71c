/* SPDX-License-Identifier: ISC */
/* SHA-256 (FIPS 180-4). */
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_LEN	32
#define SHA256_HEX	(2 * SHA256_LEN + 1)

struct sha256;

struct sha256	*sha256_new(void);		/* NULL when there is no memory */
void		 sha256_free(struct sha256 *);	/* NULL is allowed */
int		 sha256_add(struct sha256 *, const void *, size_t);	/* 0, or -1 */

/* The digest so far, in lower case hexadecimal; nothing may be added after. 0, or -1. */
int		 sha256_hex(struct sha256 *, char hex[SHA256_HEX]);

#endif
