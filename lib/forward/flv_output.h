/* SPDX-License-Identifier: ISC */
/* Writes the spliced stream as an FLV file to a descriptor, such as a pipe to ffmpeg or a recorder. */
#ifndef FORWARD_FLV_OUTPUT_H
#define FORWARD_FLV_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "media/fanout_log.h"
#include "media/muxer.h"
#include "process/ev.h"

struct flv_output {
	struct ev		*ev;
	struct ev_io		 io;
	const struct fanout_log	*log;
	struct muxer		 muxer;
	size_t			 header;	/* bytes of the file header still to write */
	bool			 gone;		/* the reader closed the pipe */
};

void	flv_output_init(struct flv_output *, struct ev *, const struct fanout_log *, int fd);
void	flv_output_free(struct flv_output *);

/* Writes what is ready. 0, or -1 with errno: the reader is gone (EPIPE) or the disk is full. */
int	flv_output_step(struct flv_output *);

#endif
