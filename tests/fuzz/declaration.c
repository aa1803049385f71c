/* SPDX-License-Identifier: ISC */
/* A first byte of 'W' is words, a line each, of a destination; anything else begins a document. */
#include "base/base.h"
#include "control/declare/declaration.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
words(char *text)
{
	struct declaration_fault x;
	const char *word[16];
	char *json, *line;
	size_t n = 0;

	while (n < nitems(word) && (line = strsep(&text, "\n")) != NULL)
		word[n++] = line;
	json = declaration_assignments(DECLARED_DESTINATION, word, n, &x);
	if (json == NULL && x.reason[0] == '\0')
		abort();
	free(json);
	free(declaration_files("/media", word, n, &x));
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct declaration_fault x;
	char *text, told[1024];

	if ((text = malloc(n + 1)) == NULL)
		return 0;
	memcpy(text, p, n);
	text[n] = '\0';
	if (n > 0 && text[0] == 'W')
		words(text + 1);
	else if (declaration_check(text, n, &x) == -1 && (x.line < 1 || x.reason[0] == '\0'))
		abort();
	else
		declaration_fault_text(&x, "file", told, sizeof(told));
	free(text);
	return 0;
}
