/* SPDX-License-Identifier: ISC */
/* For people: a table with one line for each channel, and its problems below. */
#ifndef LSCTL_HEALTH_RENDER_TABLE_H
#define LSCTL_HEALTH_RENDER_TABLE_H

#include "base/buf.h"
#include "health/health.h"

int	render_table(const struct health *, struct buf *);	/* 0, or -1: no memory */

#endif
