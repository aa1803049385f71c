/* SPDX-License-Identifier: ISC */
/* Bytes as base64url without padding (RFC 4648, section 5): text that needs no escape in a URL, a cookie or a header. */
#ifndef BASE_BASE64URL_H
#define BASE_BASE64URL_H

#include <stddef.h>

#define BASE64URL_TEXT(len)	(((len) * 4 + 2) / 3 + 1)	/* bytes of the text of len bytes, with its NUL */

/* Returns dst. */
char	*base64url_put(char *dst, const void *src, size_t len);

#endif
