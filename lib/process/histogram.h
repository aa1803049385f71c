/* SPDX-License-Identifier: ISC */
/*
 * How long something takes: a histogram in a file that several processes fill and others read. The file has a fixed
 * size, is changed under its lock, and is read as hostile: another user may write its folder. A value that cannot be
 * counted is lost; the counts begin anew with a file that is missing, or that another version wrote.
 */
#ifndef PROCESS_HISTOGRAM_H
#define PROCESS_HISTOGRAM_H

#include <sys/types.h>

#include <stdint.h>

#define HISTOGRAM_BUCKETS	16

/* Upper bounds in microseconds of all buckets but the last one, which has none. A value that is a bound is within it. */
extern const int64_t histogram_bound_us[HISTOGRAM_BUCKETS - 1];

struct histogram {
	uint64_t	 version;
	uint64_t	 count[HISTOGRAM_BUCKETS];	/* values of each bucket alone */
	uint64_t	 sum_us;
	int64_t		 last_s;			/* the time of the newest value, seconds since the epoch */
};

/*
 * Counts a value. mode: of a new file, whatever the umask. Waits 20 ms at most for the lock, which others hold for
 * microseconds. 0, or -1 with errno: the value is lost.
 */
int	histogram_add(const char *path, mode_t mode, int64_t us, int64_t now_s);

/* Does not wait. 0; -1 with errno; EINVAL: not a file of histogram_add(). Values are small enough to be added up. */
int	histogram_read(const char *path, struct histogram *);

#endif
