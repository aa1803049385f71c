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
	struct flvfile	*files[];
};

/* As flvloop_open(); the reference is the caller's. */
struct playlist	*playlist_open(const char *const *paths, size_t n,
		    struct flv_fault *);
struct playlist	*playlist_ref(struct playlist *);
void		 playlist_unref(struct playlist *);	/* NULL is allowed */
int64_t		 playlist_length(const struct playlist *);	/* ticks a round */

struct segment {
	struct segment	*next;		/* made by the track that gets there first */
	struct playlist	*list;		/* a reference of its own */
	size_t		 index;
	int64_t		 start;		/* ticks: DTS of its first video frame */
};

static inline struct flvfile *
segment_file(const struct segment *s)
{
	return s->list->files[s->index];
}

/*
 * What plays after s, as it would be made now: the segment that is there already, the first
 * of pending unless that is NULL, or the next of the list. Takes no reference.
 */
struct segment	 segment_plan(const struct segment *s,
		    struct playlist *pending);

/* Makes it; *pending's reference goes into it and leaves NULL. 0, or -1 with ENOMEM. */
int		 segment_make(struct segment *s, struct playlist **pending);

/* Ticks at which the segment's first audio frame would lie as far from video as in the file. */
int64_t		 segment_audio(const struct segment *);

void		 segments_free(struct segment *);	/* and all that follow */

#endif
