/* SPDX-License-Identifier: ISC */
/*
 * What the database said of credentials, in memory that all workers share, for the requests that browsers repeat every
 * two seconds. The database notifies each worker of a change (credentials_changed() in sql/functions/sign_in.sql); then
 * nothing here counts any more. While the database is down, what is here still lets people see the state.
 */
#ifndef LSCTL_WEB_CALLER_CACHE_H
#define LSCTL_WEB_CALLER_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "control/account/credential.h"

#define CALLER_TEXT	2048	/* bytes of a caller as JSON; a longer one is not kept */
#define CALLER_FRESH_S	60	/* as long as an entry counts; it is the longest that expires_at is late */
#define CALLER_STALE_S	3600	/* the same while the database is down */

struct caller_cache;

/* Call it before the workers start. NULL: no memory. */
struct caller_cache	*caller_cache_new(void);

/* A copy of the caller, JSON. stale: also one that the database could not confirm. */
bool	 caller_cache_get(struct caller_cache *, const char *digest, bool stale, int64_t now_s, char text[CALLER_TEXT]);

/* Rises with each caller_cache_forget(). */
uint64_t caller_cache_generation(struct caller_cache *);

/* generation: from before the database was asked. If it has risen since, the answer may be old, and is not kept. */
void	 caller_cache_put(struct caller_cache *, uint64_t generation, const char *digest, const char *text, int64_t now_s);

/* What is here counts no more, or only as stale. */
void	 caller_cache_forget(struct caller_cache *, bool stale);

#endif
