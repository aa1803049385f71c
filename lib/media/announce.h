/* SPDX-License-Identifier: ISC */
/*
 * Puts the onMetaData that we make (metadata.h) into the codec headers of what goes out, in the place of the source's
 * own. It is made anew at a cut and where a source's headers change; where its bytes stay the same it stays the same
 * packet, and a muxer does not send it again. For a frame with the headers of the one before it allocates nothing.
 */
#ifndef MEDIA_ANNOUNCE_H
#define MEDIA_ANNOUNCE_H

#include <stdbool.h>

#include "media/metadata.h"
#include "media/source.h"

struct announce {
	struct arena		*arena;		/* borrowed */
	struct packet		*metadata;	/* the newest; NULL: none yet */
	struct codec_headers	*in, *out;	/* those of the last frame, and the same with ours */
	bool			 made;		/* for in: audio does not decide, its frames may be ahead of the pictures */
	struct codec_headers	*measured;	/* what measure belongs to */
	struct metadata_measure	 measure;
};

void	announce_init(struct announce *, struct arena *);
void	announce_free(struct announce *);	/* drops its references; a zeroed one is allowed */

/* The source is cut to: takes what was measured of it. */
void	announce_cut(struct announce *, const struct source *);

/*
 * The headers for a frame that src plays next: a new reference, the owner of which is the caller. NULL without memory,
 * as if it had none; a source's own metadata never goes out.
 */
struct codec_headers	*announce_headers(struct announce *, const struct source *, const struct entry *);

#endif
