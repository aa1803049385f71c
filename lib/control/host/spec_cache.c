/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/paths.h"
#include "base/secret.h"
#include "control/host/spec_cache.h"
#include "control/host/spec_file.h"
#include "process/file.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define PATH	4096
#define SEALED_MAX	(SPEC_FILE_MAX + SEAL_OVERHEAD + FILE_BATCH)
#define NEXT	".new"		/* no channel's name has a dot */

static char *
path_of(char dst[PATH], enum plan_unit u, const char *channel, const char *ending)
{
	char folder[32], name[SPEC_NAME + 8];

	snprintf(folder, sizeof(folder), "spec-cache/%s", plan_unit_name(u));
	snprintf(name, sizeof(name), "%.*s%s", SPEC_NAME, channel, ending);
	return path_state(dst, PATH, folder, name);
}

static void
place_of(char *dst, size_t size, enum plan_unit u, const char *channel)
{
	snprintf(dst, size, "spec:%s:%s", plan_unit_name(u), channel);
}

static char *
folder_of(char dst[PATH], enum plan_unit u)
{
	char folder[32];

	snprintf(folder, sizeof(folder), "spec-cache/%s", plan_unit_name(u));
	return path_state(dst, PATH, folder, NULL);
}

/* The text of a copy. NULL: the key does not open it. */
static char *
copy_unseal(const struct master_key *k, enum plan_unit u, const char *channel, const struct buf *b)
{
	char place[SPEC_NAME + 32], *text = malloc(buf_len(b) + 1);
	size_t n;

	place_of(place, sizeof(place), u, channel);
	if (text == NULL || buf_len(b) == 0 ||
	    unseal(k, place, buf_head(b), buf_len(b), (uint8_t *)text, &n) == -1) {
		free(text);
		return NULL;
	}
	text[n] = '\0';
	return text;
}

static bool
is_same(const struct master_key *k, enum plan_unit u, const char *channel, const char *text)
{
	char path[PATH], *old = NULL;
	struct buf b;
	bool same;

	buf_init(&b, SEALED_MAX);
	if (file_load(path_of(path, u, channel, ""), &b) == 0)
		old = copy_unseal(k, u, channel, &b);
	same = old != NULL && strcmp(old, text) == 0;
	secret_free(old);
	buf_free(&b);
	return same;
}

static int
make_folders(enum plan_unit u)
{
	char path[PATH];

	if (mkdir(path_state(path, sizeof(path), "spec-cache", NULL), 0700) == -1 && errno != EEXIST)
		return -1;
	if (mkdir(folder_of(path, u), 0700) == -1 && errno != EEXIST)
		return -1;
	return 0;
}

int
spec_cache_keep(const struct master_key *k, enum plan_unit u, const char *channel, const char *text)
{
	char path[PATH], place[SPEC_NAME + 32];
	size_t len = strlen(text);
	uint8_t *sealed;
	int fd, rc = -1;

	if (is_same(k, u, channel, text))
		return 0;
	if (make_folders(u) == -1 || (sealed = malloc(len + SEAL_OVERHEAD)) == NULL)
		return -1;
	place_of(place, sizeof(place), u, channel);
	if (seal(k, place, text, len, sealed) == -1)
		errno = ENOMEM;
	else if ((fd = file_new(path_of(path, u, channel, NEXT), 0600)) != -1)
		rc = file_fill(fd, path, sealed, len + SEAL_OVERHEAD);
	free(sealed);
	return rc == 0 ? 1 : -1;
}

static int
sync_folder(const char *path, int (*call)(int fd))
{
	int fd, rc, saved;

	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) == -1)
		return -1;
	rc = call(fd);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

int
spec_cache_sync(void)
{
	char path[PATH];

	return sync_folder(path_state(path, sizeof(path), "spec-cache", NULL), syncfs);
}

int
spec_cache_settle(enum plan_unit u, const char *channel)
{
	char path[PATH], next[PATH];

	return rename(path_of(next, u, channel, NEXT), path_of(path, u, channel, ""));
}

int
spec_cache_remove(enum plan_unit u, const char *channel)
{
	char path[PATH];

	if (unlink(path_of(path, u, channel, "")) == -1)
		return errno == ENOENT ? 0 : -1;
	/* A power cut must not bring it back: another host may own the channel by then. */
	return sync_folder(folder_of(path, u), fsync);
}

int
spec_cache_each(enum plan_unit u, int (*visit)(void *arg, enum plan_unit, const char *channel), void *arg)
{
	char path[PATH];
	struct dirent *e;
	int rc = 0;
	DIR *d;

	if ((d = opendir(folder_of(path, u))) == NULL)
		return errno == ENOENT ? 0 : -1;
	while (rc == 0 && (e = readdir(d)) != NULL)
		if (spec_name_ok(e->d_name))
			rc = visit(arg, u, e->d_name);
	closedir(d);
	return rc;
}

char *
spec_cache_open(const struct master_key key[], size_t keys, enum plan_unit u, const char *channel, struct error *err)
{
	char path[PATH], *text = NULL;
	struct buf b;
	size_t i;

	buf_init(&b, SEALED_MAX);
	if (file_load(path_of(path, u, channel, ""), &b) == -1)
		error_set(err, "%s: %s", path, file_strerror(errno));
	else {
		for (i = 0; i < keys && text == NULL; i++)
			text = copy_unseal(&key[i], u, channel, &b);
		if (text == NULL)
			error_set(err, "%s: does not open with this master key: it was sealed under another "
			    "one or for another channel, or is damaged", path);
	}
	buf_free(&b);
	return text;
}
