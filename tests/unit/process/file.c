/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "process/file.h"
#include "t.h"
#include "unprivileged.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

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
takes_the_place_of_another_or_is_gone(void)
{
	begin();
	t_int(file_fill(file_new(path, 0600), path, "old", 3), 0);
	t_int(file_fill(file_new(victim, 0600), victim, "new", 3), 0);
	t_int(file_replace(path, victim), 0);
	t_str(held(2 * FILE_BATCH), "new");
	t_int(access(victim, F_OK), -1);
	t_int(mkdir(victim, 0700), 0);
	t_int(file_replace(victim, path), -1);
	t_int(errno, EISDIR);
	t_str(held(FILE_BATCH), "none");
	t_int(rmdir(victim), 0);
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

/* Whatever stands there, opening it ends at once. */
static void
opens_nothing_but_a_file(void)
{
	static const int flags[] = { O_RDONLY, O_WRONLY | O_APPEND | O_CREAT };
	size_t i;
	int fd;

	begin();
	for (i = 0; i < nitems(flags); i++) {
		t_int(file_fill(file_new(victim, 0644), victim, "secret", 6), 0);
		t_int(symlink(victim, path), 0);
		t_int(file_open(path, flags[i], 0600), -1);
		t_int(errno, EINVAL);
		unlink(path);
		t_int(mkfifo(path, 0600), 0);
		t_int(file_open(path, flags[i], 0600), -1);
		t_int(errno, EINVAL);
		/* also where a process has opened its other end */
		fd = open(path, O_RDWR | O_NONBLOCK);
		t_int(file_open(path, flags[i], 0600), -1);
		t_int(errno, EINVAL);
		close(fd);
		unlink(path);
		t_int(mkdir(path, 0700), 0);
		t_int(file_open(path, flags[i], 0600), -1);
		t_int(errno, EINVAL);
		t_int(rmdir(path), 0);
		t_int(file_open("/dev/zero", flags[i], 0600), -1);
		t_int(errno, EINVAL);
		t_ok((fd = file_open(victim, flags[i], 0600)) != -1);
		t_int(fcntl(fd, F_GETFD), FD_CLOEXEC);
		close(fd);
	}
	t_int(file_open(path, O_RDONLY, 0), -1);
	t_int(errno, ENOENT);
	end();
}

static void
a_lock_is_of_one_process(void)
{
	int64_t start;
	int fd, other;

	begin();
	t_ok((fd = file_lock(path, 0600, 0)) != -1);
	t_int(file_lock(path, 0600, 0), -1);
	t_int(errno, EWOULDBLOCK);
	start = clock_ms();
	t_int(file_lock(path, 0600, 50), -1);
	t_int(errno, EWOULDBLOCK);
	t_ok(clock_ms() - start >= 50);
	close(fd);
	t_ok((other = file_lock(path, 0600, -1)) != -1);
	close(other);
	unlink(path);
	t_int(mkfifo(path, 0600), 0);
	t_int(file_lock(path, 0600, -1), -1);
	t_int(errno, EINVAL);
	end();
}

static void
others_cannot_take_a_lock(void)
{
	mode_t before = umask(0);
	struct stat st;
	int fd;

	begin();
	t_int(chmod(dir, 0755), 0);
	/* one that an older version left */
	t_int(close(file_new(path, 0644)), 0);
	t_ok((fd = file_lock(path, 0600, 0)) != -1);
	close(fd);
	t_int(unprivileged_lock(path), -1);
	unlink(path);
	close(file_lock(path, 0660, 0));
	t_int(stat(path, &st), 0);
	t_int(st.st_mode & 0777, 0660);
	t_int(unprivileged_lock(path), -1);
	umask(before);
	end();
}

static void
a_part_of_the_disk_stays_free(void)
{
	int64_t bytes = -1;
	struct statvfs v;

	begin();
	t_int(file_room(dir, &bytes), 0);
	t_int(statvfs(dir, &v), 0);
	t_ok(bytes < (int64_t)v.f_bavail * (int64_t)v.f_frsize);
	/* others write, too, meanwhile */
	t_ok(llabs(bytes - (int64_t)(v.f_bavail - v.f_blocks / 20) * (int64_t)v.f_frsize) < 1 << 28);
	t_int(file_room(path, &bytes), -1);
	t_int(errno, ENOENT);
	end();
}

T_MAIN({ "is_new_and_whole", is_new_and_whole },
    { "is_gone_when_it_cannot_be_filled", is_gone_when_it_cannot_be_filled },
    { "takes_the_place_of_another_or_is_gone", takes_the_place_of_another_or_is_gone },
    { "a_part_of_the_disk_stays_free", a_part_of_the_disk_stays_free },
    { "does_not_outgrow_its_cap", does_not_outgrow_its_cap },
    { "opens_nothing_but_a_file", opens_nothing_but_a_file },
    { "a_lock_is_of_one_process", a_lock_is_of_one_process },
    { "others_cannot_take_a_lock", others_cannot_take_a_lock })
