/* SPDX-License-Identifier: ISC */
/*
 * Publishes the fanout log to one destination, for ever, with its own connection, its own place in
 * the log and its own retry time. A fault of one destination never delays another one.
 */
#ifndef FORWARD_EGRESS_H
#define FORWARD_EGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "forward/rate.h"
#include "forward/rtmp_conn.h"
#include "media/fanout_log.h"
#include "media/muxer.h"
#include "rtmp/fourcc_list.h"
#include "spec/spec.h"

#define EGRESS_BEHIND_MS	1000	/* a destination that lags more than this is slow, which is a problem */

#define EGRESS_OVER_MS		15000	/* a bit rate above max_kbps for so long is a problem */

/* Only EGRESS_SEND connects. The others say why not; the last two end the broadcast. */
enum egress_mode {
	EGRESS_SEND,
	EGRESS_IDLE,		/* nothing is about to be on the air */
	EGRESS_AWAY,		/* a backup is on the air, and this destination does not get it */
	EGRESS_OFF_SCHEDULE,	/* it is not the hour of this destination */
	EGRESS_OFF		/* the channel is off, or the destination is gone */
};

struct egress {
	char			 name[SPEC_LEG_NAME];
	const struct spec_dest	*spec;		/* borrowed */
	const struct fanout_log	*log;
	struct rtmp_conn		 rtmp_conn;
	struct muxer		 muxer;
	struct rate		 rate;
	int64_t			 queue_ms;
	uint64_t		 acked;		/* by the peer, of this connection */
	uint64_t		 acked_before;	/* by all connections before */
	int64_t			 progress;	/* when acked last rose, or nothing was outstanding */
	int64_t			 next_check;
	int64_t			 keyless_since;	/* since then no keyframe was there to begin with, ms; 0: it gets media */
	bool			 blocked;	/* the socket takes no more */
	struct fourcc_list	 fourccs;	/* that the server listed last */
	bool			 unfit;		/* the connection went down because the stream's codec is not in that list */
	bool			 leave;		/* reconnect at the next keyframe, because the server asked for it */
	enum egress_mode	 mode;
	bool			 renews;	/* a new connection replaces one that worked: that is no reconnect */
	int64_t			 renew_time;	/* of the wall clock, seconds: the connection is replaced at renew_at */
	int64_t			 over_since;	/* the bit rate is above max_kbps; 0: it is not */
	uint64_t		 reconnects;
	char			 last_error[256];
};

/* d is borrowed, see egress_spec(). NULL when out of memory or when a field of d is not valid:
 * *field names the field, *reason the fault; both are constants. */
struct egress	*egress_new(struct ev *, const struct fanout_log *,
		    const struct spec_dest *d, const char **field,
		    const char **reason);

/* Closes the connection without unpublish: platforms take that for a fault and keep the broadcast open
 * for a reconnect. To end the broadcast, call egress_set_mode() with EGRESS_OFF first. */
void	egress_free(struct egress *);	/* NULL is allowed */

/* Replaces the borrowed declaration with that of a new spec; the destination is the same. */
void	egress_spec(struct egress *, const struct spec_dest *);

/* Does everything that is due. Returns the latest time (ms) of the next call. */
int64_t	egress_step(struct egress *, int64_t now);

void	egress_set_mode(struct egress *, enum egress_mode, int64_t now);

/* Number of the first log entry that this destination still needs, UINT64_MAX: none. */
uint64_t egress_needs(const struct egress *);

/* How long the destination, which is connected, has got nothing because there is no keyframe in the log, ms. */
int64_t	egress_keyframe_wait_ms(const struct egress *, int64_t now);

/*
 * "live", "slow", "waiting-keyframe", "renewing", "connecting", "starting", "waiting"; and by mode "paused", "away",
 * "off-schedule".
 */
const char *egress_state(const struct egress *);

/* The address that it uses, or tries next: "primary", "backup". */
const char *egress_address(const struct egress *);

/*
 * Age of the oldest frame, ms: that our kernel does not have yet, which can still be left out; and that the peer's host
 * does not have, which is how far the destination is behind. Then bytes that the peer has acknowledged.
 */
int64_t	egress_queue_ms(const struct egress *);
int64_t	egress_lag_ms(const struct egress *);
uint64_t egress_acked(const struct egress *);

/* Has it been sent more than max_kbps for some time? */
bool	egress_over(const struct egress *, int64_t now);

#endif
