/* SPDX-License-Identifier: ISC */
/*
 * After a boot with the database away: the channels of this host from what they were last. A host comes up with
 * nothing in $LSCTL_RUN, and what is wanted is in the database; the sealed copies of the last specs stand in for
 * it until it is back. Logs.
 */
#ifndef CONTROL_HOST_OFFLINE_BOOT_H
#define CONTROL_HOST_OFFLINE_BOOT_H

#include "control/keys/seal.h"
#include "control/reconcile/desired.h"

/* Keeps a copy of each wanted spec; what is there already is left as it is. Returns how many could not be. */
size_t	offline_boot_keep(const struct desired *, const struct master_key *);

/*
 * Where nothing runs and no spec is here, as after a boot, and there are copies: opens them with the master key
 * from its file, writes the specs and starts the units. Otherwise does nothing.
 */
void	offline_boot(void);

/* What is wanted is known: one that was interrupted is not gone on with. */
void	offline_boot_done(void);

#endif
