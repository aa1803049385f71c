/* SPDX-License-Identifier: ISC */
/*
 * Messages that wait to be sent. The state is {"messages": [{"id", "way", "person", "tries", "next": s, "until": s,
 * "message": of alert/message.h}]}, and empty when nothing waits. Nothing here reads a clock or a file.
 */
#ifndef ALERT_OUTBOX_H
#define ALERT_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#define OUTBOX_MAX		1000	/* messages; beyond them the oldest are dropped */
#define OUTBOX_UNTIL_S		21600	/* a message that could not be sent for so long is dropped */
#define OUTBOX_HEARTBEAT	"(heartbeat)"	/* no name: the way of a heartbeat, of which the latest alone waits */

/* Adds a message for a way, to be sent at next; takes one more reference. The number of messages that were dropped. */
size_t	 outbox_add(json_t *state, const char *way, const char *person, json_t *message, int64_t next, int64_t until);

/* The message that has been due for the longest time, borrowed; NULL: none. *wait_s: seconds until one is; -1: nothing
 * waits. */
json_t	*outbox_due(const json_t *state, int64_t now, int64_t *wait_s);

/* It was sent, or never will be. */
void	 outbox_remove(json_t *state, const char *id);

/* It failed, and is tried again after 10 s, 30 s, 1 min, 5 min, and then every 15 min, or after the longer time that
 * the server asks for; others of its way wait as if they had failed, too. False: it was its last time. */
bool	 outbox_later(json_t *state, const char *id, int64_t now, int64_t asked_s);

#endif
