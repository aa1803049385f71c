/* SPDX-License-Identifier: ISC */
/*
 * Which problems of health records are news, and which are over: compared with what was told. A problem has to
 * hold for a while before it is told, and to be away for as long before it is over. Not to know is neither: while
 * the database, the media server or the forwarder does not answer, what it would have told stays as it was.
 * Nothing here reads a clock or a file.
 *
 * Remembered is {"krishna": {"CODE SUBJECT": {"text", "since": s, "told": bool, "gone": s}}}, with "" for the host: a
 * problem is known by its channel, its code and what it is about, never by its text.
 */
#ifndef ALERT_PROBLEMS_H
#define ALERT_PROBLEMS_H

#include <stdint.h>

#include <jansson.h>

struct problems_when {
	int64_t	now;		/* seconds since the epoch */
	int64_t	after;		/* seconds that a problem holds before it is told */
	int64_t	backup;		/* that a backup is on the air before that is one; 0: never */
};

/*
 * records: health records of one pass, an array. Changes what is remembered, and returns what is to be told, to be
 * released: [{"kind": "problem" or "problem-over", "channel": name or null, "code", "subject",
 * "since": s, "reason": text}].
 */
json_t	*problems_pass(json_t *remembered, const json_t *records, const struct problems_when *);

#endif
