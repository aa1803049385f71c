/* SPDX-License-Identifier: ISC */
/* The loop: draws, waits, reads keys, and runs the tools. */
#ifndef LSCTL_TOP_TOP_H
#define LSCTL_TOP_TOP_H

#include "lsctl-top/state.h"

/* Runs until the user quits, or a signal ends it: its number, or 0. The terminal must be open. */
int	top_run(struct top *);

/* Ends what runs, but lsctl-switch. */
void	top_free(struct top *);

#endif
