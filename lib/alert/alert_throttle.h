/* SPDX-License-Identifier: ISC */
/*
 * Limits the reports of a unit that fails again and again: one report for the same result within a time, and then
 * how often it happened. The state is a JSON object; nothing here reads a clock or a file.
 *
 *	results	{"watchdog ABRT": {"reported": ms, "more": count since, "event": the last}}
 *	pending	[event]: for the notifier, which another process runs
 */
#ifndef ALERT_ALERT_THROTTLE_H
#define ALERT_ALERT_THROTTLE_H

#include <stdint.h>

#include <jansson.h>

#include "alert/unit_exit.h"

#define ALERT_THROTTLE_PENDING	16	/* of more than these the oldest are dropped */

/*
 * Notes an exit. The event to report, to be released: {"kind": "unit-exit", "channel", "unit", "result", "code",
 * "status", "invocation", "times", "reason"}; or NULL: not now. times: how many exits it stands for. An invocation
 * counts once. every_ms: the time for one report.
 */
json_t	*alert_throttle_note(json_t *state, const struct unit_exit *, int64_t now, int64_t every_ms);

/* Events whose every_ms is over, with their counts: an array, to be released. Forgets those without a count. */
json_t	*alert_throttle_due(json_t *state, int64_t now, int64_t every_ms);

void	 alert_throttle_pend(json_t *state, json_t *event);	/* takes one more reference */
json_t	*alert_throttle_pending(json_t *state);		/* takes the oldest, to be released; NULL: none */

#endif
