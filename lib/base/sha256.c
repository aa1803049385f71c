/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/sha256.h"

void
sha256_init(struct sha256 *s)
{
	SHA256Init(&s->state);
}

void
sha256_add(struct sha256 *s, const void *p, size_t n)
{
	SHA256Update(&s->state, p, n);
}

void
sha256_end(struct sha256 *s, uint8_t out[SHA256_LEN])
{
	SHA256Final(out, &s->state);
}

void
sha256(const void *p, size_t n, uint8_t out[SHA256_LEN])
{
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, p, n);
	sha256_end(&s, out);
}

bool
sha256_equal(const uint8_t a[SHA256_LEN], const uint8_t b[SHA256_LEN])
{
	volatile uint8_t d = 0;
	size_t i;

	for (i = 0; i < SHA256_LEN; i++)
		d |= a[i] ^ b[i];
	return d == 0;
}
