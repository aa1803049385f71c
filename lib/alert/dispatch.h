/* SPDX-License-Identifier: ISC */
/*
 * What the declaration of alerts does with problems: it puts messages for people, and the heartbeat, into the outbox,
 * which is $LSCTL_STATE/alert/outbox/messages. alert/sender.h sends them.
 */
#ifndef ALERT_DISPATCH_H
#define ALERT_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "control/state_file.h"

/*
 * After a pass of alert/problems.h, whose lock the caller holds: problems is its state, over what is over. Without a
 * declaration it does nothing. 0, or -1, logged: the declaration is not valid, or a file cannot be written; then the next
 * pass notifies of the problems that are still there.
 */
int	dispatch_pass(const char *host, json_t *problems, const json_t *over, int64_t now);

/* Opens the outbox, and waits for its lock. 0, or -1 with errno; s->path is set. */
int	dispatch_outbox(struct state_file *s);

#endif
