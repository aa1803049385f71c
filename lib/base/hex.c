/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"

char *
hex_put(char *dst, const void *src, size_t len)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *p = src;
	size_t i;

	for (i = 0; i < len; i++) {
		dst[2 * i] = digits[p[i] >> 4];
		dst[2 * i + 1] = digits[p[i] & 15];
	}
	dst[2 * len] = '\0';
	return dst;
}

static int
digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int
hex_get(void *dst, size_t len, const char *text)
{
	uint8_t *p = dst;
	int high, low;
	size_t i;

	for (i = 0; i < len; i++) {
		if ((high = digit_value(text[2 * i])) == -1 ||
		    (low = digit_value(text[2 * i + 1])) == -1)
			return -1;
		p[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}
