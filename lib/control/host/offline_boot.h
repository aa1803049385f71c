/* SPDX-License-Identifier: ISC */
/*
 * Offline boot: starts the channels of this host after a boot while the database is down. A boot leaves
 * $LSCTL_RUN empty, and the desired state is in the database; until that is back, the spec cache replaces it. Logs.
 */
#ifndef CONTROL_HOST_OFFLINE_BOOT_H
#define CONTROL_HOST_OFFLINE_BOOT_H

#include "control/keys/seal.h"
#include "control/reconcile/desired.h"

/* Writes each spec that the cache does not have yet. Returns how many failed. */
size_t	offline_boot_keep(const struct desired *, const struct master_key *);

/*
 * If no unit runs and there is no spec, as after a boot: opens the copies of the spec cache with the master key
 * from its file, writes the specs and starts the units. Otherwise does nothing.
 */
void	offline_boot(void);

/* The desired state is known: an interrupted offline boot is not continued. */
void	offline_boot_done(void);

#endif
