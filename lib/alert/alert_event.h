/* SPDX-License-Identifier: ISC */
/* Events of what was reported, for the database. */
#ifndef ALERT_ALERT_EVENT_H
#define ALERT_ALERT_EVENT_H

#include <jansson.h>

/* Appends a report to the spool: its "kind", "channel", "reason", its "who" or lsctl-alert, and members for programs as
 * the detail. 0, or -1, logged: the event is lost. */
int	alert_event(const char *host, const json_t *report);

#endif
