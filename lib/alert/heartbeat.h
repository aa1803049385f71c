/* SPDX-License-Identifier: ISC */
/*
 * A dead man's switch: while all is well a server outside hears so once in the declared time, and it notifies somebody
 * when it hears nothing. Nothing here reads a clock or a file.
 */
#ifndef ALERT_HEARTBEAT_H
#define ALERT_HEARTBEAT_H

#include <stdint.h>

#include <jansson.h>

/*
 * The message that is due, to be released: its text is "" when all is well, else a line for each problem. NULL: none is
 * due. problems: the state of alert/problems.h; state: {"at": s, "well": bool} of the last one, which this changes.
 *
 * It is not well while a problem of the declared severity, critical if none is declared, has lasted for RULES_DELAY_S;
 * nor while the database has not answered for so long.
 */
json_t	*heartbeat_due(const json_t *declared, const json_t *problems, json_t *state, const char *host, int64_t now);

#endif
