/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/paths.h"
#include "control/host/spec_file.h"
#include "process/file.h"

#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#define PATH	4096

static char *
path_of(char dst[PATH], enum plan_unit u, const char *channel, const char *ending)
{
	return path_run(dst, PATH, plan_unit_name(u), channel, ending);
}

int
spec_file_read(enum plan_unit u, const char *channel, struct buf *b)
{
	char path[PATH];

	if (file_load(path_of(path, u, channel, ".json"), b) == 0)
		return 0;
	return errno == ENOENT ? 1 : -1;
}

/*
 * A file that root writes gets the owner and group of its folder. In a folder of root it is no error if root may
 * not change them.
 */
static int
chown_to_folder(int fd, enum plan_unit u)
{
	char path[PATH];
	struct stat st;

	if (geteuid() != 0)
		return 0;
	if (stat(path_of(path, u, NULL, ""), &st) == -1)
		return -1;
	return fchown(fd, st.st_uid, st.st_gid) == 0 || st.st_uid == 0 ? 0 : -1;
}

/* Writes a new file; on failure there is none. */
static int
file_put(enum plan_unit u, const char *path, const char *text)
{
	int fd = file_new(path, 0600);

	if (fd == -1)
		return -1;
	if (chown_to_folder(fd, u) == -1)
		return file_drop(fd, path);
	return file_fill(fd, path, text, strlen(text));
}

/* A folder that root creates gets the owner of $LSCTL_RUN. */
static int
make_folder(enum plan_unit u)
{
	char path[PATH];
	struct stat st;

	if (mkdir(path_of(path, u, NULL, ""), 0700) == -1)
		return errno == EEXIST ? 0 : -1;
	if (geteuid() != 0)
		return 0;
	if (stat(path_run(path, sizeof(path), ".", NULL, ""), &st) == -1)
		return -1;
	return lchown(path_of(path, u, NULL, ""), st.st_uid, st.st_gid) == 0 || st.st_uid == 0 ? 0 : -1;
}

int
spec_file_write(enum plan_unit u, const char *channel, const char *text, bool reload_pending)
{
	char path[PATH], temporary[PATH];

	if (make_folder(u) == -1)
		return -1;
	if (reload_pending && file_put(u, path_of(path, u, channel, ".reload-pending"), "") == -1)
		return -1;
	if (file_put(u, path_of(temporary, u, channel, ".json.new"), text) == -1)
		return -1;
	return file_replace(path_of(path, u, channel, ".json"), temporary);
}

int
spec_file_remove(enum plan_unit u, const char *channel)
{
	char path[PATH];

	spec_file_settle(u, channel);
	unlink(path_of(path, u, channel, ".tried"));
	if (unlink(path_of(path, u, channel, ".json")) == -1 && errno != ENOENT)
		return -1;
	return 0;
}

bool
spec_file_reload_pending(enum plan_unit u, const char *channel)
{
	char path[PATH];

	return access(path_of(path, u, channel, ".reload-pending"), F_OK) == 0;
}

void
spec_file_settle(enum plan_unit u, const char *channel)
{
	char path[PATH];

	unlink(path_of(path, u, channel, ".reload-pending"));
}

void
spec_file_note_start(enum plan_unit u, const char *channel)
{
	char path[PATH];

	file_put(u, path_of(path, u, channel, ".tried"), "");
}

int64_t
spec_file_last_start_ms(enum plan_unit u, const char *channel)
{
	char path[PATH];
	struct timespec now;
	struct stat st;
	int64_t ms;

	if (lstat(path_of(path, u, channel, ".tried"), &st) == -1 || clock_gettime(CLOCK_REALTIME, &now) == -1)
		return -1;
	ms = (int64_t)(now.tv_sec - st.st_mtim.tv_sec) * 1000 + (now.tv_nsec - st.st_mtim.tv_nsec) / 1000000;
	/* A file's time may be a tick ahead. More: the clock was set back. */
	return ms >= -1000 ? (ms > 0 ? ms : 0) : -1;
}

int
spec_file_each(enum plan_unit u,
    int (*visit)(void *arg, enum plan_unit, const char *channel), void *arg)
{
	char path[PATH], name[SPEC_NAME + 8];
	struct dirent *e;
	size_t len;
	DIR *d;
	int rc = 0;

	if ((d = opendir(path_of(path, u, NULL, ""))) == NULL)
		return errno == ENOENT ? 0 : -1;
	while (rc == 0 && (e = readdir(d)) != NULL) {
		len = strlcpy(name, e->d_name, sizeof(name));
		if (len >= sizeof(name) || len < 6 ||
		    strcmp(name + len - 5, ".json") != 0)
			continue;
		name[len - 5] = '\0';
		if (spec_name_ok(name))
			rc = visit(arg, u, name);
	}
	closedir(d);
	return rc;
}
