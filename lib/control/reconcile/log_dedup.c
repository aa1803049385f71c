/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "base/paths.h"
#include "control/reconcile/log_dedup.h"
#include "process/file.h"

#include <unistd.h>

#define PATH		4096
#define FILE_MAX	(4 << 20)	/* bytes: more than LOG_DEDUP_MAX lines have */

static char *
path_of(char dst[PATH], const char *ending)
{
	return path_run(dst, PATH, "switch.reported", NULL, ending);
}

/* NULL: there is no room. */
static struct log_dedup_line *
add(struct log_dedup *f, const char *text, int64_t logged, bool grave)
{
	struct log_dedup_line *v;

	if (f->n == LOG_DEDUP_MAX || (v = reallocarray(f->v, f->n + 1, sizeof(*v))) == NULL)
		return NULL;
	f->v = v;
	v += f->n;
	*v = (struct log_dedup_line){ .text = strdup(text), .logged = logged, .grave = grave };
	if (v->text == NULL)
		return NULL;
	f->n++;
	return v;
}

/* "1764000000 w TEXT"; n: a notice. Ignores other lines. */
static void
line_add(struct log_dedup *f, char *line)
{
	char *logged = strsep(&line, " "), *level = strsep(&line, " ");
	const char *bad = NULL;
	int64_t at;

	if (line == NULL || line[0] == '\0')
		return;
	at = strtonum(logged, 0, INT64_MAX, &bad);
	if (bad == NULL)
		add(f, line, at, strcmp(level, "w") == 0);
}

static void
read_file(struct log_dedup *f)
{
	char path[PATH], *text = file_text(path_of(path, ""), FILE_MAX), *line, *rest;

	for (rest = text; (line = strsep(&rest, "\n")) != NULL;)
		line_add(f, line);
	free(text);
}

static bool
is_new(void *arg, const char *text, bool grave)
{
	struct log_dedup *f = arg;

	return log_dedup_is_new(f, text, grave) || f->again;
}

void
log_dedup_begin(struct log_dedup *f, int64_t now, bool again)
{
	memset(f, 0, sizeof(*f));
	f->now = now;
	f->again = again;
	read_file(f);
	log_filter(is_new, f);
}

bool
log_dedup_is_new(struct log_dedup *f, const char *text, bool grave)
{
	struct log_dedup_line *v;
	size_t i;

	for (i = 0; i < f->n && strcmp(f->v[i].text, text) != 0; i++)
		continue;
	v = i < f->n ? &f->v[i] : NULL;
	if (v != NULL && v->logged <= f->now && f->now - v->logged < LOG_DEDUP_AGAIN_S) {
		v->here = true;
		return false;
	}
	f->changed = true;
	if (v == NULL)
		v = add(f, text, f->now, grave);
	if (v != NULL) {
		v->logged = f->now;
		v->here = true;
	}
	return true;
}

/* Removes what is over. */
static void
settle(struct log_dedup *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++) {
		if (f->v[i].here) {
			f->v[n++] = f->v[i];
			continue;
		}
		if (f->v[i].grave)
			log_notice("over: %s", f->v[i].text);
		free(f->v[i].text);
		f->changed = true;
	}
	f->n = n;
}

static void
write_file(const struct log_dedup *f)
{
	char path[PATH], next[PATH];
	FILE *file;
	size_t i;
	int fd;

	path_of(path, "");
	if (f->n == 0) {
		unlink(path);
		return;
	}
	if ((fd = file_new(path_of(next, ".new"), 0600)) == -1)
		return;
	if ((file = fdopen(fd, "w")) == NULL) {
		close(fd);
		return;
	}
	for (i = 0; i < f->n; i++)
		fprintf(file, "%lld %c %s\n", (long long)f->v[i].logged, f->v[i].grave ? 'w' : 'n', f->v[i].text);
	if (fclose(file) == EOF || rename(next, path) == -1)
		unlink(next);
}

void
log_dedup_end(struct log_dedup *f, bool whole)
{
	log_filter(NULL, NULL);
	if (whole)
		settle(f);
	if (f->changed)
		write_file(f);
	while (f->n > 0)
		free(f->v[--f->n].text);
	free(f->v);
	f->v = NULL;
}
