/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-web/waiting.h"

#include <sys/mman.h>

#include <fcntl.h>

int
waiting_places(int workers)
{
	return workers - (workers + 5) / 6;
}

int
waiting_for_events(const struct waiting *w)
{
	return w->places - (w->places + 3) / 4;
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
waiting_begin(const struct waiting *w, int places)
{
	while (places-- > 0)
		if (place_lock(w, places, F_WRLCK) == 0)
			return places;
	return -1;
}

void
waiting_end(const struct waiting *w, int place)
{
	if (place != -1)
		place_lock(w, place, F_UNLCK);
}
