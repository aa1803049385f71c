/* SPDX-License-Identifier: ISC */
#ifndef LSCTL_HEALTH_RENDER_PLAIN_H
#define LSCTL_HEALTH_RENDER_PLAIN_H

#include "base/buf.h"

/* Appends text with '?' for control characters, which a terminal might obey. 0, or -1: no memory. */
int	render_plain(struct buf *, const char *text);

#endif
