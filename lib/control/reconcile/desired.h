/* SPDX-License-Identifier: ISC */
/*
 * The desired state of a host: parses the JSON text of the database (sql/functions/reconcile.sql), opens its secrets
 * with the master key, and makes the specs of forwarders and loops.
 */
#ifndef CONTROL_RECONCILE_DESIRED_H
#define CONTROL_RECONCILE_DESIRED_H

#include "base/error.h"
#include "control/keys/seal.h"
#include "control/reconcile/plan.h"

struct desired_channel {
	struct plan_channel	 plan;		/* with the desired state, without the observed state */
	char			*spec[PLAN_UNITS];	/* texts, with secrets; NULL: the unit is not desired */
	char			 fault[200];	/* the reason for plan.faulty */
	char			 lack[200];	/* what the specs leave out; "": nothing */
	char			 unbound[200];	/* a destination left out, because its key is for other servers */
};

struct desired {
	char			 server[16];	/* "": the database has no such host */
	char			*api_url;
	char			 key_id[SEAL_ID_LEN];	/* of the current master key; "": none yet */
	struct desired_channel	*channel;	/* sorted by name */
	size_t			 channels;
	char			**elsewhere;	/* channels of other hosts, sorted */
	size_t			 elsewheres;
	char			**leaving;	/* channels whose lease this host has and must release; sorted */
	size_t			 leavings;
	char			**waits;	/* messages: channels of this host that another host still owns */
	size_t			 waiting;
};

/*
 * key may be NULL if nothing is sealed. media is the folder that relative paths of films start at. NULL with an
 * error: the text is not valid, or no memory.
 */
struct desired	*desired_parse(const char *text, const struct master_key *key,
		    const char *media, struct error *);
void		 desired_free(struct desired *);	/* wipes; NULL is allowed */

struct desired_channel	*desired_find(const struct desired *, const char *channel);
bool			 desired_elsewhere(const struct desired *, const char *channel);

/* How a running process can load a new spec. old may be any bytes. */
enum plan_spec		 desired_compare(enum plan_unit, const char *old, size_t len,
			    const char *spec);

#endif
