/* SPDX-License-Identifier: ISC */
/*
 * The order in which files play, and when each begins: a chain of entries, one for each time that a
 * file plays. It has the entries from the track that is behind to the track that is ahead.
 */
#ifndef FLV_PLAYLIST_ENTRY_H
#define FLV_PLAYLIST_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "flv/flv_file.h"

struct playlist {
	unsigned int	 refs;		/* the files close with the last one */
	size_t		 n;		/* at least 1 */
	struct flv_file	*files[];
};

/* As flv_loop_open(); the caller owns the reference. */
struct playlist	*playlist_open(const char *const *paths, size_t n,
		    struct flv_fault *);
struct playlist	*playlist_ref(struct playlist *);
void		 playlist_unref(struct playlist *);	/* NULL is allowed */

struct playlist_entry {
	struct playlist_entry	*next;		/* added by the track that reaches it first */
	struct playlist		*list;		/* owns a reference */
	size_t			 index;
	int64_t			 start;		/* ticks: DTS of its first video frame */
};

static inline struct flv_file *
playlist_entry_file(const struct playlist_entry *e)
{
	return e->list->files[e->index];
}

/*
 * The entry that plays after e: the one that was added already, or else the first of pending unless that is
 * NULL, or else the next of the list. Takes no reference.
 */
struct playlist_entry	 playlist_entry_plan(const struct playlist_entry *e,
		    struct playlist *pending);

/* Adds that entry after e; it takes the reference of *pending, which becomes NULL. 0, or -1 with ENOMEM. */
int		 playlist_entry_make(struct playlist_entry *e, struct playlist **pending);

/* The time in ticks at which the first audio frame is as far from video as in the file. */
int64_t		 playlist_entry_audio(const struct playlist_entry *);

void		 playlist_entries_free(struct playlist_entry *);	/* and all that follow */

#endif
