/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "control/reconcile/rate_history.h"
#include "process/file.h"
#include "spec/spec.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <jansson.h>

#define LINES		(RATE_HISTORY_S / RATE_HISTORY_EACH_S)
#define FILE_MAX	(1 << 20)	/* bytes; no line is so long that an hour of them is more */
#define SAMPLED		".sampled"	/* as old as the newest lines */

/* How old the file is, in seconds, below 0 if its time is to come; INT64_MAX: it is not there. */
static int64_t
age_of(int dir, const char *name, int64_t now_s)
{
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? now_s - st.st_mtim.tv_sec : INT64_MAX;
}

/* {NAME: {"kbps", "fps"}} of what has a rate now. Owned. */
static json_t *
rates_of(const json_t *all)
{
	static const char *const members[] = { "kbps", "fps" };
	json_t *out = json_object(), *one, *v;
	const json_t *record;
	const char *name;
	size_t i;

	json_object_foreach((json_t *)(uintptr_t)all, name, record) {
		one = json_object();
		for (i = 0; i < nitems(members); i++)
			if (json_is_number(v = json_object_get(record, members[i])))
				json_object_set(one, members[i], v);
		if (json_object_size(one) > 0)
			json_object_set(out, name, one);
		json_decref(one);
	}
	return out;
}

/* The line with its newline, to be freed. NULL: no memory. */
static char *
line_of(const json_t *record, int64_t now_s)
{
	json_t *o = json_pack("{s:I, s:o, s:o}", "at", (json_int_t)now_s, "sources", rates_of(json_object_get(record, "sources")),
	    "destinations", rates_of(json_object_get(record, "destinations")));
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(4)), *line = NULL;

	json_decref(o);
	if (text != NULL && asprintf(&line, "%s\n", text) == -1)
		line = NULL;
	free(text);
	return line;
}

/* The last lines of a text, at most so many. */
static const char *
last_lines(const char *text, size_t lines)
{
	const char *p = text + strlen(text);

	while (p > text && lines > 0)
		if (*--p == '\n' && p[1] != '\0' && --lines == 0)
			return p + 1;
	return text;
}

/* Begins the file anew with the lines of the last hour; without any, if it is not what was written here. */
static int
file_shorten(const char *folder, const char *name)
{
	char path[PATH_MAX], new[PATH_MAX], *text;
	const char *kept;
	int fd, rc = -1;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", folder, name) >= sizeof(path) ||
	    (size_t)snprintf(new, sizeof(new), "%s/.%s.new", folder, name) >= sizeof(new))
		return -1;
	if ((text = file_text(path, FILE_MAX)) == NULL)
		return unlink(path);
	kept = last_lines(text, LINES);
	if ((fd = file_new(new, 0640)) != -1)
		rc = file_fill(fd, new, kept, strlen(kept)) == 0 ? file_replace(path, new) : -1;
	free(text);
	return rc;
}

static int
line_append(const char *folder, int dir, const char *name, const char *line)
{
	size_t len = strlen(line);
	struct stat st;
	int fd, rc;

	if ((fd = openat(dir, name, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)) == -1)
		return -1;
	rc = file_write(fd, line, len);
	if (fstat(fd, &st) == -1)
		st.st_size = 0;
	if (close(fd) == -1)
		rc = -1;
	return rc == 0 && (size_t)st.st_size > 2 * LINES * len + len ? file_shorten(folder, name) : rc;
}

static int
record_append(const char *folder, int dir, const json_t *record, int64_t now_s)
{
	const char *name = json_string_value(json_object_get(record, "channel"));
	char *line;
	int rc;

	if (name == NULL || !spec_name_ok(name))
		return 0;
	if ((line = line_of(record, now_s)) == NULL)
		return -1;
	rc = line_append(folder, dir, name, line);
	free(line);
	return rc;
}

static void
old_remove(const char *folder, int dir, int64_t now_s)
{
	const struct dirent *e;
	DIR *d = opendir(folder);

	while (d != NULL && (e = readdir(d)) != NULL)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
		    age_of(dir, e->d_name, now_s) > RATE_HISTORY_S)
			unlinkat(dir, e->d_name, 0);
	if (d != NULL)
		closedir(d);
}

/* The array, owned; NULL with errno. */
static json_t *
records_parse(const char *records, size_t len)
{
	json_t *all = NULL;
	struct buf b;

	buf_init(&b, len + 2);
	if (buf_add(&b, records, len) == 0 && buf_add(&b, "]", 1) == 0)
		all = json_loadb((const char *)buf_head(&b), buf_len(&b), 0, NULL);
	buf_free(&b);
	if (all == NULL)
		errno = EINVAL;
	return all;
}

int
rate_history_add(const char *folder, const char *records, size_t len, int64_t now_s)
{
	int dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC), fd, rc = 0;
	json_t *all, *record;
	int64_t age;
	size_t i;

	if (dir == -1)
		return -1;
	age = age_of(dir, SAMPLED, now_s);
	if (len == 0 || (age >= 0 && age < RATE_HISTORY_EACH_S)) {
		close(dir);
		return 0;
	}
	if ((all = records_parse(records, len)) == NULL)
		rc = -1;
	json_array_foreach(all, i, record)
		if (record_append(folder, dir, record, now_s) == -1)
			rc = -1;
	json_decref(all);
	if ((fd = openat(dir, SAMPLED, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640)) == -1 ||
	    futimens(fd, (const struct timespec[2]){ { .tv_sec = now_s }, { .tv_sec = now_s } }) == -1)
		rc = -1;
	if (fd != -1)
		close(fd);
	old_remove(folder, dir, now_s);
	close(dir);
	return rc;
}
