/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/file.h"
#include "t.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static char dir[] = "/tmp/lsctl-file.XXXXXX", path[64], victim[64];

static void
begin(void)
{
	strlcpy(dir + sizeof(dir) - 7, "XXXXXX", 7);
	t_ok(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/f", dir);
	snprintf(victim, sizeof(victim), "%s/v", dir);
}

static void
end(void)
{
	unlink(path);
	unlink(victim);
	t_int(rmdir(dir), 0);
}

/* What is in it, or how reading failed. */
static const char *
held(size_t cap)
{
	static char text[64];
	struct buf b;
	int fd = open(path, O_RDONLY);

	buf_init(&b, cap);
	if (fd == -1)
		return "none";
	if (file_read(fd, &b) == 0)
		snprintf(text, sizeof(text), "%.*s", (int)buf_len(&b), (const char *)buf_head(&b));
	else
		strlcpy(text, errno == ENOBUFS ? "ENOBUFS" : "?", sizeof(text));
	close(fd);
	buf_free(&b);
	return text;
}

static void
is_new_and_whole(void)
{
	struct stat st;
	int fd;

	begin();
	t_int(file_fill(file_new(victim, 0644), victim, "old", 3), 0);
	t_int(symlink(victim, path), 0);
	fd = file_new(path, 0600);
	t_int(file_fill(fd, path, "new text", 8), 0);
	t_str(held(2 * FILE_BATCH), "new text");
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 0777, 0600);
	t_int(stat(victim, &st), 0);
	t_int(st.st_size, 3);
	end();
}

static void
is_gone_when_it_cannot_be_filled(void)
{
	int fd;

	begin();
	t_int(close(file_new(path, 0600)), 0);
	fd = open(path, O_RDONLY);
	t_int(file_fill(fd, path, "x", 1), -1);
	t_int(errno, EBADF);
	t_str(held(FILE_BATCH), "none");
	fd = file_new(path, 0600);
	errno = EPERM;
	t_int(file_drop(fd, path), -1);
	t_int(errno, EPERM);
	t_str(held(FILE_BATCH), "none");
	end();
}

static void
does_not_outgrow_its_cap(void)
{
	static char large[3 * FILE_BATCH];

	begin();
	memset(large, 'x', sizeof(large));
	t_int(file_fill(file_new(path, 0600), path, large, sizeof(large)), 0);
	t_str(held(2 * FILE_BATCH), "ENOBUFS");
	end();
}

T_MAIN({ "is_new_and_whole", is_new_and_whole },
    { "is_gone_when_it_cannot_be_filled", is_gone_when_it_cannot_be_filled },
    { "does_not_outgrow_its_cap", does_not_outgrow_its_cap })
