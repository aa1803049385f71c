/* SPDX-License-Identifier: ISC */
/* With the person who declares. Each returns an exit status, and logs what is wrong. */
#ifndef LSCTL_CHANNEL_PROMPT_H
#define LSCTL_CHANNEL_PROMPT_H

#include <stdbool.h>

#include "base/buf.h"

/* All of it on standard output. */
int	prompt_print(const struct buf *);

/*
 * Asks on standard error, and hears on standard input. 0: yes, or yes was said before; 1: no; EX_USAGE: there is
 * nobody to ask. what: the command and its object, for that.
 */
int	prompt_confirm(bool yes, const char *what, const char *question);

#endif
