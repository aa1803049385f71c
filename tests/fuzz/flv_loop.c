/* SPDX-License-Identifier: ISC */
/* The input is a file: what opens must play, in order, past its own end. */
#include "base/base.h"
#include "flv/flv_loop.h"

#include <sys/mman.h>

#include <unistd.h>

#define MESSAGES	2000

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
play(struct flv_loop *l)
{
	struct arena *a = arena_new(1 << 18);
	int64_t time, last[TRACKS] = { 0, 0, 0 };
	struct packet *p;
	enum track t;
	int i;

	for (i = 0; i < MESSAGES; i++) {
		if (flv_loop_next(l, a, &p, &time) == -1)
			abort();
		t = packet_track(p);
		if (time < last[t] || p->time != (uint32_t)time)
			abort();
		last[t] = time;
		packet_unref(p);
		if (i == MESSAGES / 2) {
			flv_loop_rewind(l);
			memset(last, 0, sizeof(last));
		}
	}
	arena_free(a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static int fd = -1;
	static char path[64];
	const char *paths[] = { path, path };
	struct flv_fault fault;
	struct flv_loop *l;

	if (fd == -1) {
		fd = memfd_create("flv", 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (fd == -1 || ftruncate(fd, 0) == -1 || pwrite(fd, p, n, 0) != (ssize_t)n)
		return 0;
	if ((l = flv_loop_open(paths, n & 1 ? 2 : 1, &fault)) != NULL)
		play(l);
	else if (fault.reason[0] == '\0')
		abort();
	flv_loop_close(l);
	return 0;
}
