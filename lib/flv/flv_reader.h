/* SPDX-License-Identifier: ISC */
/*
 * Reads a checked file forward, a tag at a time. It uses pread(2) only, so that any number of readers share a
 * descriptor, and a truncated file is an error and not a signal.
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

/* A tag, and the place of its body. */
struct flv_item {
	struct flv_tag	 tag;
	struct frame	 frame;
	off_t		 body;
};

#define FLV_WINDOW	4096

struct flv_reader {
	const struct flv_file *file;	/* borrowed */
	off_t		 next;		/* offset of the "previous tag size" before the next tag */
	uint32_t	 prev;		/* the value that it must have */
	off_t		 at;		/* file bytes in the window */
	size_t		 have;
	uint8_t		 window[FLV_WINDOW];
};

void	flv_reader_start(struct flv_reader *, const struct flv_file *);

/* The next tag: 1; 0: end of file; -1 with EIO and *reason a constant (reason may be NULL). */
int	flv_reader_next(struct flv_reader *, struct flv_item *, const char **reason);

/*
 * The body of the tag that the last flv_reader_next() found. Its memory is in the arena, the reference is
 * the caller's. NULL with EIO or ENOMEM.
 */
struct packet *flv_reader_body(struct flv_reader *, struct arena *,
	    const struct flv_item *);

/* 0, or -1 with EIO: the file has no n bytes at off, or it has changed since it was opened. */
int	flv_file_pread(const struct flv_file *, void *, size_t n, off_t off);

#endif
