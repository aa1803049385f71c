/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/private_file.h"
#include "t.h"

#include <sys/xattr.h>
#include <unistd.h>

static bool
private_with(int mode, const uint8_t *list, size_t n)
{
	char name[] = "/tmp/private_file.XXXXXX";
	int fd = mkstemp(name);
	struct stat st;
	bool answer;

	t_int(fchmod(fd, (mode_t)mode), 0);
	if (list != NULL)
		t_int(fsetxattr(fd, "system.posix_acl_access", list, n, 0), 0);
	t_int(fstat(fd, &st), 0);
	answer = private_file(fd, &st);
	close(fd);
	unlink(name);
	return answer;
}

static void
mode_decides(void)
{
	t_ok(private_with(0600, NULL, 0));
	t_ok(private_with(0400, NULL, 0));
	t_ok(!private_with(0640, NULL, 0));
	t_ok(!private_with(0604, NULL, 0));
	t_ok(!private_with(0620, NULL, 0));
}

/* owner r, user 1000 r, group as given, mask r, other none */
#define LIST(group)	{ 2, 0, 0, 0, 1, 0, 4, 0, 255, 255, 255, 255,	\
	2, 0, 4, 0, 0xe8, 3, 0, 0, 4, 0, group, 0, 255, 255, 255, 255,	\
	0x10, 0, 4, 0, 255, 255, 255, 255, 0x20, 0, 0, 0, 255, 255, 255, 255 }

static void
a_list_for_a_user_is_private(void)
{
	static const uint8_t user[] = LIST(0), group[] = LIST(4);

	t_ok(private_with(0400, user, sizeof(user)));
	t_ok(!private_with(0400, group, sizeof(group)));
}

T_MAIN(
	{ "mode_decides", mode_decides },
	{ "a_list_for_a_user_is_private", a_list_for_a_user_is_private },
)
