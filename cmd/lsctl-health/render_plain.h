/* SPDX-License-Identifier: ISC */
#ifndef LSCTL_HEALTH_RENDER_PLAIN_H
#define LSCTL_HEALTH_RENDER_PLAIN_H

#include "base/buf.h"

/* Text in which no byte does anything to a terminal. 0, or -1. */
int	render_plain(struct buf *, const char *text);

#endif
