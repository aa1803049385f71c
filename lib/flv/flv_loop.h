/* SPDX-License-Identifier: ISC */
/*
 * Plays prepared FLV files one after the other for ever, as one unbroken timeline: across a file
 * boundary, video keeps its frame interval and audio its exact frame grid. The skew between them
 * never moves by more than half an audio frame, after any number of rounds.
 *
 * The times of each track come from counting: video frames in a file of constant frame rate, audio
 * frames of the stream in samples. At a boundary, the last audio frames of a file are left out so
 * that the next file's audio begins where the audio ended, at the distance from its video that it
 * has in the file. Exceptions to this rule, in this order:
 *
 *	- a file without a constant frame rate keeps its own times, and lasts from its first
 *	  frame to its last and a median frame more;
 *	- audio with holes, or that is too short for its video, leaves out a whole number of
 *	  frames of the grid; with its own times not even, skew may reach one audio frame;
 *	- audio whose frames have no known length keeps its own times;
 *	- where the next file has fewer frames of reordering delay, its DTS start that much later
 *	  so that what is shown goes on without a break; where it has more, what is shown stands
 *	  still for the difference.
 *
 * Files stay open: a file that is replaced or removed plays on as it was; a file that a program
 * writes to is an error.
 */
#ifndef FLV_FLV_LOOP_H
#define FLV_FLV_LOOP_H

#include <stddef.h>
#include <stdint.h>

#include "flv/flv_facts.h"
#include "packet/packet.h"

struct flv_loop;

/*
 * Opens and checks every file from end to end (headers only are read): FLV, whole tags, both
 * tracks, a sequence header for each that stays the same, first video frame a keyframe,
 * times that do not fall. NULL with *fault filled in if one of these is not true. The use of memory
 * does not depend on the size of the files.
 */
struct flv_loop	*flv_loop_open(const char *const *paths, size_t n, struct flv_fault *);
void		 flv_loop_close(struct flv_loop *);	/* NULL is allowed */

/*
 * The next message in DTS order, and its time: ms since the first message, never falling on
 * either track, not wrapped. At the start of a file its metadata and sequence headers come
 * first: in the first round always, later if they differ from those that were sent last.
 * End-of-sequence messages are left out, because the stream goes on, and so is FRAME_BAD. The
 * packet's memory is in the arena, its reference is the caller's; its data is bit-identical to
 * the file's; its time is *time modulo 2^32.
 * 0, or -1 with errno: EIO: the file cannot be read any more, or it has changed since its check;
 * ENOMEM.
 */
int		 flv_loop_next(struct flv_loop *, struct arena *, struct packet **, int64_t *time);

/* Starts again at the first file, its first keyframe, time 0, headers first. */
void		 flv_loop_rewind(struct flv_loop *);

/* Replaces the list at the next file boundary without a break in time. Takes ownership of next: the
 * caller must not use or close it any more. */
void		 flv_loop_replace(struct flv_loop *, struct flv_loop *next);

/* The facts of one file; the number of finished rounds, where a list that was replaced counts as one. */
const struct flv_loop_facts *flv_loop_facts(const struct flv_loop *, size_t file);
/* Those of the first file that plays after flv_loop_rewind(). */
const struct flv_loop_facts *flv_loop_facts_next(const struct flv_loop *);
uint64_t	 flv_loop_rounds(const struct flv_loop *);

#endif
