/* SPDX-License-Identifier: ISC */
/* Windows and acknowledgements of an RTMP connection: RTMP 1.0, sections 5.4.3 to 5.4.5. */
#ifndef RTMP_WINDOW_H
#define RTMP_WINDOW_H

#include <stdint.h>

#include "base/buf.h"

struct window {
	uint64_t	 in, acked;	/* bytes taken, and those that we acknowledged */
	uint32_t	 theirs;	/* they want an acknowledgement after so many bytes; 0: they named none */
	uint32_t	 ours;		/* that we announced; 0: none yet */
};

/*
 * Announces our window, which makes the peer acknowledge what arrived: of size bytes, at most RTMP_WINDOW_OUT and that
 * for 0. Nothing, if it is the same as before. 0, or -1 as request_control().
 */
int	window_announce(struct window *, struct buf *out, uint32_t size);

/* Acknowledges what came, when it is half of their window. 0, or -1 as request_control(). */
int	window_acknowledge(struct window *, struct buf *out);

#endif
