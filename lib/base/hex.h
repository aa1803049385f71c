/* SPDX-License-Identifier: ISC */
/* Bytes as hexadecimal digits, and back. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stddef.h>
#include <stdint.h>

/* dst has 2 * len + 1 bytes; lower case. Returns dst. */
char	*hex_put(char *dst, const void *src, size_t len);

/* Reads exactly 2 * len digits of either case; more text may follow. 0, or -1. */
int	 hex_get(void *dst, size_t len, const char *text);

#endif
