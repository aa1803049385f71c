/* SPDX-License-Identifier: ISC */
/*
 * Who may publish and play, as a file: a snapshot of what the database says, for a hook that cannot wait
 * for one. Written whole, by rename, by whoever changed something (rotate) and by every reconciliation;
 * read at every callback. Holds digests of random tokens, never tokens.
 *
 *	lsctl-acl 1 HOST TIME
 *	CHANNEL - play CIDR[,CIDR...]|-		who may play
 *	CHANNEL SOURCE - -			a source without a token: opens to nobody
 *	CHANNEL SOURCE DIGEST-HEX EXPIRES|-	a publisher's token; EXPIRES: seconds since the epoch
 *	end BYTES				bytes before this line: what was cut short is noticed
 *
 * Lines stand in the order of their bytes: one is found without reading all.
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
 * Reads a snapshot, and holds it until acl_unlock() or acl_close(): acl_write() waits for those who
 * still answer by an older one, so close or release when the answer is out. NULL with an error when it is
 * missing or broken: then nobody gets in.
 */
struct acl	*acl_open(const char *path, struct error *);
void		 acl_close(struct acl *);	/* NULL is allowed */

/* To answer from it again. False: it is no longer the one at path; close it and open that. */
bool		 acl_lock(struct acl *, const char *path);
void		 acl_unlock(struct acl *);

enum acl_answer {
	ACL_ALLOWED,
	ACL_NO_STREAM,		/* names no channel or source of this host */
	ACL_NO_TOKEN,
	ACL_WRONG_TOKEN,
	ACL_EXPIRED,		/* of a replaced token whose grace is over */
	ACL_WRONG_PLACE,	/* play, from an address that may not */
	ACL_DAMAGED		/* what the snapshot says of it makes no sense */
};

/* stream is CHANNEL_SOURCE; token may be NULL. now: seconds since the epoch. Takes as long for a wrong token
 * as for a right one. */
enum acl_answer acl_publish(const struct acl *, const char *stream, const char *token, size_t len,
		    int64_t now);
enum acl_answer acl_play(const struct acl *, const char *stream, const char *address);
const char	*acl_answer_name(enum acl_answer);

/* What of a stream is channel and source: their lengths; the source begins after channel + 1 bytes. 0, or -1:
 * it is no CHANNEL_SOURCE. */
int		 acl_stream_split(const char *stream, size_t *channel, size_t *source);

/* First 8 hex digits of a token's digest, for logs. Returns dst. */
char		*acl_token_mark(const char *token, size_t len, char dst[9]);

#endif
