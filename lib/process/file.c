/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

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
file_new(const char *path, mode_t mode)
{
	unlink(path);
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
}

int
file_fill(int fd, const char *path, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	ssize_t n;
	int saved;

	for (; len > 0; p += n, len -= (size_t)n)
		if ((n = write(fd, p, len)) == -1)
			return file_drop(fd, path);
	if (close(fd) == 0)
		return 0;
	saved = errno;
	unlink(path);
	errno = saved;
	return -1;
}

int
file_drop(int fd, const char *path)
{
	int saved = errno;

	close(fd);
	unlink(path);
	errno = saved;
	return -1;
}
