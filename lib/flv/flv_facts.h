/* SPDX-License-Identifier: ISC */
/* The result of checking a file of a loop: its facts or its fault. */
#ifndef FLV_FLV_FACTS_H
#define FLV_FLV_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/format.h"

/* The fault of a file, as text, and its place. */
struct flv_fault {
	char		 reason[160];
	int64_t		 offset;	/* bytes from the start, -1: none */
	size_t		 file;		/* index into paths */
	int		 error;		/* errno of a failed system call; 0: the bytes are wrong */
};

/* The facts of one file. */
struct flv_loop_facts {
	struct video_format	 video;		/* fps as measured when it is constant */
	struct audio_format	 audio;
	int64_t			 ms;		/* of video */
	int64_t			 bytes;		/* of the file */
	int64_t			 video_bytes;	/* of its video frames */
	uint32_t		 frames, keys;	/* video */
	uint32_t		 audio_frames;
	uint32_t		 bad;		/* messages that are not valid, and are not played */
	uint32_t		 key_min_ms;	/* distances of keyframes; the last one, to the end of the */
	uint32_t		 key_max_ms;	/* file, counts for the maximum only */
	bool			 constant_fps;
	bool			 audio_even;	/* no holes, no jitter */
	int64_t			 audio_late_ms;	/* first sample after the first picture that is shown; < 0: before it */
	int64_t			 audio_short_ms; /* how much shorter audio is than video; <= 0: not shorter */
};

#endif
