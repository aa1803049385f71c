/* SPDX-License-Identifier: ISC */
/* Prometheus's text format. */
#ifndef LSCTL_HEALTH_RENDER_PROMETHEUS_H
#define LSCTL_HEALTH_RENDER_PROMETHEUS_H

#include "base/buf.h"
#include "health/health.h"

int	render_prometheus(const struct health *, struct buf *);	/* 0, or -1: no memory */

#endif
