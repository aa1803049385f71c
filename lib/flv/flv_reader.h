/* SPDX-License-Identifier: ISC */
/*
 * Reads a checked file forward, a tag at a time. pread(2) only, so any number of cursors share it and a file
 * cut short is an error, not a signal.
 */
#ifndef FLV_FLV_READER_H
#define FLV_FLV_READER_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "codec/codec.h"
#include "flv/flv.h"
#include "flv/flv_file.h"
#include "packet/packet.h"

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

/* The next tag: 1, 0 at the end of the file, -1 with EIO and *reason (may be NULL) a constant. */
int	flv_reader_next(struct flv_reader *, struct flv_item *, const char **reason);

/*
 * The body of a tag that flv_reader_next() just found, in the arena, its reference the
 * caller's. NULL with EIO or ENOMEM.
 */
struct packet *flv_reader_body(struct flv_reader *, struct arena *,
	    const struct flv_item *);

/* 0, or -1 with EIO when n bytes at off are not there or the file changed since it was opened. */
int	flv_file_pread(const struct flv_file *, void *, size_t n, off_t off);

#endif
