/* SPDX-License-Identifier: ISC */
/*
 * Finds problems of health records that began or are over since the last report. A problem is reported when it has
 * lasted for a time, and is over when it has been absent for the same time. While the database, the media server or
 * the forwarder does not answer, the problems that it would reveal neither begin nor end. Nothing here reads a clock
 * or a file.
 *
 * The state is {"krishna": {"CODE SUBJECT": {"text", "critical": bool, "since": s, "reported": bool, "gone": s}}}, with
 * "" for the host: channel, code and subject identify a problem; its text does not. alert/rules.h adds members; a
 * problem that it has notified somebody of ends like one that is reported.
 */
#ifndef ALERT_PROBLEMS_H
#define ALERT_PROBLEMS_H

#include <stdint.h>

#include <jansson.h>

struct problems_when {
	int64_t	now;		/* seconds since the epoch */
	int64_t	after;		/* seconds that a problem lasts before it is reported */
	int64_t	backup;		/* seconds that a backup is on the air before that is a problem; 0: never */
	json_t	*over;		/* gets each problem that is over, as the state had it, with "channel" and "key"; or NULL */
};

/*
 * records: health records of one pass, an array. Updates the state, and returns what to report, to be released:
 * [{"kind": "problem" or "problem-over", "channel": name or null, "code", "subject",
 * "since": s, "critical": bool, "reason": text}].
 */
json_t	*problems_pass(json_t *state, const json_t *records, const struct problems_when *);

/* One of these reports, of a kind, about the problem that the state has under channel and key. */
json_t	*problems_report(const char *kind, const char *channel, const char *key, const json_t *problem);

#endif
