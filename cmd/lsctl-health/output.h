/* SPDX-License-Identifier: ISC */
/* Files that other programs read at any time: a reader finds the old file or the new one, and never a part of one. */
#ifndef LSCTL_HEALTH_OUTPUT_H
#define LSCTL_HEALTH_OUTPUT_H

#include "base/buf.h"
#include "health/health.h"

/* Replaces the file by rename, with mode 0644 whatever the umask. 0, or -1 with errno: it is as it was. */
int	output_replace(const char *path, const struct buf *);

/*
 * Writes the metrics into $LSCTL_STATE/www/metrics, unless the file is younger than 10 seconds, the folder does not exist,
 * or this user may not write there. Any other failure is logged. h: all channels of the host.
 */
void	output_metrics(struct health *h);

#endif
