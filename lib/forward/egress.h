/* SPDX-License-Identifier: ISC */
/*
 * Publishes the log to one destination, for ever: its own connection, its own place in the
 * log, its own retry clock. Whatever happens here costs the others nothing.
 */
#ifndef FORWARD_EGRESS_H
#define FORWARD_EGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "forward/rate.h"
#include "forward/rtmp_conn.h"
#include "media/fanout_log.h"
#include "media/muxer.h"
#include "spec/spec.h"

struct egress {
	char			 name[SPEC_NAME];
	const struct spec_dest	*spec;		/* borrowed */
	const struct fanout_log	*log;
	struct rtmp_conn		 rtmp_conn;
	struct muxer		 muxer;
	struct rate		 rate;
	int64_t			 queue_ms;
	uint64_t		 acked;		/* by the peer, of this connection */
	uint64_t		 acked_before;	/* by all connections before */
	int64_t			 progress;	/* when it last rose, or nothing was outstanding */
	uint64_t		 sent_before;	/* bytes sent when this connection came up */
	uint32_t		 rtmp_acks;	/* that the peer itself sent, and when the last one came */
	int64_t			 rtmp_progress;
	int64_t			 next_check;
	bool			 blocked;	/* the socket takes no more */
	bool			 leave;		/* at the next keyframe: the server asked for it */
	bool			 paused;		/* stopped on purpose */
	uint64_t		 reconnects;
	char			 last_error[256];
};

/* d is borrowed, see egress_spec(). NULL when out of memory or when an address in it is wrong:
 * *field names it, *reason says what; both are constants. */
struct egress	*egress_new(struct ev *, const struct fanout_log *,
		    const struct spec_dest *d, const char **field,
		    const char **reason);

/* Closes without a goodbye: platforms take that for a fault and keep the broadcast open
 * for whoever comes back. For the other kind of end call egress_hold() first. */
void	egress_free(struct egress *);	/* NULL is allowed */

/* The same destination, as another copy of the spec has it. */
void	egress_spec(struct egress *, const struct spec_dest *);

/* Everything that is to happen by now. Returns when to call again at the latest (ms). */
int64_t	egress_step(struct egress *, int64_t now);

/*
 * Where the destination is to be: gone to, or left. Left with a goodbye the broadcast is over; without
 * one the platform keeps it open for a while, for whoever comes back.
 */
enum egress_mode { EGRESS_SEND, EGRESS_LEAVE, EGRESS_UNPUBLISH };
void	egress_hold(struct egress *, enum egress_mode, int64_t now);

/* The first log entry it still needs, UINT64_MAX: none. */
uint64_t egress_needs(const struct egress *);

/* "live", "connecting", "starting", "waiting", "held", "blocked". */
const char *egress_state(const struct egress *);

/* Age of the oldest byte that did not go out, ms; bytes that the peer has acknowledged. */
int64_t	egress_queue_ms(const struct egress *);
uint64_t egress_acked(const struct egress *);

#endif
