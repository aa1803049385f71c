/* SPDX-License-Identifier: ISC */
/* Lines of health records. */
#include "base/base.h"
#include "control/reconcile/observed.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const char *text = (const char *)p, *nl;
	const struct observed_channel *c;
	struct observed s;
	size_t left, i;
	int k;

	observed_init(&s);
	for (left = n; left > 0; left -= (size_t)(nl - text) + 1, text = nl + 1) {
		if ((nl = memchr(text, '\n', left)) == NULL)
			break;
		if (observed_add(&s, text, (size_t)(nl - text)) == -1)
			break;
	}
	observed_sort(&s);
	for (i = 0; i < s.channels; i++) {
		c = &s.channel[i];
		if (!spec_name_ok(c->name) || c->left_ms < 0 || c->sources > SPEC_SOURCES ||
		    observed_find(&s, c->name) == NULL)
			abort();
		for (k = 0; k < c->sources; k++)
			if (!spec_name_ok(c->source[k].name) || c->source[k].alive_ms < -1 ||
			    c->source[k].silent_ms < -1)
				abort();
	}
	if (observed_records(&s) == NULL)
		abort();
	observed_free(&s);
	return 0;
}
