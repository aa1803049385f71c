/* SPDX-License-Identifier: ISC */
/* Reads and writes small files as a whole. All functions keep the errno of the first fault. */
#ifndef PROCESS_FILE_H
#define PROCESS_FILE_H

#include <sys/types.h>

#include "base/buf.h"

#define FILE_BATCH	16384	/* bytes of room that file_read() needs in the buffer beyond those of the file */

/* Reads from the present offset to the end. 0, or -1 with errno; ENOBUFS: longer than the buffer's cap. */
int	file_read(int fd, struct buf *);

/* Replaces path with a new file; does not follow a symbolic link there. Its descriptor, or -1 with errno. */
int	file_new(const char *path, mode_t mode);

/* Writes all bytes to the new file, and closes it: 0. On failure removes it: -1 with errno. */
int	file_fill(int fd, const char *path, const void *, size_t);

/* Closes and removes the file. Returns -1. */
int	file_drop(int fd, const char *path);

#endif
