/* SPDX-License-Identifier: ISC */
/* Files with secrets: a tool refuses to read one that other users can read. */
#ifndef PROCESS_PRIVATE_FILE_H
#define PROCESS_PRIVATE_FILE_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Opens for reading a file that only its owner can read, and perhaps a user that an access list names. pipe: accepts
 * also the end of a pipe, such as <(...) of the shell. -1 with errno of open(2), or EPERM: others can read it;
 * EINVAL: not a regular file.
 */
int		 private_file_open(const char *path, bool pipe);

/* Describes the errno of private_file_open(), and says what to type: one line that begins with the path. */
void	private_file_reason(const char *path, struct error *);

#endif
