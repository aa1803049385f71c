/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

char *
base64_put(char *dst, const void *src, size_t n)
{
	const uint8_t *p = src;
	char *out = dst;
	uint32_t v;

	for (; n > 0; p += 3, n = n > 3 ? n - 3 : 0) {
		v = (uint32_t)p[0] << 16 | (uint32_t)(n > 1 ? p[1] : 0) << 8 | (n > 2 ? p[2] : 0);
		*out++ = digits[v >> 18];
		*out++ = digits[v >> 12 & 63];
		*out++ = n > 1 ? digits[v >> 6 & 63] : '=';
		*out++ = n > 2 ? digits[v & 63] : '=';
	}
	*out = '\0';
	return dst;
}

long
base64_get(void *dst, size_t size, const char *text)
{
	size_t len = strlen(text), used = strcspn(text, "="), i, n = 0;
	uint8_t *out = dst;
	uint32_t v = 0;
	const char *at;

	if (len % 4 != 0 || len - used > 2 || strspn(text + used, "=") != len - used || used * 3 / 4 > size)
		return -1;
	for (i = 0; i < used; i++) {
		if ((at = memchr(digits, text[i], 64)) == NULL)
			return -1;
		v = v << 6 | (uint32_t)(at - digits);
		if (i % 4 != 0)
			out[n++] = (uint8_t)(v >> (6 - i % 4 * 2));
	}
	return (long)n;
}
