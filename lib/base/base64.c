/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static const char url_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* The text without padding and NUL. Returns its end. */
static char *
put(char *dst, const uint8_t *p, size_t n, const char *alphabet)
{
	uint32_t bits = 0;
	int held = 0;

	for (; n > 0; n--) {
		bits = bits << 8 | *p++;
		for (held += 8; held >= 6; held -= 6)
			*dst++ = alphabet[bits >> (held - 6) & 63];
	}
	if (held > 0)
		*dst++ = alphabet[bits << (6 - held) & 63];
	return dst;
}

char *
base64_put(char *dst, const void *src, size_t n)
{
	char *end = put(dst, src, n, digits);

	while ((end - dst) % 4 != 0)
		*end++ = '=';
	*end = '\0';
	return dst;
}

char *
base64url_put(char *dst, const void *src, size_t n)
{
	*put(dst, src, n, url_digits) = '\0';
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
