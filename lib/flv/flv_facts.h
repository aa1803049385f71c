/* SPDX-License-Identifier: ISC */
/* What is known of a file of a loop: what it holds, or what is wrong with it. */
#ifndef FLV_FLV_FACTS_H
#define FLV_FLV_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/format.h"

/* What is wrong with a file, in words, and where. */
struct flv_fault {
	char		 reason[160];
	int64_t		 offset;	/* bytes from the start, -1: no place */
	size_t		 file;		/* index into paths */
	int		 error;		/* errno when the system refused; 0: the bytes are wrong */
};

/* What one file holds. */
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

#endif
