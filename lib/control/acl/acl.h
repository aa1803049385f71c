/* SPDX-License-Identifier: ISC */
/*
 * Who may publish and play, as a file: a snapshot of what the database says, for a hook that cannot wait
 * for one. Written whole, by rename, by whoever changed something (rotate) and by every reconciliation;
 * read at every callback. Holds digests of random tokens, never tokens.
 *
 *	lsctl-gate 1 HOST TIME
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

#define GATE_MAX	(32 << 20)	/* bytes of a snapshot */
#define GATE_DIGEST	32		/* SHA-256 of a token */

struct gate;

/*
 * Reads a snapshot, and holds it until gate_release() or gate_close(): gate_write() waits for those who
 * still answer by an older one, so close or release when the answer is out. NULL with why when it is
 * missing or broken: then nobody gets in.
 */
struct gate	*gate_open(const char *path, char *why, size_t size);
void		 gate_close(struct gate *);	/* NULL is allowed */

/* To answer from it again. False: it is no longer the one at path; close it and open that. */
bool		 gate_hold(struct gate *, const char *path);
void		 gate_release(struct gate *);

enum gate_answer {
	GATE_OPEN,
	GATE_NO_STREAM,		/* names no channel or source of this host */
	GATE_NO_TOKEN,
	GATE_WRONG_TOKEN,
	GATE_EXPIRED,		/* of a replaced token whose grace is over */
	GATE_WRONG_PLACE,	/* play, from an address that may not */
	GATE_DAMAGED		/* what the snapshot says of it makes no sense */
};

/* stream is CHANNEL_SOURCE; token may be NULL. now: seconds since the epoch. Takes as long for a wrong token
 * as for a right one. */
enum gate_answer gate_publish(const struct gate *, const char *stream, const char *token, size_t len,
		    int64_t now);
enum gate_answer gate_play(const struct gate *, const char *stream, const char *address);
const char	*gate_answer_name(enum gate_answer);

/* What of a stream is channel and source: their lengths; the source begins after channel + 1 bytes. 0, or -1:
 * it is no CHANNEL_SOURCE. */
int		 gate_stream_split(const char *stream, size_t *channel, size_t *source);

/* First 8 hex digits of a token's digest, for logs. Returns dst. */
char		*gate_token_mark(const char *token, size_t len, char dst[9]);

#endif
