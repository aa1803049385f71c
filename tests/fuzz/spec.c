/* SPDX-License-Identifier: ISC */
/* The first byte chooses the kind of spec, the rest is its text. */
#include "base/base.h"
#include "spec/spec_parse.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct spec_fault fault;
	struct spec *s;
	char *text;

	if (n == 0 || (text = malloc(n)) == NULL)
		return 0;
	memcpy(text, p + 1, n - 1);
	text[n - 1] = '\0';
	s = spec_parse(text, n - 1, "/dir", p[0] == 'L' ? SPEC_LOOP :
	    SPEC_FORWARD, &fault);
	if (s == NULL && (fault.reason[0] == '\0' || fault.line < 0))
		abort();
	if (s != NULL && (s->sources < 1 || !spec_name_ok(s->channel)))
		abort();
	spec_free(s);
	free(text);
	return 0;
}
