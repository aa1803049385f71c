/* SPDX-License-Identifier: ISC */
/* A process that holds secrets. */
#ifndef PROCESS_HARDEN_H
#define PROCESS_HARDEN_H

/*
 * No core file, no other process of the user may look into this one's memory, and what jansson frees is wiped.
 * To be called before the first secret is read.
 */
void	harden_memory(void);

#endif
