/* SPDX-License-Identifier: ISC */
/* What the spec file of a unit has. */
#ifndef TESTS_UNIT_SPEC_TEXT_H
#define TESTS_UNIT_SPEC_TEXT_H

#include "control/host/spec_file.h"

/* In the same memory each time; "" if there is none. */
static const char *
spec_text(enum plan_unit u, const char *channel)
{
	static char text[256];
	struct buf b;

	buf_init(&b, SPEC_FILE_MAX);
	text[0] = '\0';
	if (spec_file_read(u, channel, &b) == 0)
		snprintf(text, sizeof(text), "%.*s", (int)buf_len(&b),
		    buf_len(&b) > 0 ? (const char *)buf_head(&b) : "");
	buf_free(&b);
	return text;
}

#endif
