/* SPDX-License-Identifier: ISC */
/* Replays what the fuzzers start from and once found: tests/fuzz/corpus/NAME/. */
#ifndef TESTS_UNIT_CORPUS_H
#define TESTS_UNIT_CORPUS_H

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "t.h"

__attribute__((unused)) static bool
t_corpus_file(const char *dir, const char *name,
    int (*one)(const uint8_t *, size_t))
{
	static uint8_t room[1 << 20];
	char path[512];
	uint8_t *exact;
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "rb")) == NULL)
		return false;
	n = fread(room, 1, sizeof(room), f);
	fclose(f);
	/* To the byte, for the sanitizer to see what is read past the end. */
	if ((exact = malloc(n > 0 ? n : 1)) == NULL)
		return false;
	memcpy(exact, room, n);
	one(exact, n);
	free(exact);
	return true;
}

/* From the top of the tree, as make runs tests. */
__attribute__((unused)) static void
t_corpus(const char *name, int (*one)(const uint8_t *, size_t))
{
	char dir[256];
	struct dirent *e;
	int files = 0;
	DIR *d;

	snprintf(dir, sizeof(dir), "tests/fuzz/corpus/%s", name);
	if (!t_ok((d = opendir(dir)) != NULL))
		return;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			files += t_ok(t_corpus_file(dir, e->d_name, one));
	closedir(d);
	t_ok(files > 0);
}

#endif
