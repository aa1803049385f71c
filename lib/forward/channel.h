/* SPDX-License-Identifier: ISC */
/*
 * The core of a forwarder: sources in, one timeline out, and the decision between them. It is
 * where media and decision meet, and the only place. No descriptor and no clock: packets
 * are pushed with the time they arrived at, and channel_step() is told what time it is, so
 * that the whole of it runs on a virtual clock too.
 */
#ifndef FORWARD_CHANNEL_H
#define FORWARD_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "flv/flv_loop.h"
#include "forward/failover.h"
#include "media/fanout_log.h"
#include "media/source.h"
#include "media/splice.h"
#include "spec/spec.h"

struct channel_source {
	char			 name[SPEC_NAME];
	struct source		 src;
	struct arena		*arena;		/* the channel's: its packets live there */
	struct flv_loop		*file;		/* a local source: read on demand; NULL: pushed */
	int64_t			 file_t0;	/* arrival of its time 0 */
	bool			 broken;	/* the file could not be read */
	int64_t			 retry_time;	/* when to try again, ms */
};

/* One move of the state: what a log and an event table want to know. */
struct channel_event {
	char		from[SPEC_NAME + 8], to[SPEC_NAME + 8];	/* state names */
	const char	*reason;	/* failover_reason() */
	const char	*health;	/* of the source that was left: "video-stalled", ... */
	int64_t		 after_ms;	/* in the old state */
};

struct channel {
	struct channel_source	 source[SPEC_SOURCES];
	int			 sources;
	struct arena		*arena;		/* all its media */
	struct failover		 failover;
	struct splice		 splice;
	struct fanout_log		 log;
	int64_t			 delay_ms;
	struct fo_decision	 pending;	/* being carried out; action FO_STAY: none */
	uint64_t		 key;		/* keyframe it waits for */
	bool			 has_key;
	bool			 stopped;	/* FO_STOP was carried out and nothing since */
	struct channel_event	 event;
	bool			 has_event;
};

/*
 * A channel as the spec says, at the time now (ms). Files are opened and checked.
 * NULL with *fault of a file of source *bad; out of memory leaves fault->why "".
 */
struct channel	*channel_new(const struct spec *, int64_t now, int *bad,
		    struct flv_fault *fault);
void		 channel_free(struct channel *);	/* NULL is allowed */

/* Right after that: another process had it on the air until a moment ago. */
void		 channel_resume(struct channel *);

/*
 * Everything that is to happen by now. Returns when it wants to be called again at the latest
 * (ms); pushing packets does not change that before the time.
 */
int64_t		 channel_step(struct channel *, int64_t now);

/* The next unreported move of the state; false: none. */
bool		 channel_event(struct channel *, struct channel_event *);

/* Operator's word: "auto", "off" or a source, with for_ms as in failover_pin(). -1: no such source. */
int		 channel_switch(struct channel *, const char *to, int64_t for_ms,
		    int64_t now);

/* Takes over files for source i, to be played from the next boundary on. */
void		 channel_files(struct channel *, int i, struct flv_loop *);

/* Can it become what the spec says while it runs? Not if sources or the delay differ. */
bool		 channel_can_reload(const struct channel *, const struct spec *);

/* Applies thresholds of a spec that it can become, and its mode if that is news: an operator's
 * later word is not undone by a reload. */
void		 channel_reload(struct channel *, const struct spec *old,
		    const struct spec *, int64_t now);

char		*channel_state(const struct channel *, char *dst, size_t size);

/* Is the first source on the air? */
bool		 channel_on_first(const struct channel *);

/* Is anything on the air, or about to be? */
bool		 channel_expected(const struct channel *);

#endif
