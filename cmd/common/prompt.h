/* SPDX-License-Identifier: ISC */
/* With a person at the terminal. */
#ifndef COMMON_PROMPT_H
#define COMMON_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads a stream key: from a file, "-" is standard input, or with file NULL from a person who is asked for it. 0, or -1,
 * logged; with errno.
 */
int	prompt_key(const char *file, const char *prompt, char *dst, size_t size);

/*
 * Asks on standard error for a yes, unless it was given before. 0: yes; 1: no; EX_USAGE, logged: nobody can be asked.
 * what: the command, for that.
 */
int	prompt_confirm(bool yes, const char *what, const char *question);

#endif
