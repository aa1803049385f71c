/* SPDX-License-Identifier: ISC */
/*
 * Which source is on the air: a table of state and event, pure. No I/O, no clock of its own, no
 * knowledge of media: it is shown how each source does, says what to do, and is told when that
 * was done.
 */
#ifndef FORWARD_FAILOVER_H
#define FORWARD_FAILOVER_H

#include <stdbool.h>
#include <stdint.h>

#define FO_SOURCES	8
#define FO_NONE		(-1)	/* no source */

enum fo_state {
	FO_OFF,		/* the operator wants nothing sent */
	FO_STARTING,	/* nothing was on the air yet */
	FO_PREFERRED,	/* on the air: what order and pin want */
	FO_BACKUP,	/* on the air: something else, for want of it */
	FO_STATES
};

enum fo_event {
	FO_NOTHING,
	FO_TURNED_OFF,
	FO_TURNED_ON,
	FO_READY,	/* starting, and a source can go on the air */
	FO_LOST,	/* what is on the air is not healthy and another is */
	FO_BETTER,	/* a better source has been healthy for its window */
	FO_EVENTS
};

enum fo_action {
	FO_STAY,
	FO_CUT_AT_END,		/* where the media of what is on the air ends: fail over */
	FO_CUT_AT_KEYFRAME,	/* at the new source's next keyframe: fail back, manual switch */
	FO_STOP
};

struct fo_policy {
	int	sources;		/* in order of preference, 1 to FO_SOURCES */
	int64_t	stable_ms;		/* healthy for so long before it may return */
	int64_t	stable_max_ms;		/* the window doubles up to this */
	int64_t	start_ms;		/* how long a start waits for a better source that is coming */
};

#define FO_FLAP_MS	60000	/* a return that fails within this doubles the window */
#define FO_QUIET_MS	600000	/* after this without such a failure it is normal again */

/* How a source does now. */
struct fo_view {
	bool	healthy;
	bool	ready;		/* could be cut to this instant */
	bool	coming;		/* media arrives, health is not proved yet */
	bool	local;		/* a file: always there, so never a reason to start early */
	int64_t	stable_ms;	/* healthy without a break for so long */
};

struct failover {
	struct fo_policy policy;
	enum fo_state	 state;
	int		 on;			/* source on the air, or FO_AUTO */
	int		 pin;			/* source wanted by the operator, or FO_AUTO */
	int64_t		 pin_until;		/* ms; INT64_MAX: for ever */
	bool		 pin_failed;		/* the pinned source failed: it must be stable to return */
	bool		 off;			/* wanted by the operator */
	bool		 filler;		/* a file may fill the time of a start: failover_resume() */
	int64_t		 since;			/* of the state, ms */
	int64_t		 returned;		/* when the source on the air came back to it, ms; 0: it did not */
	int64_t		 window[FO_SOURCES];
	int64_t		 failed[FO_SOURCES];	/* its last failed return */
};

struct fo_decision {
	enum fo_event	 event;
	enum fo_action	 action;
	enum fo_state	 next;		/* once it is done */
	int		 source;	/* to cut to, or FO_AUTO */
	bool		 filler;	/* to a file that fills the time of a start, or from it */
};

void	failover_init(struct failover *, const struct fo_policy *, int64_t now);

/*
 * Right after that: it was on the air until a moment ago, and whoever receives it waits. A file goes on
 * the air at once, and what a start would have waited for follows as it would have begun: without having been
 * stable.
 */
void	failover_resume(struct failover *);

/* What to do now. Changes nothing but an expired pin. */
struct fo_decision failover_decide(struct failover *,
	    const struct fo_view[], int64_t now);

/* The decision was carried out (a cut was made, all was stopped). */
void	failover_done(struct failover *, const struct fo_decision *,
	    int64_t now);

/* The operator's word. pin: for_ms 0 is for ever. */
void	failover_pin(struct failover *, int source, int64_t for_ms, int64_t now);
void	failover_auto(struct failover *);
void	failover_off(struct failover *);

/* The source that order and pin want most. */
int	failover_preferred(const struct failover *);

/* "OFF", "STARTING", or "OBS_ACTIVE" for a source named obs. Returns dst. */
char	*failover_state_name(const struct failover *, const char *source,
	    char *dst, unsigned long size);

/* "lost", "pinned", "better-source-stable", ... */
const char *failover_reason(const struct failover *, const struct fo_decision *);

#endif
