/* SPDX-License-Identifier: ISC */
/*
 * Tokens of publishers and keys of destinations: made, shown, replaced, taken back. Each is one transaction.
 * All return DB_OK, or a fault with an error, and then nothing was changed. No why has a secret in it. When a rekey
 * ends meanwhile, the master key becomes the new one: it is one of keyring_open().
 */
#ifndef CONTROL_KEYS_KEYS_H
#define CONTROL_KEYS_KEYS_H

#include <jansson.h>

#include "base/error.h"
#include "control/db.h"
#include "control/keys/seal.h"

#define KEYS_SECRET_MAX	1024	/* bytes of a destination's key */

/*
 * A single argument CHANNEL_SOURCE, which is what the stream is called on the media server, becomes two, in memory
 * that stays: names have no underscore. Other arguments are left alone. How many there are then.
 */
int		 keys_stream(int argc, char ***argv);

/*
 * Tokens for a source, or with source NULL for every one of all channels that has none and wants one. *made, to
 * be released: [{"channel", "source", "host", "token"}], token being 8 digits of its digest.
 */
enum db_fault	 keys_new(struct db *, struct master_key *, const char *channel,
		    const char *source, json_t **made, struct error *);

/* A new one for the old one, which is good for grace_s more seconds. *made: {"channel", ...} as above. */
enum db_fault	 keys_rotate(struct db *, struct master_key *, const char *channel,
		    const char *source, int grace_s, const char *reason, json_t **made, struct error *);

/* Takes all tokens of a source back. *done: {"revoked": count, "host"}. */
enum db_fault	 keys_revoke(struct db *, const char *channel, const char *source,
		    const char *reason, json_t **done, struct error *);

/*
 * What a publisher is told: [{"channel", "source", "server", "id", "sealed", "key"}], of the channel's live sources
 * when source is NULL. keys_token() opens one of them: to be wiped and freed; NULL with an error.
 */
enum db_fault	 keys_show(struct db *, struct master_key *, const char *channel,
		    const char *source, json_t **shown, struct error *);
char		*keys_token(const struct master_key *, const json_t *shown, struct error *);

/* [{"channel", "source", "token", "created", "expires", "by"}]; without token: there is none. */
enum db_fault	 keys_list(struct db *, json_t **list, struct error *);

/* The text of a member of one of these; "-" when there is none. Borrowed from j. */
const char	*keys_text(const json_t *j, const char *member);

enum db_fault	 keys_dest_rotate(struct db *, struct master_key *, const char *channel,
		    const char *dest, const char *secret, const char *reason, struct error *);

/*
 * What is sealed, and does the key open it? Prints nothing: bad gets what each of those is that it does not. counts: {"tokens",
 * "destinations"}.
 */
enum db_fault	 keys_check(struct db *, struct master_key *, json_t **counts, json_t **bad, struct error *);

#endif
