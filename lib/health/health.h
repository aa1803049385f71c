/* SPDX-License-Identifier: ISC */
/*
 * What is seen of a host's channels, as records in memory: made from answers that are there, nothing is
 * asked from here. lsctl-health(8) tells what is in a record.
 *
 * A pass has one record of the host (no member "channel") and one a channel, in the order of names. A
 * channel's record is the forwarder's own, with what the media server and the database say besides:
 *
 *	status		"ok", "warning" or "critical"
 *	problems	[{"code", "subject", "text"}]: base/problem_code.h; health_since.h adds "since"
 *	running		the forwarder answered; if not, state is DOWN, or OFF where that is wanted, and on_air null
 *	wanted		{"enabled", "mode"}; null where the database does not say, or knows no such channel
 *	loop		{"running", "state", "destination": as of a destination}; null where there is none
 *	server		{"id", "since"}: of the media server; null when it is away
 *	sources.NAME.server	{"publishing", "orphan stream", "client", "address", "recv_bytes", "frames", "kbps",
 *			"clients", "video", "audio", "seen", "moved"}; null: no such stream, absent: server is away.
 *			seen: since when that client has been seen; moved: when recv_bytes last grew
 *	(unknown publishers, of the host: [{"stream", "vhost", "client", "address"}] who publish as no channel's source)
 *	sources.NAME.stale	true: the server says that it publishes, and nothing comes: it blocks who returns
 */
#ifndef HEALTH_HEALTH_H
#define HEALTH_HEALTH_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "health/health_answers.h"
#include "health/health_case.h"

struct health {
	json_t	*host;		/* the host's record */
	json_t	*channels;	/* array of records */
	json_t	*index;		/* name: record, borrowed from channels */
	bool	 picked;	/* not all of the host's */
};

/* previous: the pass before, or NULL; then what the database kept of it is used. NULL: no memory. */
struct health	*health_make(const struct health_answers *, const struct health *previous);
void		 health_free(struct health *);	/* NULL is allowed */

/* The worst of all. */
enum health_status health_status(const struct health *);

/* Leaves only the channels named, and no record of the host. 0, or -1: *missing has none. */
int		 health_pick(struct health *, char *const names[], size_t n, const char **missing);

#endif
