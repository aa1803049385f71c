/* SPDX-License-Identifier: ISC */
/*
 * Prepared FLV files played one after the other for ever, as one unbroken timeline: video
 * keeps its frame interval over the joint, audio its exact frame grid, and the skew
 * between them never moves by more than half an audio frame, however many rounds.
 *
 * Each track's times come from counting: video frame n of a file of constant frame rate,
 * audio frame n of the stream in samples. At a joint, a file's last or first audio frames
 * are left out (or the last one is waited for) so that audio begins where it ended.
 */
#ifndef MEDIA_FLVLOOP_H
#define MEDIA_FLVLOOP_H

#include <stddef.h>
#include <stdint.h>

#include "media/packet.h"

struct flvloop;

/* What is wrong with a file, in words, and where. */
struct flv_fault {
	char		 why[160];
	int64_t		 offset;	/* bytes from the start, -1: no place */
	size_t		 file;		/* index into paths */
};

/*
 * Opens and checks every file from end to end (headers only are read): FLV, whole tags, both
 * tracks, a sequence header for each, first video frame a keyframe, times that do not fall.
 * NULL and *fault filled in when one does not hold. Memory grows by no more than a few bytes a
 * frame.
 */
struct flvloop	*flvloop_open(const char *const *paths, size_t n, struct flv_fault *);
void		 flvloop_close(struct flvloop *);	/* NULL is allowed */

/*
 * The next message in DTS order, and its time: ms since the first message, never falling on
 * either track, not wrapped. At the start of a file (of the first round: always; later: when they
 * differ from those in force) its metadata and sequence headers come first. The packet's memory is the
 * arena's, its reference the caller's; its data is bit-identical to the file's.
 * 0, or -1 with errno: EIO when the file cannot be read any more or changed below us, ENOMEM.
 */
int		 flvloop_next(struct flvloop *, struct arena *, struct packet **, int64_t *time);

/* Begin again at the first file, its first keyframe, time 0, headers first. */
void		 flvloop_rewind(struct flvloop *);

/* Swap the list at the next file boundary without a break in time: takes over next (which must not be
 * used or closed by the caller any more). */
void		 flvloop_replace(struct flvloop *, struct flvloop *next);

/* Facts for status and checks. */
int64_t		 flvloop_round_ms(const struct flvloop *);	/* length of one round, rounded */
uint64_t	 flvloop_rounds(const struct flvloop *);	/* rounds finished */

#endif
