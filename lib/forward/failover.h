/* SPDX-License-Identifier: ISC */
/*
 * Decides which source is on the air, by a table of state and event. It has no I/O, no clock and no
 * knowledge of media: failover_decide() gets a view of each source and returns a decision, and
 * failover_done() records that the decision was applied.
 */
#ifndef FORWARD_FAILOVER_H
#define FORWARD_FAILOVER_H

#include <stdbool.h>
#include <stdint.h>

#define FO_SOURCES	8
#define FO_NONE		(-1)	/* no source */

enum fo_state {
	FO_OFF,		/* the operator turned the channel off */
	FO_STARTING,	/* nothing was on the air yet */
	FO_PREFERRED,	/* on the air: the source that order and pin prefer */
	FO_BACKUP,	/* on the air: another source, because the preferred one is not healthy */
	FO_STATES
};

enum fo_event {
	FO_NOTHING,
	FO_TURNED_OFF,
	FO_TURNED_ON,
	FO_READY,	/* starting, and a source can go on the air */
	FO_LOST,	/* the source on the air is not healthy, and another one is */
	FO_BETTER,	/* a better source has been healthy for its window */
	FO_EVENTS
};

enum fo_action {
	FO_STAY,
	FO_CUT_AT_END,		/* where the media of the source on the air ends: fail over */
	FO_CUT_AT_KEYFRAME,	/* at the new source's next keyframe: fail back, manual switch */
	FO_STOP
};

struct fo_policy {
	int	sources;		/* in order of preference, 1 to FO_SOURCES */
	int64_t	stable_ms;		/* a source must be healthy for so long before it may return */
	int64_t	stable_max_ms;		/* limit for the doubling of that window */
	int64_t	start_ms;		/* how long a start waits for a better source that is coming */
};

#define FO_FLAP_MS	60000	/* a return that fails within this doubles the window */
#define FO_QUIET_MS	600000	/* after this long without such a failure the window is stable_ms again */

/* The present condition of a source. */
struct fo_view {
	bool	healthy;
	bool	ready;		/* a cut to it is possible now */
	bool	coming;		/* media arrives, health is not proved yet */
	bool	local;		/* a file: always available, so a start waits for something better */
	int64_t	stable_ms;	/* healthy without a break for so long */
};

struct failover {
	struct fo_policy policy;
	enum fo_state	 state;
	int		 on;			/* source on the air, or FO_NONE */
	int		 pin;			/* source that the operator pinned, or FO_NONE */
	int64_t		 pin_until;		/* ms; INT64_MAX: for ever */
	bool		 pin_failed;		/* the pinned source failed: it must be stable to return */
	bool		 off;			/* the operator turned the channel off */
	bool		 filler;		/* a file may be on the air during a start: failover_resume() */
	int64_t		 since;			/* when the state began, ms */
	int64_t		 returned;		/* when the source on the air came back by a fail back, ms; 0: never */
	int64_t		 window[FO_SOURCES];
	int64_t		 failed[FO_SOURCES];	/* when the source's last return failed, ms */
};

struct fo_decision {
	enum fo_event	 event;
	enum fo_action	 action;
	enum fo_state	 next;		/* after the action is done */
	int		 source;	/* to cut to, or FO_NONE */
	bool		 filler;	/* a cut to the filler, or from it */
};

void	failover_init(struct failover *, const struct fo_policy *, int64_t now);

/*
 * Call it right after failover_init() if the channel was on the air until just now, so that destinations wait.
 * A file goes on the air at once as a filler; the source that a start would have waited for follows when it is
 * ready, and need not have been stable.
 */
void	failover_resume(struct failover *);

/* Decides what to do now. Changes no state, except that it removes an expired pin. */
struct fo_decision failover_decide(struct failover *,
	    const struct fo_view[], int64_t now);

/* Records that the decision was applied (a cut was made, or the output stopped). */
void	failover_done(struct failover *, const struct fo_decision *,
	    int64_t now);

/* The override. pin: for_ms 0 is for ever. */
void	failover_pin(struct failover *, int source, int64_t for_ms, int64_t now);
void	failover_auto(struct failover *);
void	failover_off(struct failover *);

/* The source that order and pin prefer. */
int	failover_preferred(const struct failover *);

/* "OFF", "STARTING", or "OBS_ACTIVE" for a source named obs. Returns dst. */
char	*failover_state_name(const struct failover *, const char *source,
	    char *dst, unsigned long size);

/* "lost", "pinned", "better-source-stable", ... */
const char *failover_reason(const struct failover *, const struct fo_decision *);

#endif
