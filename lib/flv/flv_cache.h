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

#define FLVKNOWN_MAX	(60 * 1024)	/* bytes: a pipe takes them; a hundred films */

/* Of a file that was opened only: fills in all the rest, if it is known. */
bool	flvknown_find(struct flvfile *);

/* It was found good. One that was changed just now is not remembered: the next change might not show. */
void	flvknown_add(const struct flvfile *, time_t now);

/* All of it, to a descriptor with room for FLVKNOWN_MAX bytes. 0, or -1 with errno. */
int	flvknown_write(int fd);

/* Was any added or read since? */
bool	flvknown_news(void);

/* What another process wrote, up to its end; what is not to be understood is left out. */
void	flvknown_read(int fd);

void	flvknown_forget(void);

#endif
