/* SPDX-License-Identifier: ISC */
/* Aggregate messages (RTMP 1.0 section 7.1.6): several media messages in one. No I/O. */
#ifndef RTMP_AGGREGATE_H
#define RTMP_AGGREGATE_H

#include <stddef.h>
#include <stdint.h>

struct aggregate {
	const uint8_t	*p;		/* borrowed: what is left */
	size_t		 len;
	uint32_t	 shift;		/* added to the times inside */
};

struct aggregate_part {
	uint8_t		 type;
	uint32_t	 time;		/* as if the message had come alone */
	uint32_t	 len;
	const uint8_t	*body;		/* borrowed from the aggregate */
};

/* The body of an aggregate message that came with this time: its first part's. */
void	aggregate_start(struct aggregate *, uint32_t time, const uint8_t *, size_t);

/* 1, 0 at the end, -1 for a part longer than what is left. */
int	aggregate_next(struct aggregate *, struct aggregate_part *);

#endif
