/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-top/text.h"

#include <wchar.h>

/* A character of UTF-8 (RFC 3629 section 4), and its length. 0: these bytes are none. */
static uint32_t
char_at(const char *s, size_t *len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *p = (const uint8_t *)s;
	uint32_t c;
	size_t i;

	*len = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;
	if (*len <= 1) {
		c = *len == 1 ? p[0] : 0;
		*len = 1;
		return c;
	}
	c = p[0] & (0x7fu >> *len);
	for (i = 1; i < *len; i++) {
		if (p[i] >> 6 != 2) {
			*len = 1;
			return 0;
		}
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c >= least[*len] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff))
		return c;
	*len = 1;
	return 0;
}

/* Cells, or -1: it is not printed. */
static int
char_cells(uint32_t c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb))
		return -1;
	return c < 0x80 ? 1 : wcwidth((wchar_t)c);
}

char *
text_plain(char *dst, size_t size, const char *s, bool utf8)
{
	size_t n = 0, len;
	uint32_t c;

	for (; *s != '\0'; s += len) {
		c = char_at(s, &len);
		if (char_cells(c) == -1 || (c >= 0x80 && !utf8)) {
			if (n + 1 >= size)
				break;
			dst[n++] = '?';
		} else {
			if (n + len >= size)
				break;
			memcpy(dst + n, s, len);
			n += len;
		}
	}
	dst[n] = '\0';
	return dst;
}

int
text_cells(const char *s)
{
	int cells = 0, one;
	size_t len;

	for (; *s != '\0'; s += len) {
		one = char_cells(char_at(s, &len));
		cells += one > 0 ? one : 0;
	}
	return cells;
}

size_t
text_fit(const char *s, int cells)
{
	size_t n = 0, len;
	int one;

	while (s[n] != '\0') {
		one = char_cells(char_at(s + n, &len));
		cells -= one > 0 ? one : 0;
		if (cells < 0)
			break;
		n += len;
	}
	return n;
}

size_t
text_wrap(const char *s, int cells, const char **next)
{
	size_t n = text_fit(s, cells), end = n;

	if (n == 0 && *s != '\0')
		char_at(s, &end);
	if (s[n] != '\0' && n > 0) {
		while (end > 0 && s[end] != ' ')
			end--;
		if (end == 0)
			end = n;
	}
	*next = s + end;
	while (**next == ' ')
		(*next)++;
	while (end > 0 && s[end - 1] == ' ')
		end--;
	return end;
}
