/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/sent_marks.h"

void
sent_marks_clear(struct sent_marks *s)
{
	s->n = 0;
}

void
sent_marks_add(struct sent_marks *s, uint64_t byte, int64_t dts)
{
	size_t i = s->n % SENT_MARKS;

	if (s->n > 0 && dts - s->mark[(s->n - 1) % SENT_MARKS].dts < SENT_MARK_MS)
		return;
	s->mark[i].byte = byte;
	s->mark[i].dts = dts;
	s->n++;
}

bool
sent_marks_find(const struct sent_marks *s, uint64_t byte, int64_t *dts)
{
	uint64_t oldest = s->n > SENT_MARKS ? s->n - SENT_MARKS : 0, i = s->n;

	if (s->n == 0)
		return false;
	while (--i > oldest && s->mark[i % SENT_MARKS].byte > byte)
		continue;
	*dts = s->mark[i % SENT_MARKS].dts;
	return true;
}
