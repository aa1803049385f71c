/* SPDX-License-Identifier: ISC */
/* Files that hold secrets: whoever reads one refuses it while others can read it. */
#ifndef PROCESS_PRIVATE_FILE_H
#define PROCESS_PRIVATE_FILE_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Opens for reading a file that nobody but its owner may read, root and a user that an access list names apart; with
 * pipe also one end of a pipe, as the shell's <(...) is. -1 with errno as open(2) has it; besides EPERM: others can
 * read it; EINVAL: it is no such file.
 */
int		 private_file_open(const char *path, bool pipe);

/* What errno says of private_file_open(), and what to type: one line that begins with the path. */
void	private_file_reason(const char *path, struct error *);

#endif
