/* SPDX-License-Identifier: ISC */
/*
 * The onMetaData that goes out: made from the sequence headers. What the source says of itself may be
 * wrong, stale or missing; of that only a few numbers are used, where no header has them and they can be
 * true. No I/O and no allocation.
 */
#ifndef MEDIA_METADATA_H
#define MEDIA_METADATA_H

#include <stddef.h>
#include <stdint.h>

#include "packet/packet.h"

#define METADATA_MAX	512	/* bytes of the longest one */

/* What a source claims in its own onMetaData. 0: nothing, or something that no stream has. */
struct metadata_claims {
	double	width, height;			/* luma samples */
	double	fps;
	double	video_kbps, audio_kbps;
};

/* Reads the body of a data message, with or without @setDataFrame. Any bytes are safe input. */
void	metadata_claims_read(struct metadata_claims *, const uint8_t *, size_t);

/* What was measured since the tracks have these headers. 0: not known. */
struct metadata_measure {
	double	fps;				/* frames in the time that they took */
	double	video_kbps, audio_kbps;		/* payload; kbit/s, 1000 bits */
};

/*
 * Writes the body of a data message, "onMetaData" and an ECMA array (FLV 10.1 E.5; codec ids as in Enhanced RTMP v2,
 * "Enhancing onMetaData"), to dst, which has METADATA_MAX bytes. Returns its length. video and audio are each track's
 * sequence header, or any frame of a codec that has none; NULL: none is known. A field that is not known is left out.
 */
size_t	metadata_write(uint8_t *dst, const struct packet *video, const struct packet *audio,
	    const struct metadata_claims *, const struct metadata_measure *);

#endif
