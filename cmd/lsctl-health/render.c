/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-health/render.h"

#include <sysexits.h>

static int
answer(const struct health *h)
{
	return health_status(h) == HEALTH_OK ? 0 : 1;
}

/* Those of monitoring plugins: OK, WARNING, CRITICAL. UNKNOWN is for who cannot even look. */
static int
nagios(const struct health *h)
{
	return (int)health_status(h);
}

static const struct render_format formats[] = {
	{ "table", render_table, answer, EX_TEMPFAIL },
	{ "json", render_json, answer, EX_TEMPFAIL },
	{ "prometheus", render_prometheus, answer, EX_TEMPFAIL },
	{ "nagios", render_nagios, nagios, -1 }
};

const struct render_format *
render_find(const char *name)
{
	size_t i;

	for (i = 0; i < nitems(formats); i++)
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	return NULL;
}

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
