/* SPDX-License-Identifier: ISC */
/*
 * The core of a forwarder: it takes sources in, decides between them, and writes one timeline.
 * Media and decision meet here only. It has no descriptor and no clock: packets are pushed with
 * their time of arrival, and channel_step() gets the time as an argument, so that tests run it
 * on a virtual clock.
 */
#ifndef FORWARD_CHANNEL_H
#define FORWARD_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "flv/flv_loop.h"
#include "forward/failover.h"
#include "media/fanout_log.h"
#include "media/silence.h"
#include "media/source.h"
#include "media/splice.h"
#include "spec/spec.h"

struct channel_source {
	char			 name[SPEC_NAME];
	struct source		 src;
	struct arena		*arena;		/* its packets live there; one that fills it starves no other source */
	struct flv_loop		*file;		/* a local source, read on demand; NULL: packets are pushed */
	int64_t			 file_t0;	/* arrival time of the file's timestamp 0, ms */
	bool			 broken;	/* the file could not be read */
	int64_t			 retry_time;	/* when to try again, ms */
	struct silence		 silence;	/* what is pushed goes through it */
};

/* One change of the state, for the log and the event table. */
struct channel_event {
	char		from[SPEC_NAME + 8], to[SPEC_NAME + 8];	/* state names */
	const char	*reason;	/* failover_reason() */
	const char	*health;	/* of the source that leaves the air: "video-stalled", ... */
	int64_t		 after_ms;	/* in the old state */
};

struct channel {
	struct channel_source	 source[SPEC_SOURCES];
	int			 sources;
	struct failover		 failover;
	struct splice		 splice;
	struct fanout_log		 log;
	struct arena		*arena;		/* of the metadata that goes out */
	int64_t			 delay_ms;
	int64_t			 keyframe_wait_ms;	/* of the spec */
	int64_t			 keyframe_waited_ms;	/* by a destination: set before each channel_step() */
	struct fo_decision	 pending;	/* the decision that is being applied; action FO_STAY: none */
	uint64_t		 key;		/* number of the keyframe that the cut waits for */
	bool			 has_key;
	bool			 stopped;	/* FO_STOP was applied, and no cut followed */
	struct channel_event	 event;
	bool			 has_event;
};

/*
 * Makes a channel from the spec, at the time now (ms). Opens and checks its files.
 * NULL: *fault describes a file of source *bad; out of memory leaves fault->reason "".
 */
struct channel	*channel_new(const struct spec *, int64_t now, int *bad,
		    struct flv_fault *fault);
void		 channel_free(struct channel *);	/* NULL is allowed */

/* Call it right after channel_new() if another process had the channel on the air until just now. */
void		 channel_resume(struct channel *);

/*
 * Does everything that is due. Returns the latest time (ms) of the next call; packets that are
 * pushed before that time do not make it earlier.
 */
int64_t		 channel_step(struct channel *, int64_t now);

/* The next unreported change of the state; false: none. */
bool		 channel_event(struct channel *, struct channel_event *);

/* Sets the override: "auto", "off" or a source, with for_ms as in failover_pin(). -1: no such source. */
int		 channel_switch(struct channel *, const char *to, int64_t for_ms,
		    int64_t now);

/* Replaces the files of source i at the next file boundary. Takes ownership of the flv_loop. */
void		 channel_files(struct channel *, int i, struct flv_loop *);

/* Can the running channel apply this spec? Not if the sources or the delay differ. */
bool		 channel_can_reload(const struct channel *, const struct spec *);

/* Applies the thresholds of a spec for which channel_can_reload() is true; applies its mode only if that
 * differs from the old spec's, so that a reload keeps a later override. */
void		 channel_reload(struct channel *, const struct spec *old,
		    const struct spec *, int64_t now);

char		*channel_state(const struct channel *, char *dst, size_t size);

/* Is the first source on the air? */
bool		 channel_on_first(const struct channel *);

/* Is anything on the air, or about to be? */
bool		 channel_expected(const struct channel *);

#endif
