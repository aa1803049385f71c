/* SPDX-License-Identifier: ISC */
/* The spliced stream as an FLV file on a descriptor: for a pipe to ffmpeg or a recorder. */
#ifndef FORWARD_FLV_OUTPUT_H
#define FORWARD_FLV_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "media/fanout_log.h"
#include "media/muxer.h"
#include "process/ev.h"

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
