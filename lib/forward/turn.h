/* SPDX-License-Identifier: ISC */
/*
 * What one peer may take of one turn of the loop, in bytes and in time, so that no peer keeps the others and the
 * watchdog waiting: a source or destination, in either direction. The owner goes on in the next turn, by ev_again().
 *
 * With 32 destinations that all flood, a turn takes 64 ms at most. A peer that catches up moves a megabyte a turn,
 * and the loop does not wait between them.
 */
#ifndef FORWARD_TURN_H
#define FORWARD_TURN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

#define TURN_BYTES	(1024 * 1024)
#define TURN_US		2000

struct turn {
	size_t	bytes;
	int64_t	until;		/* us; 0: the clock was not read yet */
	bool	begun;
};

/* Counts n bytes moved. true: the peer's turn is over. Most turns move bytes once: the first time reads no clock. */
static inline bool
turn_over(struct turn *t, size_t n)
{
	t->bytes += n;
	if (!t->begun) {
		t->begun = true;
		return false;
	}
	if (t->until == 0)
		t->until = clock_us() + TURN_US;
	return t->bytes >= TURN_BYTES || clock_us() >= t->until;
}

#endif
