/* SPDX-License-Identifier: ISC */
/* Channels taken away from hosts that are off: sql/functions/lease.sql. */
#ifndef LSCTL_CHANNEL_TAKEOVER_H
#define LSCTL_CHANNEL_TAKEOVER_H

#include <stdbool.h>
#include <stddef.h>

/* why may be NULL; yes: nobody is asked. Says what it means, and what was done. The exit status; logged. */
int	takeover(const char *const channel[], size_t n, const char *reason, bool yes, bool quiet);

#endif
