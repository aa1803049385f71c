/* SPDX-License-Identifier: ISC */
/* Takes over channels of hosts that are off: sql/functions/lease.sql. */
#ifndef LSCTL_CHANNEL_TAKEOVER_H
#define LSCTL_CHANNEL_TAKEOVER_H

#include <stdbool.h>
#include <stddef.h>

/* reason may be NULL; yes: does not ask. Prints what this means, and what it did. Logs errors. The exit status. */
int	takeover(const char *const channel[], size_t n, const char *reason, bool yes, bool quiet);

#endif
