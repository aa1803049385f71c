/* SPDX-License-Identifier: ISC */
/* The client's side of the RTMP handshake (RTMP 1.0 section 5.2), the simple form. No I/O. */
#ifndef RTMP_HANDSHAKE_H
#define RTMP_HANDSHAKE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define HANDSHAKE_PART	1536				/* C1, S1, C2, S2 */
#define HANDSHAKE_TAKES	(1 + 2 * HANDSHAKE_PART)	/* S0, S1, S2 */

struct handshake {
	size_t	taken;		/* bytes of S0, S1, S2 */
};

/* Appends C0 and C1. 0, or -1 as buf_add(). */
int		handshake_start(struct handshake *, struct buf *out);

/*
 * Takes the bytes of the handshake and returns how many they are; appends C2 as S1 arrives.
 * -1 with errno EPROTO: the peer does not speak RTMP; otherwise as buf_add(). Does not check the
 * content of S2: servers differ.
 */
ptrdiff_t	handshake_read(struct handshake *, const uint8_t *, size_t,
		    struct buf *out);

static inline int
handshake_done(const struct handshake *h)
{
	return h->taken == HANDSHAKE_TAKES;
}

#endif
