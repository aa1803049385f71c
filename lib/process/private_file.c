/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/file.h"
#include "process/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Version 2 of a POSIX access list: 4 bytes, then entries of tag, permissions (2 bytes each) and id (4),
 * little-endian. */
#define ACL_VERSION	2
#define ACL_GROUP_OBJ	0x04
#define ACL_GROUP	0x08

/*
 * systemd may give a credential to the user of a service by an access list; the group bits of the mode are then
 * the mask of the list. true: the list gives access to no group.
 */
static bool
list_without_group(int fd)
{
	uint8_t list[256];
	ssize_t n, i;

	n = fgetxattr(fd, "system.posix_acl_access", list, sizeof(list));
	if (n < 4 || list[0] != ACL_VERSION)
		return false;
	for (i = 4; i + 8 <= n; i += 8) {
		if ((list[i] == ACL_GROUP_OBJ || list[i] == ACL_GROUP) &&
		    list[i + 2] != 0)
			return false;
	}
	return true;
}

/* Can only the owner read it? *st is of fstat(2). */
static bool
is_private(int fd, const struct stat *st)
{
	return (st->st_mode & 007) == 0 &&
	    ((st->st_mode & 070) == 0 || list_without_group(fd));
}

int
private_file_open(const char *path, bool pipe)
{
	struct stat st;
	int fd, error = 0;

	/* non-blocking: it may be a FIFO without a writer */
	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (pipe ? 0 : O_NONBLOCK))) == -1)
		return -1;
	if (fstat(fd, &st) == -1)
		error = errno;
	else if (!S_ISREG(st.st_mode) && !(pipe && S_ISFIFO(st.st_mode)))
		error = EINVAL;
	else if (!is_private(fd, &st))
		error = EPERM;
	if (error == 0)
		return fd;
	close(fd);
	errno = error;
	return -1;
}

void
private_file_reason(const char *path, struct error *err)
{
	if (errno == EPERM)
		error_set(err, "%s: others can read it: chmod 600 %s", path, path);
	else
		error_set(err, "%s: %s", path, file_strerror(errno));
}
