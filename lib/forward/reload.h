/* SPDX-License-Identifier: ISC */
/* Applies another spec to a running channel: opens all new parts first, and then replaces the old ones. */
#ifndef FORWARD_RELOAD_H
#define FORWARD_RELOAD_H

#include "forward/forwarder.h"

/*
 * Takes ownership of another spec of the same channel. Destinations that stay keep their connections;
 * destinations, thresholds and mode may change. -1 with *fault when the spec needs a restart or is
 * not valid: then nothing changed, and spec is freed.
 */
int	forwarder_reload(struct forwarder *, struct spec *, int64_t now, struct spec_fault *fault);

#endif
