/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/private_file.h"

#include <sys/xattr.h>

/* Of version 2 of the list: 4 bytes, then entries of tag, permissions (2 bytes each) and id (4),
 * little-endian. */
#define ACL_VERSION	2
#define ACL_GROUP_OBJ	0x04
#define ACL_GROUP	0x08

/*
 * systemd may give a credential to a service's user by an access list; the group bits of the mode are then
 * the list's mask. True when it lets in no group.
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

bool
private_file(int fd, const struct stat *st)
{
	return (st->st_mode & 007) == 0 &&
	    ((st->st_mode & 070) == 0 || list_without_group(fd));
}
