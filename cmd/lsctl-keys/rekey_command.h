/* SPDX-License-Identifier: ISC */
#ifndef LSCTL_KEYS_REKEY_COMMAND_H
#define LSCTL_KEYS_REKEY_COMMAND_H

#include <stdbool.h>

#include "control/db.h"

/*
 * lsctl-keys rekey: from the current key to the one in file, which is made when it is not there; with file
 * NULL, to one beside the old one, whose place it takes at the end. The exit status; logged.
 */
int	 rekey_command(struct db *, const char *file, int batch, bool quiet);

#endif
