/* SPDX-License-Identifier: ISC */
/*
 * The specs of a host as they were last, where a reboot leaves them: $LSCTL_STATE/spec-cache/forward/CHANNEL and
 * loop/CHANNEL, each sealed under the master key for its own place, so that one that is moved to another name
 * does not open.
 */
#ifndef CONTROL_HOST_SPEC_CACHE_H
#define CONTROL_HOST_SPEC_CACHE_H

#include "base/error.h"
#include "control/keys/seal.h"
#include "control/reconcile/plan.h"

/*
 * Sees to it that there is a copy of this text under this key. 0: there is one, and nothing was written; 1: a
 * new one waits for lastspec_settle(); -1 with errno.
 */
int	spec_cache_keep(const struct master_key *, enum plan_unit, const char *channel, const char *text);

/* What was written since is on disk. One call for many copies. 0, or -1 with errno. */
int	spec_cache_sync(void);

/* By rename. 0, or -1 with errno; then what was there is there. */
int	spec_cache_settle(enum plan_unit, const char *channel);

int	spec_cache_remove(enum plan_unit, const char *channel);	/* for good. 0, or -1 with errno */

/* Calls for each copy. 0, or -1 with errno, also when tell() returns -1. */
int	spec_cache_each(enum plan_unit, int (*tell)(void *arg, enum plan_unit, const char *channel), void *arg);

/*
 * What it holds, by whichever of the keys opens it; to be freed with secret_free(). NULL with an error: there is none,
 * no key opens it, or no memory.
 */
char	*spec_cache_open(const struct master_key key[], size_t keys, enum plan_unit, const char *channel,
	    struct error *);

#endif
