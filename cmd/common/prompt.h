/* SPDX-License-Identifier: ISC */
/* With a person at the terminal. */
#ifndef COMMON_PROMPT_H
#define COMMON_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/* Asks for a secret, without echo. 0, or -1 with errno; ENOTTY: there is no terminal. */
int	prompt_secret(const char *prompt, char *dst, size_t size);

/*
 * Reads a stream key: from a file, "-" is standard input, or with file NULL from a person who is asked for it. 0, or -1,
 * logged; with errno.
 */
int	prompt_key(const char *file, const char *prompt, char *dst, size_t size);

#endif
