/* SPDX-License-Identifier: ISC */
/*
 * One FLV file of a loop: checked and measured once, then read forward a track at a time.
 * pread(2) only, so any number of cursors share it and a file cut short is an error, not a
 * signal.
 */
#ifndef FLV_FLV_FILE_H
#define FLV_FLV_FILE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec/codec.h"
#include "flv/flv.h"
#include "flv/flv_loop.h"
#include "packet/packet.h"

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

/* As flv_loop_open(), but what flv_cache.h knows is not read again; fault->file is the caller's to set. */
struct flv_file	*flv_file_open(const char *path, struct flv_fault *);
void		 flv_file_close(struct flv_file *);	/* NULL is allowed */

/* A tag found: what it is and where its body lies. */
struct flv_item {
	struct flv_tag	 tag;
	struct frame	 frame;
	off_t		 body;
};

#define FLV_WINDOW	4096

struct flv_reader {
	const struct flv_file *file;	/* borrowed */
	off_t		 next;		/* the size that precedes the next tag */
	uint32_t	 prev;		/* what it must be */
	off_t		 at;		/* file bytes in the window */
	size_t		 have;
	uint8_t		 window[FLV_WINDOW];
};

void	flv_reader_start(struct flv_reader *, const struct flv_file *);

/* The next tag: 1, 0 at the end of the file, -1 with EIO and *why (may be NULL) a constant. */
int	flv_reader_next(struct flv_reader *, struct flv_item *, const char **why);

/*
 * The body of a tag that flv_reader_next() just found, in the arena, its reference the
 * caller's. NULL with EIO or ENOMEM.
 */
struct packet *flv_reader_body(struct flv_reader *, struct arena *,
	    const struct flv_item *);

/* 0, or -1 with EIO when n bytes at off are not there or the file changed since it was opened. */
int	flv_file_pread(const struct flv_file *, void *, size_t n, off_t off);

#endif
