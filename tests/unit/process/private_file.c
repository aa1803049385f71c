/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/private_file.h"
#include "t.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

static bool
private_with(int mode, const uint8_t *list, size_t n)
{
	char name[] = "/tmp/private_file.XXXXXX";
	int fd = mkstemp(name), again;

	t_int(fchmod(fd, (mode_t)mode), 0);
	if (list != NULL)
		t_int(fsetxattr(fd, "system.posix_acl_access", list, n, 0), 0);
	close(fd);
	if ((again = private_file_open(name, false)) != -1)
		close(again);
	else
		t_int(errno, EPERM);
	unlink(name);
	return again != -1;
}

static const char *
reason(const char *path)
{
	static struct error err;

	private_file_reason(path, &err);
	return err.text;
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

static void
opens_what_is_private(void)
{
	char name[] = "/tmp/private_file.XXXXXX", text[128], want[128];
	int fd = mkstemp(name), end[2];

	close(fd);
	fd = private_file_open(name, false);
	t_ok(fd != -1);
	close(fd);
	t_int(chmod(name, 0644), 0);
	t_int(private_file_open(name, true), -1);
	t_int(errno, EPERM);
	snprintf(want, sizeof(want), "%s: others can read it: chmod 600 %s", name, name);
	t_str(reason(name), want);
	unlink(name);
	t_int(private_file_open(name, false), -1);
	t_int(errno, ENOENT);
	snprintf(want, sizeof(want), "%s: No such file or directory", name);
	t_str(reason(name), want);
	t_int(private_file_open("/", false), -1);
	t_str(reason("/"), "/: not a regular file");

	t_int(pipe(end), 0);
	snprintf(text, sizeof(text), "/dev/fd/%d", end[0]);
	t_int(private_file_open(text, false), -1);
	fd = private_file_open(text, true);
	t_ok(fd != -1);
	close(fd);
	close(end[0]);
	close(end[1]);
}

T_MAIN(
	{ "opens_what_is_private", opens_what_is_private },
	{ "mode_decides", mode_decides },
	{ "a_list_for_a_user_is_private", a_list_for_a_user_is_private },
)
