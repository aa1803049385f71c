/* SPDX-License-Identifier: ISC */
/*
 * A cache of checked films: a film that has not changed since its check is not read from end to end again, which
 * takes long for a long film that is not in memory. The cache can be passed to the process that replaces this one.
 */
#ifndef FLV_FLV_CACHE_H
#define FLV_FLV_CACHE_H

#include <stdbool.h>
#include <time.h>

#include "flv/flv_file.h"

#define FLV_CACHE_MAX	(60 * 1024)	/* bytes: fits in a pipe, and holds a hundred films */

/* Fills in all other members of a file that was opened, if the cache has it. */
bool	flv_cache_find(struct flv_file *);

/* Adds a file that passed its check. Ignores a file that was changed just now: its ctime might miss the next change. */
void	flv_cache_add(const struct flv_file *, time_t now);

/* Writes all of it to a descriptor with room for FLV_CACHE_MAX bytes. 0, or -1 with errno. */
int	flv_cache_write(int fd);

/* Has the cache changed since the last flv_cache_write()? */
bool	flv_cache_changed(void);

/* Reads what another process wrote, up to the end; skips records that are not valid. */
void	flv_cache_read(int fd);

void	flv_cache_forget(void);

#endif
