/* SPDX-License-Identifier: ISC */
/* Metadata as text, read without the code under test. */
#ifndef TESTS_UNIT_MEDIA_METADATA_STAGE_H
#define TESTS_UNIT_MEDIA_METADATA_STAGE_H

#include "base/base.h"
#include "t.h"

/* "width=1920 stereo=true encoder=lsctl/1 ", or "?": it is no onMetaData, or its count or its end is wrong. */
__attribute__((unused)) static const char *
metadata_text(const uint8_t *p, size_t n)
{
	static const uint8_t name[] = "\2\0\12onMetaData\10";
	static char text[1024];
	size_t at = sizeof(name) - 1 + 4, used = 0, key;
	uint32_t count, members = 0;
	uint64_t bits;
	double d;

	if (n < at || memcmp(p, name, sizeof(name) - 1) != 0)
		return "?";
	count = be32(p + at - 4);
	text[0] = '\0';
	for (; n - at > 3; members++) {
		key = be16(p + at);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%.*s=", (int)key, (const char *)p + at + 2);
		at += 2 + key;
		switch (p[at++]) {
		case 0:
			bits = (uint64_t)be32(p + at) << 32 | be32(p + at + 4);
			memcpy(&d, &bits, sizeof(d));
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%.10g ", d);
			at += 8;
			break;
		case 1:
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s ", p[at++] ? "true" : "false");
			break;
		case 2:
			key = be16(p + at);
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%.*s ", (int)key, (const char *)p + at + 2);
			at += 2 + key;
			break;
		default:
			return "?";
		}
	}
	return count == members && n - at == 3 && be24(p + at) == 9 ? text : "?";
}

#endif
