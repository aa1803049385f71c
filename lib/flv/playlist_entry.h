/* SPDX-License-Identifier: ISC */
/*
 * The order in which files play and when each begins: a chain of segments, one for each
 * playing of a file, as long as the two tracks are apart.
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

/* As flv_loop_open(); the reference is the caller's. */
struct playlist	*playlist_open(const char *const *paths, size_t n,
		    struct flv_fault *);
struct playlist	*playlist_ref(struct playlist *);
void		 playlist_unref(struct playlist *);	/* NULL is allowed */

struct playlist_entry {
	struct playlist_entry	*next;		/* made by the track that gets there first */
	struct playlist	*list;		/* a reference of its own */
	size_t		 index;
	int64_t		 start;		/* ticks: DTS of its first video frame */
};

static inline struct flv_file *
playlist_entry_file(const struct playlist_entry *s)
{
	return s->list->files[s->index];
}

/*
 * What plays after s, as it would be made now: the segment that is there already, the first
 * of pending unless that is NULL, or the next of the list. Takes no reference.
 */
struct playlist_entry	 playlist_entry_plan(const struct playlist_entry *s,
		    struct playlist *pending);

/* Makes it; *pending's reference goes into it and leaves NULL. 0, or -1 with ENOMEM. */
int		 playlist_entry_make(struct playlist_entry *s, struct playlist **pending);

/* Ticks at which the segment's first audio frame would lie as far from video as in the file. */
int64_t		 playlist_entry_audio(const struct playlist_entry *);

void		 playlist_entries_free(struct playlist_entry *);	/* and all that follow */

#endif
