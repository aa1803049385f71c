/* SPDX-License-Identifier: ISC */
/* Protects the memory of a process that has secrets. */
#ifndef PROCESS_HARDEN_H
#define PROCESS_HARDEN_H

/*
 * Disables core files, denies other processes of the user access to this one's memory, and has jansson wipe
 * what it frees. Call it before the first secret is read.
 */
void	harden_memory(void);

#endif
