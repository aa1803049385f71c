/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/base64url.h"

char *
base64url_put(char *dst, const void *src, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const uint8_t *p = src;
	uint32_t bits = 0;
	char *at = dst;
	int held = 0;
	size_t i;

	for (i = 0; i < len; i++) {
		bits = bits << 8 | p[i];
		for (held += 8; held >= 6; held -= 6)
			*at++ = digits[bits >> (held - 6) & 63];
	}
	if (held > 0)
		*at++ = digits[bits << (6 - held) & 63];
	*at = '\0';
	return dst;
}
