/* SPDX-License-Identifier: ISC */
/* Base64 with padding (RFC 4648, section 4). */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

#define BASE64_SIZE(n)	(((n) + 2) / 3 * 4 + 1)	/* bytes of the text of n bytes, with its NUL */

/* dst has BASE64_SIZE(n) bytes. Returns dst. */
char	*base64_put(char *dst, const void *src, size_t n);

/* Reads a whole text. The number of bytes, or -1: it is no Base64, or they do not fit. */
long	 base64_get(void *dst, size_t size, const char *text);

#endif
