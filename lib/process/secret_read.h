/* SPDX-License-Identifier: ISC */
/* A secret from a file, never from argv or the environment. */
#ifndef PROCESS_SECRET_READ_H
#define PROCESS_SECRET_READ_H

#include <stddef.h>

/*
 * All of fd, without the line end that may be there; dst is a string, to be wiped by the caller. 0, or
 * -1 with errno, dst wiped; EMSGSIZE: it has more than size - 1 bytes, EBADMSG: a NUL.
 */
int	secret_read(int fd, char *dst, size_t size);

/* The same of a file that nobody else can read, private_file_open(), or a pipe; "-": standard input. */
int	secret_file(const char *path, char *dst, size_t size);

#endif
