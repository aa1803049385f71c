/* SPDX-License-Identifier: ISC */
/*
 * What is to be done so that a host's channels are as wanted: a pure function of what is wanted and
 * what was seen. No I/O, no clock. Not to know is never a reason: what could not be seen changes nothing.
 */
#ifndef CONTROL_RECONCILE_PLAN_H
#define CONTROL_RECONCILE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/spec.h"

#define PLAN_CLIENT	64	/* of a media server's id of a connection, with the NUL */
#define PLAN_STREAM	256	/* of the name of a stream, which anybody may choose; with the NUL */
#define PLAN_SILENT_MS	2000	/* a publisher of which nothing comes for longer keeps others out */
#define PLAN_YOUNG_MS	4000	/* one that came later than this is given time */
#define PLAN_AGAIN_MS	30000	/* until a source is kicked for silence once more */
#define PLAN_PIN_MS	3000	/* how far the ends of a pin may be apart */
#define PLAN_RETRY_MS	30000	/* until a unit that failed is started once more with the same spec */

enum plan_unit { PLAN_FORWARD, PLAN_LOOP, PLAN_UNITS };

enum plan_up {
	PLAN_UNKNOWN,
	PLAN_DOWN,
	PLAN_FAILED,		/* down, and its supervisor does not start it again */
	PLAN_UP,
	PLAN_ENDING		/* told to stop, and not gone yet */
};

/* The spec on disk against the one that is wanted. */
enum plan_spec {
	PLAN_NONE,		/* there is no file */
	PLAN_SAME,
	PLAN_OTHER,		/* a running process can take the new one over */
	PLAN_OTHER_RESTART	/* it cannot */
};

struct plan_source {
	char	 name[SPEC_NAME];
	/* as the media server tells it */
	bool	 publishing;
	char	 client[PLAN_CLIENT];	/* "": not known */
	int64_t	 alive_ms;		/* since it came; -1 unknown */
	bool	 stale;			/* nothing moves there, says the health record */
	/* as the forwarder tells it */
	int64_t	 silent_ms;		/* nothing came for so long; -1 unknown */
	/* as the database tells it: who was let in last */
	char	 allowed[PLAN_CLIENT];	/* "": nobody that is known */
	int64_t	 allowed_ms;		/* ago; -1 unknown */
	bool	 revoked;		/* the token of that one is good no longer */
	int64_t	 kicked_ms;		/* since somebody was kicked last; -1 unknown */
};

enum plan_place {
	PLAN_HERE,		/* this host carries it */
	PLAN_DISABLED,		/* it would */
	PLAN_ELSEWHERE,		/* another host does, or did and has not said that it stopped: its broadcast
				 * must not be ended */
	PLAN_GONE		/* no such channel */
};

struct plan_channel {
	char			 name[SPEC_NAME];
	enum plan_place		 place;
	bool			 faulty;	/* what is wanted of it cannot be had: leave its units alone */
	bool			 wants[PLAN_UNITS];
	enum plan_spec		 spec[PLAN_UNITS];
	enum plan_up		 up[PLAN_UNITS];
	bool			 reload_pending[PLAN_UNITS];	/* a changed spec was written, and not taken over yet */
	int64_t			 last_start_ms[PLAN_UNITS];	/* since it was started from here last; -1 unknown */
	bool			 kept[PLAN_UNITS];	/* a sealed copy of its spec is here */
	bool			 leaving;	/* this host has its lease, and is to give it back */
	char			 mode[SPEC_NAME];	/* wanted */
	int64_t			 left_ms;		/* of a pin; 0: for ever */
	char			 now_mode[SPEC_NAME];	/* the forwarder's; "": not known */
	int64_t			 now_left_ms;		/* 0: for ever */
	struct plan_source	 source[SPEC_SOURCES];
	int			 sources;
};

/* Somebody publishes as no channel's source. */
struct plan_unknown_publisher {
	char	stream[PLAN_STREAM];
	char	client[PLAN_CLIENT];
};

enum plan_do {
	PLAN_WRITE,		/* the spec */
	PLAN_REMOVE,		/* the spec, and its sealed copy */
	PLAN_START,
	PLAN_STOP,
	PLAN_RESTART,
	PLAN_RELOAD,
	PLAN_SWITCH,		/* the forwarder, to ... for_ms */
	PLAN_KICK,		/* the client that publishes stream */
	PLAN_GIVE,		/* the lease, back: nothing of it is left here; of no unit */
	PLAN_DOS
};

struct plan_action {
	enum plan_do	 act;
	enum plan_unit	 unit;
	char		 channel[SPEC_NAME];	/* "" for a unknown publisher */
	char		 source[SPEC_NAME];	/* PLAN_KICK; "" for a unknown publisher */
	char		 to[SPEC_NAME];		/* PLAN_SWITCH */
	int64_t		 for_ms;
	char		 stream[PLAN_STREAM];	/* PLAN_KICK */
	char		 client[PLAN_CLIENT];
	const char	*reason;			/* a constant */
};

#define PLAN_PER_CHANNEL	(2 * PLAN_UNITS + 2 + SPEC_SOURCES)

/*
 * Adds what is to be done for a channel, in order, to do[0..PLAN_PER_CHANNEL-1]. Returns how many. Done
 * and seen again, the same channel needs nothing.
 */
int	plan_channel(const struct plan_channel *, struct plan_action todo[]);
void	plan_unknown_publisher(const struct plan_unknown_publisher *, struct plan_action *todo);

/* A pin that ends of itself is the forwarder's; its spec has what holds without it. */
const char	*plan_spec_mode(const char *mode, int64_t left_ms);

const char	*plan_unit_name(enum plan_unit);	/* "forward", "loop" */
const char	*plan_do_name(enum plan_do);		/* "start" */
const char	*plan_done_name(enum plan_do);		/* "started", of an event; NULL: not worth one */

#endif
