/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/private_file.h"
#include "process/secret_read.h"

#include <errno.h>
#include <unistd.h>

int
secret_read(int fd, char *dst, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, dst + len, size - len)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			goto bad;
		len += (size_t)n;
		if (len == size) {
			errno = EMSGSIZE;
			goto bad;
		}
	}
	if (memchr(dst, '\0', len) != NULL) {
		errno = EBADMSG;
		goto bad;
	}
	if (len > 0 && dst[len - 1] == '\n')
		len--;
	if (len > 0 && dst[len - 1] == '\r')
		len--;
	dst[len] = '\0';
	return 0;
bad:
	explicit_bzero(dst, size);
	return -1;
}

int
secret_file(const char *path, char *dst, size_t size)
{
	int fd, rc, saved;

	if (strcmp(path, "-") == 0)
		return secret_read(STDIN_FILENO, dst, size);
	if ((fd = private_file_open(path, true)) == -1)
		return -1;
	rc = secret_read(fd, dst, size);
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}
