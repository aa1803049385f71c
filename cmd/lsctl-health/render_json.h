/* SPDX-License-Identifier: ISC */
/* For programs: one JSON object on each line. */
#ifndef LSCTL_HEALTH_RENDER_JSON_H
#define LSCTL_HEALTH_RENDER_JSON_H

#include "base/buf.h"
#include "health/health.h"

int	render_json(const struct health *, struct buf *);	/* 0, or -1: no memory */

#endif
