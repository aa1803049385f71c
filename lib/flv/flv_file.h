/* SPDX-License-Identifier: ISC */
/* One FLV file of a loop: flv_check.h opens, checks and measures it, flv_reader.h reads it. */
#ifndef FLV_FLV_FILE_H
#define FLV_FLV_FILE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "flv/flv_facts.h"

/* A message kept in memory: metadata or a sequence header. */
struct blob {
	uint8_t		*data;		/* owned; NULL: there is none */
	uint32_t	 len;
	uint8_t		 type;
};

void	blob_free(struct blob *);
bool	blob_equal(const struct blob *, const struct blob *);

/* Callers may read all fields. Times are in ms where the file has them, else in ticks (frame_rate.h). */
struct flv_file {
	int		 fd;
	dev_t		 dev;		/* of fstat(2) at the check */
	ino_t		 ino;
	off_t		 size;
	struct timespec	 mtime;

	off_t		 first;		/* offset of the "previous tag size" before the first tag */
	struct blob	 meta, video_header, audio_header;

	uint32_t	 video_first;	/* DTS of the first frame */
	uint32_t	 audio_first;
	int32_t		 cts;		/* PTS - DTS of the first video frame */
	int64_t		 interval;	/* length of a video frame; 0: video keeps the times of the file */
	int64_t		 length;	/* of the video: the next file's video may begin there */
	int64_t		 audio_frame;	/* length of an audio frame; 0: unknown, audio keeps the times of the file */
	bool		 audio_even;	/* audio lies on a grid of audio_frame without a hole */

	struct flv_loop_facts facts;
};

void	flv_file_close(struct flv_file *);	/* NULL is allowed */

#endif
