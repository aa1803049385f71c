/* SPDX-License-Identifier: ISC */
/*
 * The acl snapshot: a file with who may publish and play, for a hook that cannot wait for the database. Each
 * change of a token and each reconciliation replaces it, by rename; the hook reads it at each callback. It
 * holds digests of random tokens, never tokens. Nobody locks it: every user of the host may read it, and flock(2)
 * asks for no more than that, so a lock of any user would keep all publishers out.
 *
 *	lsctl-acl 1 HOST TIME
 *	CHANNEL - play CIDR[,CIDR...]|-		who may play
 *	CHANNEL SOURCE - -			a source without a token: nobody may publish it
 *	CHANNEL SOURCE DIGEST-HEX EXPIRES|-	a publisher's token; EXPIRES: seconds since the epoch
 *	end BYTES				bytes before this line: reveals a truncated file
 *
 * Lines are sorted by their bytes, for a binary search.
 */
#ifndef CONTROL_ACL_ACL_H
#define CONTROL_ACL_ACL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define ACL_MAX	(32 << 20)	/* bytes of a snapshot */

struct acl;

/*
 * Reads the snapshot that is at path now. NULL with an error when the file is missing or damaged: then refuse
 * everybody.
 */
struct acl	*acl_open(const char *path, struct error *);
void		 acl_close(struct acl *);	/* NULL is allowed */

/*
 * Is this still the file at path? Ask after a decision and before its answer is sent: an answer then never comes
 * from a snapshot that was replaced before the question. False: close this one, open that, and decide again.
 */
bool		 acl_is_current(const struct acl *, const char *path);

enum acl_answer {
	ACL_ALLOWED,
	ACL_NO_STREAM,		/* names no channel or source of this host */
	ACL_NO_TOKEN,
	ACL_WRONG_TOKEN,
	ACL_EXPIRED,		/* a replaced token after its grace time */
	ACL_WRONG_PLACE,	/* the player's address is in no listed network */
	ACL_DAMAGED		/* the line of the stream is not valid */
};

/* stream is CHANNEL_SOURCE; token may be NULL. now: seconds since the epoch. A wrong token takes as long as a
 * right one. */
enum acl_answer acl_publish(const struct acl *, const char *stream, const char *token, size_t len,
		    int64_t now);
enum acl_answer acl_play(const struct acl *, const char *stream, const char *address);
const char	*acl_answer_name(enum acl_answer);

/* Splits CHANNEL_SOURCE: the lengths of both; the source begins after channel + 1 bytes. 0, or -1: the name has
 * another form. */
int		 acl_stream_split(const char *stream, size_t *channel, size_t *source);

/* First 8 hex digits of a token's digest, for logs. Returns dst. */
char		*acl_token_mark(const char *token, size_t len, char dst[9]);

#endif
