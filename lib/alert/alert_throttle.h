/* SPDX-License-Identifier: ISC */
/*
 * What was told of a unit, so that who fails all the time is not told of all the time: one thing for the same
 * result within a time, and then how often it was. A JSON object; nothing here reads a clock or a file.
 *
 *	results	{"watchdog ABRT": {"told": ms, "more": count since, "event": the last}}
 *	pending	[event]: to be handed to the operator's program by somebody who has time for that
 */
#ifndef ALERT_ALERT_THROTTLE_H
#define ALERT_ALERT_THROTTLE_H

#include <stdint.h>

#include <jansson.h>

#include "alert/unit_exit.h"

#define ALERT_THROTTLE_PENDING	16	/* more than these: the oldest go */

/*
 * It ended so. The event to be told, to be released: {"kind": "unit-exit", "channel", "unit", "result", "code",
 * "status", "invocation", "times", "reason"}; or NULL: not now. times is how many ends it stands for. An end that was
 * noted already, by its invocation, is none. every_ms: for so long one is enough.
 */
json_t	*alert_throttle_note(json_t *memory, const struct unit_exit *, int64_t now, int64_t every_ms);

/* Events whose time of silence is over, with their counts: an array, to be released. What is old is forgotten. */
json_t	*alert_throttle_due(json_t *memory, int64_t now, int64_t every_ms);

void	 alert_throttle_pend(json_t *memory, json_t *event);	/* takes one more reference */
json_t	*alert_throttle_pending(json_t *memory);		/* the oldest, to be released; NULL: there is none any more */

#endif
