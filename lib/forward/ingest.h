/* SPDX-License-Identifier: ISC */
/*
 * Plays one source from the media server into its delay line, for ever. A played stream stays
 * attached while nobody publishes it.
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
	int64_t			 batch_ms;	/* read this seldom; 0: as soon as bytes come */
	int64_t			 next_read;
	int64_t			 heard;		/* when media came last, or the link came up */
};

/* NULL with *reason a constant: the address is wrong, or there is no memory. */
struct ingest	*ingest_new(struct ev *, struct channel_source *,
		    const char *url, int64_t delay_ms, const char **reason);
void	ingest_free(struct ingest *);	/* NULL is allowed */

/* Everything that is to happen by now. Returns when to call again at the latest (ms). */
int64_t	ingest_step(struct ingest *, int64_t now);

#endif
