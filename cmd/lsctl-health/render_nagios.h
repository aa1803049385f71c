/* SPDX-License-Identifier: ISC */
/* The output of a monitoring plugin. */
#ifndef LSCTL_HEALTH_RENDER_NAGIOS_H
#define LSCTL_HEALTH_RENDER_NAGIOS_H

#include "base/buf.h"
#include "health/health.h"

int	render_nagios(const struct health *, struct buf *);	/* 0, or -1: no memory */

#endif
