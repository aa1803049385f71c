/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/utf8.h"

size_t
utf8_sequence(const uint8_t *p)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t n, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0;	/* shorter sequences */
	else if (p[0] == 0xed)
		high = 0x9f;	/* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;	/* after U+10FFFF */
	for (i = 1; i < n; i++, low = 0x80, high = 0xbf) {
		if (p[i] < low || p[i] > high)
			return 0;
	}
	return n;
}
