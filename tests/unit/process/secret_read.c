/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/secret_read.h"
#include "t.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is read of n bytes, into room for eight characters; errno as text when it fails. */
static const char *
of(const char *bytes, size_t n)
{
	static char dst[9];
	int fd[2], rc;

	if (pipe(fd) == -1 || write(fd[1], bytes, n) != (ssize_t)n)
		return "no pipe";
	close(fd[1]);
	memset(dst, 'x', sizeof(dst));
	rc = secret_read(fd[0], dst, sizeof(dst));
	close(fd[0]);
	if (rc == 0)
		return dst;
	t_mem(dst, "\0\0\0\0\0\0\0\0\0", sizeof(dst));
	return errno == EMSGSIZE ? "EMSGSIZE" : errno == EBADMSG ? "EBADMSG" : "?";
}

static void
drops_one_line_end(void)
{
	t_str(of("key", 3), "key");
	t_str(of("key\n", 4), "key");
	t_str(of("key\r\n", 5), "key");
	t_str(of("key\n\n", 5), "key\n");
	t_str(of("", 0), "");
	t_str(of("\n", 1), "");
}

static void
refuses_too_much(void)
{
	t_str(of("12345678", 8), "12345678");
	t_str(of("123456789", 9), "EMSGSIZE");
	t_str(of("1234567890123", 13), "EMSGSIZE");
	t_str(of("a\0b", 3), "EBADMSG");
}

static void
reads_a_file(void)
{
	char path[] = "/tmp/lsctl-secret.XXXXXX", dst[16];
	int fd = mkstemp(path);

	if (!t_ok(fd != -1) || !t_ok(write(fd, "s3cret\n", 7) == 7))
		return;
	close(fd);
	t_int(secret_file(path, dst, sizeof(dst)), 0);
	t_str(dst, "s3cret");
	t_int(chmod(path, 0640), 0);
	t_int(secret_file(path, dst, sizeof(dst)), -1);
	t_int(errno, EPERM);
	unlink(path);
	t_int(secret_file(path, dst, sizeof(dst)), -1);
	t_int(errno, ENOENT);
}

T_MAIN({ "drops_one_line_end", drops_one_line_end }, { "refuses_too_much", refuses_too_much },
    { "reads_a_file", reads_a_file })
