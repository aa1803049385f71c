/* SPDX-License-Identifier: ISC */
/*
 * Who is notified of a problem, and when, by the declaration (health/alerts_file.h): a delay, one message for a problem
 * and person, quiet hours, a second person when nobody acknowledged, and a message when it is over. Nothing here reads a
 * clock or a file.
 *
 * To each problem of the state (alert/problems.h) it adds:
 *
 *	due	{RULE: s}: since when the rule wants somebody notified, quiet hours or not
 *	notified	{PERSON: s}
 *	ack	{"who", "at": s, "until": s or null}: nobody more is notified until then, or until it is over
 */
#ifndef ALERT_RULES_H
#define ALERT_RULES_H

#include <stdint.h>

#include <jansson.h>

#define RULES_DELAY_S	30	/* of a warning; a critical problem has none */

/*
 * After problems_pass(); over: what it put there. Whom to notify, in the order of the state, to be released:
 * [{"person", "not_before": s, "report": of alert/problems.h with "rule" and "escalated": bool}]. A message that a
 * problem is over waits for the end of quiet hours (not_before); a problem waits in the state.
 */
json_t	*rules_pass(const json_t *declaration, json_t *state, const json_t *over, int64_t now);

/*
 * Acknowledges the problems of a channel ("": of the host; NULL: all) with a code (NULL: all) until a time, 0: until
 * they are over. Returns their reports, of kind "acknowledged" and with "who" and "until", to be released.
 */
json_t	*rules_acknowledge(json_t *state, const char *channel, const char *code, const char *who, int64_t until,
	    int64_t now);

#endif
