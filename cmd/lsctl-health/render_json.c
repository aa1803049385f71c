/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_record.h"
#include "lsctl-health/render_json.h"

static int
line_print(struct buf *b, const json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(6));
	int rc = text != NULL ? buf_addf(b, "%s\n", text) : -1;

	free(text);
	return rc;
}

int
render_json(const struct health *h, struct buf *b)
{
	const json_t *one;
	size_t i;

	if (!h->picked && line_print(b, h->host) == -1)
		return -1;
	json_array_foreach(h->channels, i, one)
		if (line_print(b, one) == -1)
			return -1;
	return 0;
}
