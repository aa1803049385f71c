/* SPDX-License-Identifier: ISC */
/* The internal state of a forwarder, for debugging: delay lines, clock offsets, timeline, memory. */
#ifndef FORWARD_DUMP_H
#define FORWARD_DUMP_H

#include "forward/forwarder.h"

/* One JSON object in text, to be freed; NULL when out of memory. */
char	*forwarder_dump(const struct forwarder *, int64_t now);

#endif
