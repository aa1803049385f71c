/* SPDX-License-Identifier: ISC */
/*
 * Bounds the events that clients cause, who may try to publish a thousand times a second. Events are alike if kind,
 * stream, reason and address_network() are the same. In a minute the first of them are written, and the others are only
 * counted; the count is one event, after the minute.
 *
 * The file "counts" in the spool's folder has the counts, in slots of a fixed size and number. All processes of the hook
 * change it under a lock. The reconciliation, another user, reads it as hostile: nothing in it is believed, and a lock
 * that does not come free is not waited for.
 */
#ifndef CONTROL_ACL_EVENT_LIMIT_H
#define CONTROL_ACL_EVENT_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/error.h"

#define EVENT_LIMIT_SLOTS	256	/* kinds of events that are counted apart; the last slot has all others */
#define EVENT_LIMIT_ADDRESS	8	/* of them for one address; more are counted with it, and without their stream */
#define EVENT_LIMIT_PERMISSIONS	64	/* the first slots: for publish-allowed, which needs a token, alone */
#define EVENT_LIMIT_OTHERS	"callbacks"	/* the kind of events that are not counted apart */
#define EVENT_LIMIT_S		60	/* seconds from the first event to the count */
#define EVENT_LIMIT_ALLOWED	10	/* of events about what was allowed, in a minute; of refusals one */

struct event_limit {
	char	kind[24], channel[64], source[64], reason[32], address[ADDRESS_NETWORK], server[8];	/* "": none */
};

/* Whether this event is to be written; if not, it was counted. Without the file (no memory, no disk) it is written. */
bool	event_limit_passes(const char *dir, const struct event_limit *, int64_t now_s);

/*
 * Forgets each count whose minute is over, and calls back with it: the events, and the seconds since the first of them.
 * A callback returns -1 to leave the other counts for the next time. 0; -1: it did, or the file cannot be read or locked,
 * with an error.
 */
typedef int	event_limit_count(void *arg, const struct event_limit *, uint32_t events, int64_t seconds);
int	event_limit_counts(const char *dir, int64_t now_s, event_limit_count *, void *arg, struct error *);

#endif
