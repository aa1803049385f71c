/* SPDX-License-Identifier: ISC */
/* What a source holds: where a cut can begin in it, and what no cut can need any more. */
#ifndef MEDIA_SOURCE_HOLD_H
#define MEDIA_SOURCE_HOLD_H

#include "media/source_state.h"

/*
 * Finds a keyframe of the current epoch to start from: *n is its number in the video frame queue. It is
 * the last one that is due at or before now, or else the first one after. false: there is none.
 */
bool	source_key_before(const struct source *, int64_t now, uint64_t *n);

/* The first keyframe due at or after now that has audio from it on. */
bool	source_key_after(const struct source *, int64_t now, uint64_t *n);

/* Drops the frames that no cut can need any more. true: it held too much, and all is dropped: an epoch ends here. */
bool	source_trim(struct source *, int64_t now);

#endif
