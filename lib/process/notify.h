/* SPDX-License-Identifier: ISC */
/* Messages to the service manager, sd_notify(3): a datagram to $NOTIFY_SOCKET. */
#ifndef PROCESS_NOTIFY_H
#define PROCESS_NOTIFY_H

#include <stdint.h>

/* Sends e.g. "READY=1"; nothing happens when nobody asked. Never blocks, never fails. */
void	notify(const char *, ...) __attribute__((format(printf, 1, 2)));

/*
 * Has the manager keep a copy of the descriptor beyond our death, to be passed to whoever is started in our place
 * (FileDescriptorStoreMax=), under a name without a colon; and let go of all of that name.
 */
void	notify_keep(const char *name, int fd);
void	notify_let_go(const char *name);

/* How often to send "WATCHDOG=1": half of $WATCHDOG_USEC, in ms; 0: never. */
int64_t	notify_watchdog_ms(void);

#endif
