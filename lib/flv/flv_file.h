/* SPDX-License-Identifier: ISC */
/* One FLV file of a loop, checked and measured: flv_check.h makes it, flv_reader.h reads on in it. */
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

/* All fields are the reader's to look at; times in ms are the file's, others are ticks. */
struct flv_file {
	int		 fd;
	dev_t		 dev;		/* what it was when it was checked */
	ino_t		 ino;
	off_t		 size;
	struct timespec	 mtime;

	off_t		 first;		/* where the first tag's preceding size is */
	struct blob	 meta, video_header, audio_header;

	uint32_t	 video_first;	/* DTS of the first frame */
	uint32_t	 audio_first;
	int32_t		 cts;		/* PTS - DTS of the first video frame */
	int64_t		 interval;	/* a video frame; 0: times are the file's */
	int64_t		 length;	/* of the video: where the next file's may begin */
	int64_t		 audio_frame;	/* 0: unknown, times are the file's */
	bool		 audio_even;	/* audio lies on a grid of audio_frame without a hole */

	struct flv_loop_facts facts;
};

void	flv_file_close(struct flv_file *);	/* NULL is allowed */

#endif
