/* SPDX-License-Identifier: ISC */
/* Files that hold secrets. */
#ifndef PROCESS_PRIVATE_FILE_H
#define PROCESS_PRIVATE_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

/*
 * May nobody but the owner read this open file, root and the user that an access list names apart?
 * *st is what fstat(2) said of it.
 */
bool	private_file(int fd, const struct stat *st);

#endif
