/* SPDX-License-Identifier: ISC */
/* A folder of a test's own. It is gone, with all that is in it, when the test ends. */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <sys/stat.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "t.h"

static char scratch_dir[64];
static pid_t scratch_owner;

static int
scratch_drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void
scratch_end(void)
{
	if (getpid() == scratch_owner)		/* not a child that exits */
		nftw(scratch_dir, scratch_drop, 8, FTW_DEPTH | FTW_PHYS);
}

/* The folder; made at the first call. */
__attribute__((unused)) static const char *
scratch(void)
{
	if (scratch_dir[0] == '\0') {
		strlcpy(scratch_dir, "/tmp/lsctl-test.XXXXXX", sizeof(scratch_dir));
		t_ok(mkdtemp(scratch_dir) != NULL);
		scratch_owner = getpid();
		atexit(scratch_end);
	}
	return scratch_dir;
}

/* What a name in it is called from outside; good for the next seven calls. */
__attribute__((unused)) static const char *
scratch_path(const char *name)
{
	static char path[8][256];
	static int i;

	i = (i + 1) % 8;
	snprintf(path[i], sizeof(path[i]), "%s/%s", scratch(), name);
	return path[i];
}

/* A file with this text, in the place of what is there; its folders are made. */
__attribute__((unused)) static const char *
scratch_write(const char *name, const char *text, mode_t mode)
{
	const char *path = scratch_path(name);
	char folder[256], *slash;
	int fd;

	snprintf(folder, sizeof(folder), "%s", path);
	for (slash = folder + strlen(scratch()) + 1; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		mkdir(folder, 0700);
	}
	unlink(path);
	if (t_ok((fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode)) != -1)) {
		t_int(write(fd, text, strlen(text)), strlen(text));
		t_int(fchmod(fd, mode), 0);
		close(fd);
	}
	return path;
}

/* Its text, in the same memory each time; "" when there is none. */
__attribute__((unused)) static const char *
scratch_read(const char *name)
{
	static char text[65536];
	int fd = open(scratch_path(name), O_RDONLY);
	ssize_t n = fd != -1 ? read(fd, text, sizeof(text) - 1) : 0;

	text[n > 0 ? n : 0] = '\0';
	if (fd != -1)
		close(fd);
	return text;
}

__attribute__((unused)) static bool
scratch_has(const char *name)
{
	return access(scratch_path(name), F_OK) == 0;
}

/* Removes a file, or a folder with all that is in it; it may be missing. */
__attribute__((unused)) static void
scratch_remove(const char *name)
{
	nftw(scratch_path(name), scratch_drop, 8, FTW_DEPTH | FTW_PHYS);
}

/* A host on which nothing is: its folders run and state, which the environment names, are there and empty. */
__attribute__((unused)) static void
scratch_host(void)
{
	scratch_remove("run");
	scratch_remove("state");
	mkdir(scratch_path("run"), 0700);
	mkdir(scratch_path("state"), 0700);
	setenv("LSCTL_RUN", scratch_path("run"), 1);
	setenv("LSCTL_STATE", scratch_path("state"), 1);
}

#endif
