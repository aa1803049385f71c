/* SPDX-License-Identifier: ISC */
/* Stops a process from sending signals to other processes of its user. */
#ifndef PROCESS_HARDEN_SIGNALS_H
#define PROCESS_HARDEN_SIGNALS_H

/*
 * From now on this process, and those that it starts, cannot set the owner of a descriptor (F_SETOWN and the
 * like): the kernel sends any chosen signal to the owner when there is something to read, and checks only that
 * it is the same user. The filter of a service manager cannot do this, because it does not see the arguments of
 * fcntl(2) and ioctl(2). Sets no_new_privs. -1 with errno: the system refused it.
 */
int	harden_signals(void);

#endif
