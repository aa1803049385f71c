/* SPDX-License-Identifier: ISC */
/* A path up to the first newline, then a text: any, it only has to end. */
#include "base/base.h"
#include "base/json_where.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	int line, lines = 1;
	char *path, *text, *c;

	if ((path = malloc(n + 1)) == NULL)
		return 0;
	memcpy(path, p, n);
	path[n] = '\0';
	text = strchr(path, '\n');
	if (text != NULL) {
		*text++ = '\0';
		for (c = text; *c != '\0'; c++)
			lines += *c == '\n';
		line = json_where(text, path);
		if (line < 1 || line > lines)
			abort();
	}
	free(path);
	return 0;
}
