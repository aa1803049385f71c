/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/histogram.h"
#include "scratch.h"

#include <sys/wait.h>

#include <errno.h>

#define NOW	1800000000

static struct histogram h;

static int
read_it(void)
{
	memset(&h, 0, sizeof(h));
	return histogram_read(scratch_path("times"), &h);
}

static void
add(int64_t us)
{
	histogram_add(scratch_path("times"), 0640, us, NOW);
}

static uint64_t
counted(void)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++)
		n += h.count[i];
	return n;
}

static void
a_bound_is_within_its_bucket(void)
{
	size_t i;

	scratch_remove("times");
	for (i = 0; i < HISTOGRAM_BUCKETS - 1; i++) {
		add(histogram_bound_us[i]);
		add(histogram_bound_us[i] + 1);
	}
	add(0);
	t_int(read_it(), 0);
	t_int(h.count[0], 2);
	for (i = 1; i < HISTOGRAM_BUCKETS - 1; i++)
		t_int(h.count[i], 2);
	t_int(h.count[HISTOGRAM_BUCKETS - 1], 1);
	t_int(h.last_s, NOW);
	t_int(h.sum_us, 2 * (500 + 1000 + 2500 + 5000 + 10000 + 25000 + 50000 + 100000 + 250000 + 500000 + 1000000 +
	    2500000 + 5000000 + 10000000 + 30000000) + HISTOGRAM_BUCKETS - 1);
}

static void
the_mode_is_the_same_under_any_umask(void)
{
	mode_t was = umask(077);
	struct stat st;

	scratch_remove("times");
	add(1);
	umask(was);
	t_int(stat(scratch_path("times"), &st), 0);
	t_int(st.st_mode & 0777, 0640);
}

/* Counts of processes at the same time are not lost. */
static void
processes_count_at_once(void)
{
	int i, n;
	pid_t pid;

	scratch_remove("times");
	scratch();
	for (n = 0; n < 4; n++)
		if ((pid = fork()) == 0) {
			for (i = 0; i < 250; i++)
				add(700);
			_exit(0);
		}
	while (wait(NULL) > 0)
		continue;
	t_int(read_it(), 0);
	t_int(h.count[1], 1000);
	t_int(h.sum_us, 700000);
}

/* What is in its place, or in it, is not believed. */
static void
hostile_files_are_not_read(void)
{
	const char *path = scratch_path("times");
	char text[sizeof(h) + 1];

	scratch_remove("times");
	errno = 0;
	t_int(histogram_read(path, &h), -1);
	t_int(errno, ENOENT);
	scratch_write("times", "", 0600);
	t_int(read_it(), -1);
	memset(text, 'x', sizeof(h));
	text[sizeof(h)] = '\0';
	scratch_write("times", text, 0600);
	t_int(read_it(), -1);
	t_int(errno, EINVAL);
	scratch_remove("times");
	t_int(mkfifo(scratch_path("times"), 0600), 0);
	t_int(read_it(), -1);
	scratch_remove("times");
	t_int(symlink(scratch_write("elsewhere", "", 0600), scratch_path("times")), 0);
	t_int(read_it(), -1);
	add(1);
	t_str(scratch_read("elsewhere"), "");
	scratch_remove("times");
}

/* A file of nonsense is begun anew, and one that has two names is left alone. */
static void
the_writer_begins_anew(void)
{
	scratch_write("times", "nonsense", 0600);
	add(1);
	t_int(read_it(), 0);
	t_int(counted(), 1);
	t_int(link(scratch_path("times"), scratch_path("second")), 0);
	add(1);
	t_int(read_it(), 0);
	t_int(counted(), 1);
	scratch_remove("second");
	h.count[3] = UINT64_MAX;
	scratch_remove("times");
	{
		int fd = open(scratch_path("times"), O_WRONLY | O_CREAT, 0600);

		t_int(write(fd, &h, sizeof(h)), sizeof(h));
		close(fd);
	}
	t_int(read_it(), -1);
	add(1);
	t_int(read_it(), 0);
	t_int(counted(), 1);
}

T_MAIN({ "a bound is within its bucket", a_bound_is_within_its_bucket },
    { "the mode is the same under any umask", the_mode_is_the_same_under_any_umask },
    { "processes count at once", processes_count_at_once }, { "hostile files are not read", hostile_files_are_not_read },
    { "the writer begins anew", the_writer_begins_anew })
