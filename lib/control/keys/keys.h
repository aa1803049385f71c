/* SPDX-License-Identifier: ISC */
/*
 * Makes, shows, rotates and revokes the tokens of publishers and the stream keys of destinations. A function that
 * returns an enum db_fault changes all or nothing; a fault has an error. No error quotes a
 * secret. The master key is one of keyring_open(); if a rekey ends meanwhile, it becomes the new one.
 */
#ifndef CONTROL_KEYS_KEYS_H
#define CONTROL_KEYS_KEYS_H

#include <jansson.h>

#include "base/error.h"
#include "control/db.h"
#include "control/keys/seal.h"
#include "control/keys/seal_place.h"

struct keys_ctx {
	struct db		*db;		/* open, as lsctl_keys */
	struct master_key	 key;		/* of keyring_open(); keys_revoke() and keys_list() do without */
	struct error		 err;		/* why the last call failed */
};

#define KEYS_SECRET_MAX	1024	/* bytes of a destination's key */
#define KEYS_PASSWORD_MAX 256

/*
 * Splits a single argument CHANNEL_SOURCE, the stream's name on the media server, into two, in static memory: names
 * have no underscore. Does not change other arguments. Returns how many there are then.
 */
int		 keys_stream(int argc, char ***argv);

/*
 * Makes a token for a source; with source NULL for each source of all channels that needs one and has none. *made,
 * to be released: [{"channel", "source", "host", "token"}], where token is 8 digits of its digest.
 */
enum db_fault	 keys_new(struct keys_ctx *, const char *channel, const char *source, json_t **made);

/* Replaces a token; the old one stays valid for grace_s seconds. *made: {"channel", ...} as above. */
enum db_fault	 keys_rotate(struct keys_ctx *, const char *channel,
		    const char *source, int grace_s, const char *reason, json_t **made);

/* Revokes all tokens of a source. *done: {"revoked": count, "host"}. */
enum db_fault	 keys_revoke(struct keys_ctx *, const char *channel, const char *source,
		    const char *reason, json_t **done);

/*
 * What a publisher needs: [{"channel", "source", "server", "id", "sealed", "key"}], of all live sources of the channel
 * when source is NULL. keys_token() opens one of them: to be wiped and freed; NULL with an error.
 */
enum db_fault	 keys_show(struct keys_ctx *, const char *channel, const char *source, json_t **shown);
char		*keys_token(struct keys_ctx *, const json_t *shown);

/* [{"channel", "source", "token", "created", "expires", "by"}]; a source without a token has no member token. */
enum db_fault	 keys_list(struct keys_ctx *, json_t **list);

/* The text of a member of one of these objects; "-": there is none. Borrowed from j. */
const char	*keys_text(const json_t *j, const char *member);

/* The secrets of a destination. */
enum keys_secret {
	KEYS_KEY,		/* the stream key: KEYS_SECRET_MAX visible characters */
	KEYS_PASSWORD		/* for a server that asks who publishes: KEYS_PASSWORD_MAX characters, also spaces */
};

/* Seals one for the servers that the destination has in this transaction: keys_place(), keys_password_place(). */
enum db_fault	 keys_dest_rotate(struct keys_ctx *, enum keys_secret, const char *channel,
		    const char *dest, const char *secret, const char *reason);

/* The place of a sealed value of sql/functions/rekey.sql, for seal() and unseal(). 0, or -1: its url is not valid. */
int		 keys_place(char dst[SEAL_PLACE], const json_t *value);

/* The same of the password of a destination, whose row is its member "password_place". */
int		 keys_password_place(char dst[SEAL_PLACE], const json_t *destination);

/*
 * Opens everything that is sealed. *bad: a text for each secret that the key does not open. *counts: {"tokens",
 * "destinations", "second_factors"}.
 */
enum db_fault	 keys_check(struct keys_ctx *, json_t **counts, json_t **bad);

#endif
