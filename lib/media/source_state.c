/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/source_state.h"

int64_t
source_late_ms(const struct source *s, enum track t, int64_t now)
{
	return now - s->track[t].edge - clock_offset_ms(&s->track[t].clock_offset);
}

/* The track that arrives later decides: frames of both must have arrived when they are due. */
int64_t
source_due(const struct source *s, int64_t dts)
{
	const struct track_state *v = &s->track[TRACK_VIDEO],
	    *a = &s->track[TRACK_AUDIO];
	int64_t off = clock_offset_ms(v->seen ? &v->clock_offset : &a->clock_offset);

	if (v->seen && a->seen && clock_offset_ms(&a->clock_offset) > off &&
	    clock_offset_ms(&a->clock_offset) - off < s->lim.stall_ms)
		off = clock_offset_ms(&a->clock_offset);
	return dts + off + s->lim.delay_ms;
}
