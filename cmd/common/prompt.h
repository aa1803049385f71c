/* SPDX-License-Identifier: ISC */
/* Asks the user at the terminal. */
#ifndef COMMON_PROMPT_H
#define COMMON_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Reads a secret, what it is called, from a file ("-": standard input), or with file NULL from the terminal. 0, or -1 with
 * errno after it has logged the error.
 */
int	prompt_key(const char *what, const char *file, const char *prompt, char *dst, size_t size);

/*
 * Asks a question on standard error; yes: does not ask. 0: yes; 1: no; EX_USAGE, logged: there is no terminal. what:
 * the command, for this message.
 */
int	prompt_confirm(bool yes, const char *what, const char *question);

#endif
