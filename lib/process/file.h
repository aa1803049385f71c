/* SPDX-License-Identifier: ISC */
/* Reads, writes and locks small files. All functions keep the errno of the first fault. */
#ifndef PROCESS_FILE_H
#define PROCESS_FILE_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

#define FILE_BATCH	16384	/* bytes of room that file_read() needs in the buffer beyond those of the file */

/* Reads from the present offset to the end. 0, or -1 with errno; ENOBUFS: longer than the buffer's cap. */
int	file_read(int fd, struct buf *);

/* Reads a file that file_open() opens. 0, or -1 with errno of both. */
int	file_load(const char *path, struct buf *);

/* The same as a string that the caller frees; it ends at a NUL byte. max: bytes. NULL with errno. */
char	*file_text(const char *path, size_t max);

/*
 * Opens a file whose folder another user may write. It must be a regular file: a symbolic link is not followed, and a
 * FIFO does not block. flags: of open(2); the descriptor is close-on-exec. -1 with errno; EINVAL: it is something else
 * than a regular file.
 */
int	file_open(const char *path, int flags, mode_t mode);

/* What errno of these functions means, for a person. */
const char	*file_strerror(int error);

/*
 * Takes the lock of an open file, flock(2). wait_ms: how long to wait for it; -1: for ever. 0, or -1 with errno;
 * EWOULDBLOCK: another process holds it.
 */
int	file_lock_fd(int fd, int64_t wait_ms);

/* Is this open file the one at path? No other file gets its inode number while it is open. */
bool	file_is_at(int fd, const char *path);

/*
 * Creates a lock file and takes its lock, which ends with the descriptor. mode: who may take it too; never others,
 * because flock(2) lets everybody lock who may open. An existing file gets this mode if this user owns it. wait_ms, errno:
 * as above. The descriptor, or -1.
 */
int	file_lock(const char *path, mode_t mode, int64_t wait_ms);

/* Replaces path with a new file; does not follow a symbolic link there. Its descriptor, or -1 with errno. */
int	file_new(const char *path, mode_t mode);

/* Writes all bytes: 0, or -1 with errno, which a write(2) that is cut short does not set: the next one does. */
int	file_write(int fd, const void *, size_t);

/* Writes all bytes to the new file, and closes it: 0. On failure removes it: -1 with errno. */
int	file_fill(int fd, const char *path, const void *, size_t);

/* Renames the new file to path: 0. On failure removes it: -1 with errno. */
int	file_replace(const char *path, const char *new);

#define FILE_ROOM_KEPT	20	/* 1/20 of a disk stays free for all that channels write there */

/* What may still be written to the disk of a file or folder, in bytes; none: 0 or less. 0, or -1 with errno. */
int	file_room(const char *path, int64_t *bytes);

/* Closes and removes the file. Returns -1. */
int	file_drop(int fd, const char *path);

#endif
