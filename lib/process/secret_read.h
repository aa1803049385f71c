/* SPDX-License-Identifier: ISC */
/* Reads a secret from a file. Secrets never come from argv or the environment. */
#ifndef PROCESS_SECRET_READ_H
#define PROCESS_SECRET_READ_H

#include <stddef.h>

/*
 * Reads all of fd, without a line end, as a string; the caller wipes dst. 0, or -1 with errno and dst wiped;
 * EMSGSIZE: more than size - 1 bytes; EBADMSG: a NUL byte.
 */
int	secret_read(int fd, char *dst, size_t size);

/* The same from a file that only its owner can read (private_file_open()), or a pipe; "-": standard input. */
int	secret_file(const char *path, char *dst, size_t size);

#endif
