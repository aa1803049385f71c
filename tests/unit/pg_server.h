/* SPDX-License-Identifier: ISC */
/* A PostgreSQL of a test's own, tests/lib/pg: the test is linked with libpq, not with tests/fake/pq.c. */
#ifndef TESTS_UNIT_PG_SERVER_H
#define TESTS_UNIT_PG_SERVER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char pg_dir[] = "/tmp/t-db.XXXXXX";

/* pg VERB, with its environment taken over when it starts. Call mkdtemp(pg_dir) first. */
__attribute__((unused)) static int
pg(const char *verb, const char *arg)
{
	char cmd[256], line[512], *word, *rest, *value;
	FILE *p;

	snprintf(cmd, sizeof(cmd), "tests/lib/pg %s %s %s", verb, pg_dir, arg);
	if ((p = popen(cmd, "r")) == NULL)
		return -1;
	while (fgets(line, sizeof(line), p) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "export ", 7) != 0)
			continue;
		for (word = strtok_r(line + 7, " ", &rest); word != NULL;
		    word = strtok_r(NULL, " ", &rest)) {
			value = word + strcspn(word, "=");
			*value++ = '\0';
			setenv(word, value, 1);
		}
	}
	return pclose(p);
}

#endif
