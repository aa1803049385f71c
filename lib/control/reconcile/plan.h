/* SPDX-License-Identifier: ISC */
/*
 * The plan: the actions that change the observed state of a host's channels to the desired state. A pure
 * function: no I/O, no clock. Missing data never triggers an action.
 */
#ifndef CONTROL_RECONCILE_PLAN_H
#define CONTROL_RECONCILE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/spec.h"

#define PLAN_CLIENT	64	/* bytes of the media server's id of a client, with the NUL */
#define PLAN_STREAM	256	/* bytes of the name of a stream, which any client may choose; with the NUL */
#define PLAN_SILENT_MS	2000	/* a publisher that sends nothing for longer is stale */
#define PLAN_YOUNG_MS	4000	/* a publisher that connected later than this is not stale */
#define PLAN_AGAIN_MS	30000	/* at least, between two kicks of stale publishers of a source */
#define PLAN_PIN_MS	3000	/* the desired and the observed end of a pin may differ by this */
#define PLAN_RETRY_MS	30000	/* between two starts of a failed unit with the same spec */

enum plan_unit { PLAN_FORWARD, PLAN_LOOP, PLAN_UNITS };

enum plan_up {
	PLAN_UNKNOWN,
	PLAN_DOWN,
	PLAN_FAILED,		/* down, and its supervisor does not start it again */
	PLAN_UP,
	PLAN_ENDING		/* it is stopping */
};

/* The spec on disk, compared with the desired one. */
enum plan_spec {
	PLAN_NONE,		/* there is no file */
	PLAN_SAME,
	PLAN_OTHER,		/* a running process can load the new one */
	PLAN_OTHER_RESTART	/* a running process must restart for the new one */
};

struct plan_source {
	char	 name[SPEC_NAME];
	/* from the media server */
	bool	 publishing;
	char	 client[PLAN_CLIENT];	/* "": not known */
	int64_t	 alive_ms;		/* since it connected; -1 unknown */
	bool	 stale;			/* the health record says that it sends nothing */
	/* from the forwarder */
	int64_t	 silent_ms;		/* since the last media; -1 unknown */
	/* from the database */
	int64_t	 allowed_ms;		/* since the hook allowed this client; -1 unknown */
	bool	 revoked;		/* the token that it came with is not valid any more */
	int64_t	 kicked_ms;		/* since the last kick for this source; -1 unknown */
};

enum plan_place {
	PLAN_HERE,		/* this host owns it */
	PLAN_DISABLED,		/* the same, and it is disabled */
	PLAN_ELSEWHERE,		/* another host owns it, or has not released it yet: its broadcast must not
				 * be ended */
	PLAN_GONE		/* no such channel */
};

struct plan_channel {
	char			 name[SPEC_NAME];
	enum plan_place		 place;
	bool			 faulty;	/* it has no valid spec: leave its units as they are */
	bool			 wants[PLAN_UNITS];
	enum plan_spec		 spec[PLAN_UNITS];
	enum plan_up		 up[PLAN_UNITS];
	bool			 reload_pending[PLAN_UNITS];	/* the process has not loaded its changed spec */
	int64_t			 last_start_ms[PLAN_UNITS];	/* since the last start by lsctl-switch; -1 unknown */
	bool			 kept[PLAN_UNITS];	/* the spec cache has its spec */
	bool			 leaving;	/* this host has its lease, and must release it */
	char			 mode[SPEC_NAME];	/* desired */
	int64_t			 left_ms;		/* of a pin; 0: for ever */
	char			 now_mode[SPEC_NAME];	/* of the forwarder; "": not known */
	int64_t			 now_left_ms;		/* 0: for ever */
	struct plan_source	 source[SPEC_SOURCES];
	int			 sources;
};

/* A client that publishes a stream of no channel. */
struct plan_unknown_publisher {
	char	stream[PLAN_STREAM];
	char	client[PLAN_CLIENT];
};

enum plan_do {
	PLAN_WRITE,		/* the spec */
	PLAN_REMOVE,		/* the spec, also from the spec cache */
	PLAN_START,
	PLAN_STOP,
	PLAN_RESTART,
	PLAN_RELOAD,
	PLAN_SWITCH,		/* the forwarder, to to, for for_ms */
	PLAN_KICK,		/* the client that publishes stream */
	PLAN_RELEASE,		/* the lease: nothing of the channel is left here; has no unit */
	PLAN_DOS
};

struct plan_action {
	enum plan_do	 act;
	enum plan_unit	 unit;
	char		 channel[SPEC_NAME];	/* "" for an unknown publisher */
	char		 source[SPEC_NAME];	/* PLAN_KICK; "" for an unknown publisher */
	char		 to[SPEC_NAME];		/* PLAN_SWITCH */
	int64_t		 for_ms;
	char		 stream[PLAN_STREAM];	/* PLAN_KICK */
	char		 client[PLAN_CLIENT];
	const char	*reason;		/* a constant */
};

#define PLAN_PER_CHANNEL	(2 * PLAN_UNITS + 2 + SPEC_SOURCES)

/*
 * Writes the actions for a channel, in order, to todo[0..PLAN_PER_CHANNEL-1]. Returns how many. When they are
 * done and observed, the channel needs no action.
 */
int	plan_channel(const struct plan_channel *, struct plan_action todo[]);
void	plan_unknown_publisher(const struct plan_unknown_publisher *, struct plan_action *todo);

/* The mode in the spec: auto for a pin with an end, which only the running forwarder has. */
const char	*plan_spec_mode(const char *mode, int64_t left_ms);

const char	*plan_unit_name(enum plan_unit);	/* "forward", "loop" */
const char	*plan_do_name(enum plan_do);		/* "start" */
const char	*plan_done_name(enum plan_do);		/* "started", the kind of the event; NULL: no event */

#endif
