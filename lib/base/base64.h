/* SPDX-License-Identifier: ISC */
/* Bytes as text: RFC 4648. */
#ifndef BASE_BASE64_H
#define BASE_BASE64_H

#include <stddef.h>

/* Bytes of the text of n bytes, with its NUL. */
#define BASE64_SIZE(n)		(((n) + 2) / 3 * 4 + 1)
#define BASE64URL_SIZE(n)	(((n) * 4 + 2) / 3 + 1)

/* Section 4, with padding: dst has BASE64_SIZE(n) bytes. Returns dst. */
char	*base64_put(char *dst, const void *src, size_t n);

/* Section 5, without padding: text that needs no escape in a URL, a cookie or a header. dst has BASE64URL_SIZE(n) bytes.
 * Returns dst. */
char	*base64url_put(char *dst, const void *src, size_t n);

/* Reads a whole text of section 4. The number of bytes, or -1: it is no Base64, or they do not fit. */
long	 base64_get(void *dst, size_t size, const char *text);

#endif
