/* SPDX-License-Identifier: ISC */
/* Another spec for a running channel: all of it is opened first, then all of it is put in place. */
#ifndef FORWARD_RELOAD_H
#define FORWARD_RELOAD_H

#include "forward/forwarder.h"

/*
 * Takes over another spec of the same channel: destinations come and go without touching those
 * that stay, thresholds and mode change. -1 with *fault when it asks for what needs a restart, or is
 * wrong: then nothing changed, and spec is freed.
 */
int	forwarder_reload(struct forwarder *, struct spec *, int64_t now, struct spec_fault *fault);

#endif
