/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "process/file.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define LOOK_MS	2	/* between two tries to take a lock */

/* Closes it and keeps errno. Returns -1. */
static int
give_up(int fd)
{
	int saved = errno;

	close(fd);
	errno = saved;
	return -1;
}

/* The same of a file. */
static int
remove_it(const char *path)
{
	int saved = errno;

	unlink(path);
	errno = saved;
	return -1;
}

int
file_read(int fd, struct buf *b)
{
	uint8_t *room;
	ssize_t n;

	do {
		if ((room = buf_room(b, FILE_BATCH)) == NULL || (n = read(fd, room, FILE_BATCH)) == -1)
			return -1;
		buf_added(b, (size_t)n);
	} while (n > 0);
	return 0;
}

int
file_open(const char *path, int flags, mode_t mode)
{
	struct stat st;
	int fd;

	fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode);
	if (fd == -1) {
		/* a symbolic link; a socket, or a FIFO that nobody reads; a folder to write to */
		if (errno == ELOOP || errno == ENXIO || errno == EISDIR)
			errno = EINVAL;
		return -1;
	}
	if (fstat(fd, &st) == -1)
		return give_up(fd);
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return give_up(fd);
	}
	return fd;
}

const char *
file_strerror(int error)
{
	return error == EINVAL ? "not a regular file" : strerror(error);
}

int
file_load(const char *path, struct buf *b)
{
	int fd = file_open(path, O_RDONLY, 0);

	if (fd == -1 || file_read(fd, b) == -1)
		return fd == -1 ? -1 : give_up(fd);
	close(fd);
	return 0;
}

char *
file_text(const char *path, size_t max)
{
	char *text = NULL;
	struct buf b;
	int saved;

	buf_init(&b, max + FILE_BATCH);
	if (file_load(path, &b) == 0)
		text = strndup(buf_len(&b) > 0 ? (const char *)buf_head(&b) : "", buf_len(&b));
	saved = errno;
	buf_free(&b);
	errno = saved;
	return text;
}

int
file_lock_fd(int fd, int64_t wait_ms)
{
	int64_t end = clock_ms() + wait_ms;

	while (flock(fd, LOCK_EX | (wait_ms == -1 ? 0 : LOCK_NB)) == -1) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK || clock_ms() >= end)
			return -1;
		usleep(LOOK_MS * 1000);
	}
	return 0;
}

bool
file_is_at(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && lstat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

int
file_lock(const char *path, mode_t mode, int64_t wait_ms)
{
	int fd = file_open(path, O_RDONLY | O_CREAT, mode);
	struct stat st;

	if (fd == -1)
		return -1;
	/* An older version may have made it with another mode; but it may be a link to another file. */
	if (fstat(fd, &st) == 0 && st.st_nlink == 1 && fchmod(fd, mode) == -1)
		errno = 0;	/* another user owns it */
	return file_lock_fd(fd, wait_ms) == 0 ? fd : give_up(fd);
}

int
file_new(const char *path, mode_t mode)
{
	unlink(path);
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
}

int
file_write(int fd, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	ssize_t n;

	for (; len > 0; p += n, len -= (size_t)n)
		if ((n = write(fd, p, len)) == -1)
			return -1;
	return 0;
}

int
file_fill(int fd, const char *path, const void *bytes, size_t len)
{
	if (file_write(fd, bytes, len) == -1)
		return file_drop(fd, path);
	return close(fd) == 0 ? 0 : remove_it(path);
}

int
file_replace(const char *path, const char *new)
{
	return rename(new, path) == 0 ? 0 : remove_it(new);
}

int
file_room(const char *path, int64_t *bytes)
{
	struct statvfs v;

	if (statvfs(path, &v) == -1)
		return -1;
	*bytes = ((int64_t)v.f_bavail - (int64_t)v.f_blocks / FILE_ROOM_KEPT) * (int64_t)v.f_frsize;
	return 0;
}

int
file_drop(int fd, const char *path)
{
	give_up(fd);
	return remove_it(path);
}
