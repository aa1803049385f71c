/* SPDX-License-Identifier: ISC */
/*
 * Plays one source from the media server into its delay line, for ever. The connection stays up
 * while nobody publishes the stream.
 */
#ifndef FORWARD_INGEST_H
#define FORWARD_INGEST_H

#include "forward/channel.h"
#include "forward/rate.h"
#include "forward/rtmp_conn.h"

struct ingest {
	struct channel_source	*to;
	struct rtmp_conn		 rtmp_conn;
	struct rate		 rate;
	int64_t			 batch_ms;	/* read after so long, or when much has arrived; 0: as soon as bytes arrive */
	int64_t			 last_read;
	int64_t			 last_media;	/* when media arrived last, or the connection came up, ms */
};

/* Of the spec, its delay line and batches count. NULL with *reason a constant: the address is not valid, or out of
 * memory. */
struct ingest	*ingest_new(struct ev *, struct channel_source *, const char *url, const struct spec *,
		    const char **reason);
void	ingest_free(struct ingest *);	/* NULL is allowed */

/* Does everything that is due; spare: nobody waits for this source. Returns the latest time (ms) of the next call. */
int64_t	ingest_step(struct ingest *, bool spare, int64_t now);

#endif
