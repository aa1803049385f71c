/* SPDX-License-Identifier: ISC */
/*
 * The spec cache: the last specs of a host, which survive a reboot, in $LSCTL_STATE/spec-cache/forward/CHANNEL and
 * loop/CHANNEL. Each is sealed under the master key for its own name: a copy that is moved to another name does
 * not open.
 */
#ifndef CONTROL_HOST_SPEC_CACHE_H
#define CONTROL_HOST_SPEC_CACHE_H

#include "base/error.h"
#include "control/keys/seal.h"
#include "control/reconcile/plan.h"

/*
 * Makes sure that there is a copy of this text under this key. 0: there is one already; 1: a new one waits for
 * spec_cache_settle(); -1 with errno.
 */
int	spec_cache_keep(const struct master_key *, enum plan_unit, const char *channel, const char *text);

/* Writes all new copies to the disk. 0, or -1 with errno. */
int	spec_cache_sync(void);

/* Renames the new copy to its name. 0, or -1 with errno: the former copy is unchanged. */
int	spec_cache_settle(enum plan_unit, const char *channel);

int	spec_cache_remove(enum plan_unit, const char *channel);	/* also on the disk. 0, or -1 with errno */

/* Calls visit() for each copy. 0, or -1 with errno, also when visit() returns -1. */
int	spec_cache_each(enum plan_unit, int (*visit)(void *arg, enum plan_unit, const char *channel), void *arg);

/*
 * The text of a copy, opened with one of the keys; to be freed with secret_free(). NULL with an error: there is no
 * copy, no key opens it, or no memory.
 */
char	*spec_cache_open(const struct master_key key[], size_t keys, enum plan_unit, const char *channel,
	    struct error *);

#endif
