/* SPDX-License-Identifier: ISC */
/* A process beside others of the same user that trust it with nothing. */
#ifndef PROCESS_HARDEN_SIGNALS_H
#define PROCESS_HARDEN_SIGNALS_H

/*
 * From here on, in this process and those that it starts, a descriptor is owned by nobody: the kernel sends a
 * signal to the owner when there is something to read, any signal, and asks only whether it is the same user.
 * What a filter of the service manager cannot tell apart, for it sees no arguments: fcntl and ioctl. Gives up
 * new privileges for good. -1 with errno: the system would not have it.
 */
int	harden_signals(void);

#endif
