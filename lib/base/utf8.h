/* SPDX-License-Identifier: ISC */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* The bytes of the UTF-8 sequence at p, in a text that ends with a NUL (RFC 3629, section 4); 0: it is not valid. */
size_t	utf8_sequence(const uint8_t *p);

#endif
