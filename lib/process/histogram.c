/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/file.h"
#include "process/histogram.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define VERSION		0x6c73637468697301	/* also of histogram_bound_us */
#define LOCK_MS		20
#define COUNT_MAX	((uint64_t)1 << 52)	/* a double has it exactly, and the sum of all buckets fits */

const int64_t histogram_bound_us[HISTOGRAM_BUCKETS - 1] = {
	500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000, 30000000
};

static bool
is_valid(const struct histogram *h)
{
	size_t i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++)
		if (h->count[i] > COUNT_MAX)
			return false;
	return h->version == VERSION && h->sum_us <= COUNT_MAX && h->last_s >= 0 && h->last_s <= (int64_t)COUNT_MAX;
}

static size_t
bucket_of(int64_t us)
{
	size_t i = 0;

	while (i < HISTOGRAM_BUCKETS - 1 && us > histogram_bound_us[i])
		i++;
	return i;
}

/* Reads it, or begins anew. -1 with errno. */
static int
histogram_load(int fd, struct histogram *h, mode_t mode)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	errno = EINVAL;
	if (st.st_nlink != 1)
		return -1;
	if (pread(fd, h, sizeof(*h), 0) == sizeof(*h) && st.st_size == sizeof(*h) && is_valid(h))
		return 0;
	*h = (struct histogram){ .version = VERSION };
	fchmod(fd, mode);
	return ftruncate(fd, 0);
}

int
histogram_add(const char *path, mode_t mode, int64_t us, int64_t now_s)
{
	int fd = file_open(path, O_RDWR | O_CREAT, mode), rc = -1, saved;
	struct histogram h;

	if (fd == -1)
		return -1;
	/* A user who may read the file may lock it: better a value is lost than that each pass waits. */
	if (file_lock_fd(fd, LOCK_MS) == 0 && histogram_load(fd, &h, mode) == 0) {
		h.count[bucket_of(us)]++;
		h.sum_us += us > 0 ? (uint64_t)us : 0;
		h.last_s = now_s;
		rc = pwrite(fd, &h, sizeof(h), 0) == sizeof(h) ? 0 : -1;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return rc;
}

int
histogram_read(const char *path, struct histogram *h)
{
	int fd = file_open(path, O_RDONLY, 0), saved;
	ssize_t n;

	if (fd == -1)
		return -1;
	n = pread(fd, h, sizeof(*h), 0);
	saved = errno;
	close(fd);
	errno = n == -1 ? saved : EINVAL;
	return n == sizeof(*h) && is_valid(h) ? 0 : -1;
}
