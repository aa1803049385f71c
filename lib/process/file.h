/* SPDX-License-Identifier: ISC */
/* Small files, whole. All keep errno as the first fault left it. */
#ifndef PROCESS_FILE_H
#define PROCESS_FILE_H

#include <sys/types.h>

#include "base/buf.h"

#define FILE_BATCH	16384	/* the room that reading wants beyond what there is */

/* From where it stands to its end. 0, or -1 with errno; ENOBUFS: it does not fit below the buffer's cap. */
int	file_read(int fd, struct buf *);

/* A new one in the place of what is there, a link neither followed. Its descriptor, or -1 with errno. */
int	file_new(const char *path, mode_t mode);

/* All of it is in the new file, which is closed: 0. Or it is gone: -1 with errno. */
int	file_fill(int fd, const char *path, const void *, size_t);

/* Closes and removes it; -1. */
int	file_drop(int fd, const char *path);

#endif
