/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-web/waiting.h"

#include <sys/mman.h>

#include <fcntl.h>

int
waiting_places(int workers)
{
	return workers - (workers + 2) / 3;
}

int
waiting_init(struct waiting *w, int places)
{
	w->places = places;
	return (w->fd = memfd_create("waiting", MFD_CLOEXEC)) == -1 ? -1 : 0;
}

static int
place_lock(const struct waiting *w, int place, short type)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = place, .l_len = 1 };

	return fcntl(w->fd, F_SETLK, &lock);
}

int
waiting_begin(const struct waiting *w)
{
	int i;

	for (i = 0; w->fd != -1 && i < w->places; i++)
		if (place_lock(w, i, F_WRLCK) == 0)
			return i;
	return -1;
}

void
waiting_end(const struct waiting *w, int place)
{
	place_lock(w, place, F_UNLCK);
}
