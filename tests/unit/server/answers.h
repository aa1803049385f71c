/* SPDX-License-Identifier: ISC */
/* Recorded answers of media servers, from tests/data/. */
#ifndef TESTS_UNIT_CONTROL_ANSWERS_H
#define TESTS_UNIT_CONTROL_ANSWERS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "t.h"

/* From the top of the tree, as make runs tests; to be freed. */
__attribute__((unused)) static char *
recorded(const char *path)
{
	static char room[1 << 20];
	char full[256];
	size_t n = 0;
	FILE *f;

	snprintf(full, sizeof(full), "tests/data/%s", path);
	if (t_ok((f = fopen(full, "rb")) != NULL)) {
		n = fread(room, 1, sizeof(room) - 1, f);
		fclose(f);
	}
	room[n] = '\0';
	return strdup(room);
}

/* One that was recorded as the value of "body", or as one stream without what stands around it. */
__attribute__((unused)) static char *
wrapped(const char *before, const char *path, const char *after)
{
	char *text = recorded(path), *all;
	size_t size = strlen(before) + strlen(text) + strlen(after) + 1;

	if ((all = malloc(size)) != NULL)
		snprintf(all, size, "%s%s%s", before, text, after);
	free(text);
	return all;
}

#endif
