/* SPDX-License-Identifier: ISC */
/* A spec for lsctl-forward(8) that has one destination of a channel, with its key, to test it. */
#ifndef CONTROL_KEYS_DEST_SPEC_H
#define CONTROL_KEYS_DEST_SPEC_H

#include <stdbool.h>

#include "base/error.h"
#include "control/db.h"
#include "control/keys/seal.h"

struct dest_spec {
	char	*text;		/* lsctl-spec(5), owned: has the key, secret_free() it */
	bool	 enabled;	/* a forwarder publishes there */
};

/* media: the folder of films. DB_OK, or a fault with the reason: it has no key, or the key is for another address. */
enum db_fault	dest_spec_make(struct dest_spec *, struct db *, const struct master_key *, const char *channel,
		    const char *destination, const char *media, struct error *);

#endif
