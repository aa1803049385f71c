/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-health/render_plain.h"

int
render_plain(struct buf *b, const char *text)
{
	char c;

	for (; *text != '\0'; text++) {
		c = (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text;
		if (buf_add(b, &c, 1) == -1)
			return -1;
	}
	return 0;
}
