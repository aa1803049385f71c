/* SPDX-License-Identifier: ISC */
/* Messages to the service manager, sd_notify(3): a datagram to $NOTIFY_SOCKET. */
#ifndef PROCESS_NOTIFY_H
#define PROCESS_NOTIFY_H

#include <stdint.h>

/* Sends, for example, "READY=1"; does nothing without NOTIFY_SOCKET. Never blocks, never fails. */
void	notify(const char *, ...) __attribute__((format(printf, 1, 2)));

/*
 * notify_keep() has the service manager keep a copy of the descriptor, under a name without a colon, and pass it to
 * the process that replaces this one (FileDescriptorStoreMax=). notify_let_go() removes all copies of that name.
 */
void	notify_keep(const char *name, int fd);
void	notify_let_go(const char *name);

/* The interval for "WATCHDOG=1": half of $WATCHDOG_USEC, in ms; 0: never. */
int64_t	notify_watchdog_ms(void);

#endif
