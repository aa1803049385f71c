/* SPDX-License-Identifier: ISC */
/*
 * The addresses of names that were connected to, for as long as this process lives: what a dead resolver does not say.
 * A name that the resolver knows is never looked up here.
 */
#ifndef NET_LAST_GOOD_H
#define NET_LAST_GOOD_H

#include <stdbool.h>
#include <stdint.h>

#include "net/race.h"

#define LAST_GOOD_MS	86400000	/* older ones may be somebody else's by now */
#define LAST_GOOD	128	/* names; the one that was put longest ago makes room */

void	last_good_put(const char *host, const char *port, const struct race_list *, int64_t now);
bool	last_good_get(const char *host, const char *port, struct race_list *, int64_t now);

#endif
