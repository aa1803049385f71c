/* SPDX-License-Identifier: ISC */
/*
 * What the database wants of a host, as one JSON text (sql/functions/reconcile.sql): taken apart, opened with the
 * master key, and made into the specs of forwarders and loops.
 */
#ifndef CONTROL_RECONCILE_DESIRED_H
#define CONTROL_RECONCILE_DESIRED_H

#include "base/error.h"
#include "control/keys/seal.h"
#include "control/reconcile/plan.h"

struct desired_channel {
	struct plan_channel	 plan;		/* what is wanted is filled in, nothing seen */
	char			*spec[PLAN_UNITS];	/* texts, with secrets; NULL: not wanted */
	char			 fault[200];	/* why plan.faulty, in words */
	char			 lack[200];	/* what is left out, in words; "": nothing */
};

struct desired {
	char			 server[16];	/* "": nobody declared this host */
	char			*api_url;
	char			 key_id[SEAL_ID_LEN];	/* of the master key in use; "": none yet */
	struct desired_channel	*channel;	/* sorted by name */
	size_t			 channels;
	char			**elsewhere;	/* channels of other hosts, sorted */
	size_t			 elsewheres;
	char			**leaving;	/* whose lease this host has, and is to give back; sorted */
	size_t			 leavings;
	char			**waits;	/* ones of this host's that another carries still, in words */
	size_t			 waiting;
};

/*
 * key may be NULL where nothing is sealed. media is the folder that paths of films begin at. NULL with an error: not
 * what the database should say, or no memory.
 */
struct desired	*desired_parse(const char *text, const struct master_key *key,
		    const char *media, struct error *);
void		 desired_free(struct desired *);	/* wipes; NULL is allowed */

struct desired_channel	*desired_find(const struct desired *, const char *channel);
bool			 desired_elsewhere(const struct desired *, const char *channel);

/* How a running process is to take a new spec over. old may be anything. */
enum plan_spec		 desired_compare(enum plan_unit, const char *old, size_t len,
			    const char *spec);

#endif
