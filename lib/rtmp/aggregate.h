/* SPDX-License-Identifier: ISC */
/* Aggregate messages (RTMP 1.0 section 7.1.6): several media messages in one. No I/O. */
#ifndef RTMP_AGGREGATE_H
#define RTMP_AGGREGATE_H

#include <stddef.h>
#include <stdint.h>

#define AGGREGATE_PARTS	4096	/* servers put in a few seconds of media at most */

struct aggregate {
	const uint8_t	*p;		/* borrowed: the parts that are left */
	size_t		 len;
	uint32_t	 shift;		/* added to the times of the parts */
	unsigned int	 taken;		/* parts that were taken */
};

struct aggregate_part {
	uint8_t		 type;
	uint32_t	 time;		/* ms, as if it were a message of its own */
	uint32_t	 len;
	const uint8_t	*body;		/* borrowed from the aggregate */
};

/* Starts on the body of an aggregate message; time is the message's, and that of its first part. */
void	aggregate_start(struct aggregate *, uint32_t time, const uint8_t *, size_t);

/* 1; 0: the end; -1: a part is longer than the rest of the message, or it has more than AGGREGATE_PARTS. */
int	aggregate_next(struct aggregate *, struct aggregate_part *);

#endif
