/* SPDX-License-Identifier: ISC */
/*
 * The observed state of a host's channels, as health records in memory, made from answers that
 * health_collect.h has collected. lsctl-health(8) describes the records.
 *
 * A pass has one record of the host (without a member "channel") and one of each channel, in the order of
 * names. A channel's record is the forwarder's status, with members from the media server and the database:
 *
 *	status		"ok", "warning" or "critical"
 *	problems	[{"code", "subject", "text"}]: base/problem_code.h; health_since.h adds "since"
 *	running		the forwarder answered; if not, state is DOWN, or OFF where that is desired, and on_air null
 *	desired		{"enabled", "mode"}; null if the database does not answer, or has no such channel
 *	loop		{"running", "state", "destination": as of a destination}; null if there is none
 *	server		{"id", "since"}: of the media server; null while it is down
 *	sources.NAME.server	{"publishing", "orphan", "client", "address", "recv_bytes", "frames", "kbps", "clients",
 *			"video", "audio", "seen", "moved"}; null: no such stream; missing: the server is down.
 *			seen: since when this client publishes; moved: when recv_bytes last grew
 *	sources.NAME.kind	"live", "loop" or "file", as it is declared; missing: not known
 *	sources.NAME.stale	true: the server has a publisher that sends nothing, and blocks other publishers
 *
 * The host's record has unknown_publishers: [{"stream", "vhost", "client", "address"}].
 */
#ifndef HEALTH_HEALTH_H
#define HEALTH_HEALTH_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "health/health_answers.h"
#include "health/health_case.h"

struct health_measures;

struct health {
	json_t	*host;		/* the host's record */
	json_t	*channels;	/* array of records */
	json_t	*index;		/* name: record, borrowed from channels */
	bool	 picked;	/* only some channels of the host */
	const struct health_measures *measures;	/* of health_measures.h, borrowed; NULL: none were read */
};

/* previous: the pass before; NULL: the one that the database has stored. NULL: no memory. */
struct health	*health_make(const struct health_answers *, const struct health *previous);
void		 health_free(struct health *);	/* NULL is allowed */

/* The worst status of all records. */
enum health_status health_status(const struct health *);

/* Removes all records but those of the named channels. 0, or -1: there is none of *missing. */
int		 health_pick(struct health *, char *const names[], size_t n, const char **missing);

#endif
