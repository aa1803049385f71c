/* SPDX-License-Identifier: ISC */
/*
 * Who may publish and play, as a file: a snapshot of what the database says, for a hook that cannot wait
 * for one. Written whole, by rename, by whoever changed something (rotate) and by every reconciliation;
 * read at every callback. Holds digests, never tokens.
 *
 *	lsctl-gate 1 HOST TIME
 *	CHANNEL SOURCE DIGEST-HEX EXPIRES|-	a publisher's token, sorted by channel and source
 *	CHANNEL - play CIDR[,CIDR...]		who may play
 */
#ifndef CONTROL_GATE_H
#define CONTROL_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "control/seal.h"

struct db;
struct gate;

/* Reads a snapshot. NULL with why when it is missing or broken: then nobody gets in. */
struct gate	*gate_open(const char *path, char *why, size_t size);
void		 gate_close(struct gate *);	/* NULL is allowed */

enum gate_answer {
	GATE_OPEN,
	GATE_NO_STREAM,		/* names no channel or source of this host */
	GATE_NO_TOKEN,
	GATE_WRONG_TOKEN,
	GATE_EXPIRED,		/* of a replaced token whose grace is over */
	GATE_WRONG_PLACE	/* play, from an address that may not */
};

/* stream is CHANNEL_SOURCE; token may be NULL. now: seconds since the epoch. Takes as long for a wrong token
 * as for a right one. */
enum gate_answer gate_publish(const struct gate *, const char *stream, const char *token, size_t len,
		    int64_t now);
enum gate_answer gate_play(const struct gate *, const char *stream, const char *address);
const char	*gate_answer_name(enum gate_answer);

/*
 * Writes the snapshot of a host from the database: reads and renames under a lock on PATH.lock, so that an
 * older state never replaces a newer one. 0, or -1 with why.
 */
int		 gate_write(const char *path, struct db *, const char *host, char *why, size_t size);

#endif
