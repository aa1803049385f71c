/* SPDX-License-Identifier: ISC */
/* A spec as a file, and as a value; spec_parse.c is about what stands in it. */
#include "base/base.h"
#include "base/json_where.h"
#include "base/secret.h"
#include "process/private_file.h"
#include "spec/spec.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPEC_MAX	(1024 * 1024)

bool
spec_name_ok(const char *s)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	return s[0] != '\0' && s[0] != '-' && strspn(s, ok) == strlen(s) &&
	    strlen(s) < SPEC_NAME;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

bool
spec_dest_same(const struct spec_dest *a, const struct spec_dest *b)
{
	return strcmp(a->name, b->name) == 0 && same(a->url, b->url) &&
	    same(a->key, b->key) && same(a->backup_url, b->backup_url) &&
	    same(a->ca_file, b->ca_file);
}

bool
spec_files_same(const struct spec_source *a, const struct spec_source *b)
{
	int i;

	if (a->files != b->files)
		return false;
	for (i = 0; i < a->files; i++)
		if (!same(a->file[i], b->file[i]) ||
		    memcmp(&a->id[i], &b->id[i], sizeof(a->id[i])) != 0)
			return false;
	return true;
}

void
spec_free(struct spec *s)
{
	int i, j;

	if (s == NULL)
		return;
	for (i = 0; i < s->sources; i++) {
		secret_free(s->source[i].url);
		for (j = 0; j < s->source[i].files; j++)
			free(s->source[i].file[j]);
	}
	for (i = 0; i < s->dests; i++) {
		secret_free(s->dest[i].url);
		secret_free(s->dest[i].key);
		secret_free(s->dest[i].backup_url);
		free(s->dest[i].ca_file);
	}
	free(s->socket);
	free(s);
}

/* The bytes of an open file, with a NUL behind them. NULL with errno. */
static char *
read_whole(int fd, size_t size, size_t *len)
{
	char *text = calloc(1, size + 1);
	ssize_t n = 1;

	for (*len = 0; text != NULL && n > 0 && *len < size;
	    *len += n > 0 ? (size_t)n : 0)
		n = read(fd, text + *len, size - *len);
	if (n == -1) {
		free(text);
		return NULL;
	}
	return text;
}

/* The whole file, or NULL with why it cannot be had. */
static char *
slurp(const char *file, size_t *len, char *why, size_t size)
{
	struct stat st;
	char *text = NULL;
	int fd;

	if ((fd = private_file_open(file, false)) == -1 && errno == EPERM)
		snprintf(why, size, "holds secrets and others can read it: chmod 600 it");
	else if ((fd == -1 && errno == EINVAL) || (fd != -1 && fstat(fd, &st) == 0 && st.st_size > SPEC_MAX))
		snprintf(why, size, "is not a file of at most %d bytes", SPEC_MAX);
	else if (fd == -1)
		snprintf(why, size, "cannot be read: %s", strerror(errno));
	else if ((text = read_whole(fd, (size_t)st.st_size, len)) == NULL)
		snprintf(why, size, "cannot be read: %s", strerror(errno));
	if (fd != -1)
		close(fd);
	return text;
}

struct spec *
spec_read(const char *file, enum spec_kind kind, struct spec_fault *fault)
{
	char dir[PATH_MAX], *text;
	struct spec *s;
	size_t len;

	memset(fault, 0, sizeof(*fault));
	strlcpy(dir, file, sizeof(dir));
	text = slurp(file, &len, fault->why, sizeof(fault->why));
	if (text == NULL)
		return NULL;
	s = spec_parse(text, len, dirname(dir), kind, fault);
	explicit_bzero(text, len);
	free(text);
	return s;
}

void
spec_locate(const char *file, struct spec_fault *fault)
{
	char why[sizeof(fault->why)], *text;
	size_t len;

	if (fault->line != 0 || fault->field[0] == '\0' ||
	    (text = slurp(file, &len, why, sizeof(why))) == NULL)
		return;
	fault->line = json_where(text, fault->field);
	explicit_bzero(text, len);
	free(text);
}
