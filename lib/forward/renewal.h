/* SPDX-License-Identifier: ISC */
/*
 * When a connection to a destination that works gives way to a new one: before a limit of the platform, as renew_ms and
 * renew_at say; and at a cut to media with other parameters, as on_change says.
 */
#ifndef FORWARD_RENEWAL_H
#define FORWARD_RENEWAL_H

#include <stdbool.h>
#include <stdint.h>

#include "media/fanout_log.h"
#include "spec/spec.h"

/* The first time after wall that renew_at names, both of the wall clock in seconds; INT64_MAX: never. */
int64_t	renewal_next(const struct spec_dest *, int64_t wall);

/* Is a connection that has been up for so long to be renewed by renew_ms? */
bool	renewal_is_old(const struct spec_dest *, int64_t up_ms);

/* Has this frame other parameters than the headers that the peer has? Another bit rate or profile is none. */
bool	renewal_differs(const struct entry *, struct packet *const has[TRACKS]);

#endif
