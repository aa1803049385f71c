/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/aggregate.h"

#define HEADER	11	/* type, length, time, time's top byte, message stream id */
#define BACK	4	/* back pointer: the length of the part before it */

static uint32_t
part_time(const uint8_t *p)
{
	return (uint32_t)p[7] << 24 | be24(p + 4);
}

void
aggregate_start(struct aggregate *a, uint32_t time, const uint8_t *p, size_t n)
{
	a->p = p;
	a->len = n;
	a->taken = 0;
	a->shift = n >= HEADER ? time - part_time(p) : 0;
}

int
aggregate_next(struct aggregate *a, struct aggregate_part *part)
{
	size_t n;

	if (a->len < HEADER) {
		a->len = 0;
		return 0;
	}
	part->type = a->p[0];
	part->len = be24(a->p + 1);
	part->time = part_time(a->p) + a->shift;
	part->body = a->p + HEADER;
	if (part->len > a->len - HEADER || ++a->taken > AGGREGATE_PARTS) {
		a->len = 0;
		return -1;
	}
	/* Some servers omit the last back pointer. */
	n = HEADER + part->len + BACK;
	n = n < a->len ? n : a->len;
	a->p += n;
	a->len -= n;
	return 1;
}
