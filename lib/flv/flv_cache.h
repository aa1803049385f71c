/* SPDX-License-Identifier: ISC */
/*
 * What is known of films that were checked: a film that did not change since is not read from end to end again,
 * which takes long where it is long and not in memory. The knowledge can be handed to a process that takes this
 * one's place.
 */
#ifndef FLV_FLV_CACHE_H
#define FLV_FLV_CACHE_H

#include <stdbool.h>
#include <time.h>

#include "flv/flv_file.h"

#define FLV_CACHE_MAX	(60 * 1024)	/* bytes: a pipe takes them; a hundred films */

/* Of a file that was opened only: fills in all the rest, if it is known. */
bool	flv_cache_find(struct flv_file *);

/* It was found good. One that was changed just now is not remembered: the next change might not show. */
void	flv_cache_add(const struct flv_file *, time_t now);

/* All of it, to a descriptor with room for FLVKNOWN_MAX bytes. 0, or -1 with errno. */
int	flv_cache_write(int fd);

/* Was any added or read since? */
bool	flv_cache_changed(void);

/* What another process wrote, up to its end; what is not to be understood is left out. */
void	flv_cache_read(int fd);

void	flv_cache_forget(void);

#endif
