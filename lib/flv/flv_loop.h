/* SPDX-License-Identifier: ISC */
/*
 * Prepared FLV files played one after the other for ever, as one unbroken timeline: video
 * keeps its frame interval over the joint, audio its exact frame grid, and the skew
 * between them never moves by more than half an audio frame, however many rounds.
 *
 * Each track's times come from counting: video frame n of a file of constant frame rate,
 * audio frame n of the stream in samples. At a joint, a file's last audio frames are left out
 * so that the next file's audio begins where it ended, at the distance from its video that it
 * has in the file. What lies outside this rule, in this order:
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
 * A file stays open: one that is renamed over or removed plays on as it was; one that is written
 * to is an error.
 */
#ifndef FLV_FLV_LOOP_H
#define FLV_FLV_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/codec.h"
#include "packet/packet.h"

struct flv_loop;

/* What is wrong with a file, in words, and where. */
struct flv_fault {
	char		 why[160];
	int64_t		 offset;	/* bytes from the start, -1: no place */
	size_t		 file;		/* index into paths */
	int		 error;		/* errno when the system refused; 0: the bytes are wrong */
};

/*
 * Opens and checks every file from end to end (headers only are read): FLV, whole tags, both
 * tracks, a sequence header for each that stays the same, first video frame a keyframe,
 * times that do not fall. NULL and *fault filled in when one does not hold. Memory does not
 * grow with the files.
 */
struct flv_loop	*flv_loop_open(const char *const *paths, size_t n, struct flv_fault *);
void		 flv_loop_close(struct flv_loop *);	/* NULL is allowed */

/*
 * The next message in DTS order, and its time: ms since the first message, never falling on
 * either track, not wrapped. At the start of a file its metadata and sequence headers come
 * first: in the first round always, later when they differ from those in force.
 * End-of-sequence messages are left out, as nothing ends, and so is FRAME_BAD. The packet's
 * memory is the arena's, its reference the caller's; its data is bit-identical to the
 * file's; its time is *time modulo 2^32.
 * 0, or -1 with errno: EIO when the file cannot be read any more or changed below us,
 * ENOMEM.
 */
int		 flv_loop_next(struct flv_loop *, struct arena *, struct packet **, int64_t *time);

/* Begin again at the first file, its first keyframe, time 0, headers first. */
void		 flv_loop_rewind(struct flv_loop *);

/* Swap the list at the next file boundary without a break in time: takes over next, which
 * must not be used or closed by the caller any more. */
void		 flv_loop_replace(struct flv_loop *, struct flv_loop *next);

/* Facts for status and checks. What one file holds: */
struct flv_loop_facts {
	struct video_format	 video;		/* fps as measured when it is constant */
	struct audio_format	 audio;
	int64_t			 ms;		/* of video */
	int64_t			 bytes;		/* of the file */
	int64_t			 video_bytes;	/* of its video frames */
	uint32_t		 frames, keys;	/* video */
	uint32_t		 audio_frames;
	uint32_t		 bad;		/* messages that no codec writes: not played */
	uint32_t		 key_min_ms;	/* distances of keyframes; the last one, to the end, */
	uint32_t		 key_max_ms;	/* counts for the maximum only */
	bool			 constant_fps;
	bool			 audio_even;	/* no holes, no jitter */
	int64_t			 audio_short_ms; /* what audio lacks to fill every round; <= 0: nothing */
};

const struct flv_loop_facts *flv_loop_facts(const struct flv_loop *, size_t file);
uint64_t	 flv_loop_rounds(const struct flv_loop *);	/* finished; a list swapped counts */

#endif
