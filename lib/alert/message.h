/* SPDX-License-Identifier: ISC */
/*
 * Messages for people, in no way's form yet: {"title", "text", "critical": bool, "report": what lsctl-alert(8) gives
 * to the notifier}. Title and text are lines without control characters, the text perhaps several. Nothing here reads
 * a clock or a file.
 */
#ifndef ALERT_MESSAGE_H
#define ALERT_MESSAGE_H

#include <stdint.h>

#include <jansson.h>

#define MESSAGE_EACH	5	/* more reports than these for a person at once are one message */

/*
 * Puts what rules_pass() returned into the outbox: for each person a message for each report, or one for all, and each
 * of them for every way of the person. The number of messages that found no room.
 */
size_t	 message_add(json_t *outbox, const json_t *declaration, const json_t *notified, const char *host, int64_t now);

/* One report, or all of them together, as a message; to be released. */
json_t	*message_of(const json_t *report, const char *host, int64_t now);
json_t	*message_of_all(const json_t *reports, const char *host, int64_t now);

/*
 * A copy of a report as programs get it, to be released: with "host", "time" and, if it is known where the pages are,
 * "link" to acknowledge it.
 */
json_t	*message_report(const json_t *report, const char *host, int64_t now);

/* A report as one line, with the code that lsctl-codes(7) lists. Returns dst. */
char	*message_line(const json_t *report, char *dst, size_t size);

/* A message of a test. */
json_t	*message_of_test(const char *host, int64_t now);

#endif
