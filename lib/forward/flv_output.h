/* SPDX-License-Identifier: ISC */
/* The spliced stream as an FLV file on a descriptor: for a pipe to ffmpeg or a recorder. */
#ifndef FORWARD_TAP_H
#define FORWARD_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ev.h"
#include "media/outlog.h"
#include "media/sink.h"

struct tap {
	struct ev		*ev;
	struct ev_io		 io;
	const struct outlog	*log;
	struct sink		 sink;
	size_t			 header;	/* bytes of the file header still to write */
	bool			 gone;		/* the reader */
};

void	tap_init(struct tap *, struct ev *, const struct outlog *, int fd);
void	tap_free(struct tap *);

/* Writes what there is. 0, or -1 with errno: the reader is gone (EPIPE) or the disk is full. */
int	tap_step(struct tap *);

#endif
