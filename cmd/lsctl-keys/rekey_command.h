/* SPDX-License-Identifier: ISC */
#ifndef LSCTL_KEYS_REKEY_COMMAND_H
#define LSCTL_KEYS_REKEY_COMMAND_H

#include <stdbool.h>

#include "control/db.h"

/*
 * lsctl-keys rekey: from the current key to the one in file, which is made if it does not exist. file NULL: to a
 * new file beside the old one, which it replaces at the end. Logs. The exit status.
 */
int	 rekey_command(struct db *, const char *file, int batch, bool quiet);

#endif
