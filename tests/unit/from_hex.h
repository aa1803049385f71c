/* SPDX-License-Identifier: ISC */
#ifndef TESTS_UNIT_FROM_HEX_H
#define TESTS_UNIT_FROM_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Bytes from hexadecimal, spaces allowed; how many. */
static size_t
from_hex(uint8_t *dst, const char *s)
{
	size_t n = 0;
	unsigned int v;

	for (; *s != '\0'; s += 2) {
		while (*s == ' ')
			s++;
		if (*s == '\0' || sscanf(s, "%2x", &v) != 1)
			break;
		dst[n++] = (uint8_t)v;
	}
	return n;
}

#endif
