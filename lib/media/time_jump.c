/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/time_jump.h"

#define JUMP_MS		80	/* a shorter one is jitter, or a lost frame */
#define WAIT_MS		500	/* for the other track: senders interleave more closely */
#define SAME_MS		50	/* both tracks jump by the same, to the length of their frames */

static bool
is_jump(const struct track_state *ts, int64_t dts, int64_t now)
{
	int64_t by = dts - ts->edge - ts->frame_ms;

	if (!ts->seen || ts->frame_ms == 0)
		return false;
	/* a frame cannot arrive before it was made */
	return by < -JUMP_MS || (by > JUMP_MS && dts + clock_offset_ms(&ts->clock_offset) - now > JUMP_MS);
}

static void
begin(struct source *s, enum track t, int64_t dts, int64_t now)
{
	struct track_state *ts = &s->track[t];
	struct time_jump *j = &s->jump;

	if (!j->pending) {
		j->pending = true;
		j->began = now;
		j->track[TRACK_DATA].first = s->track[TRACK_DATA].queue.end;
	}
	j->track[t].by = dts - ts->edge - ts->frame_ms;
	j->track[t].first = ts->queue.end;
	j->track[t].edge = ts->edge;
	j->track[t].frame_ms = ts->frame_ms;
	j->track[t].clock_offset = ts->clock_offset;
	ts->edge = dts - ts->frame_ms;
}

static void
end(struct source *s)
{
	memset(&s->jump, 0, sizeof(s->jump));
}

/* Moves what arrived since the jump back by it, and with the source's clock all that follows. */
static void
take_out(struct source *s)
{
	struct time_jump *j = &s->jump;
	const int64_t v = j->track[TRACK_VIDEO].by, a = j->track[TRACK_AUDIO].by, by = v < a ? v : a;
	struct track_state *ts;
	struct entry *e;
	enum track t;
	uint64_t n;

	for (t = 0; t < TRACKS; t++) {
		ts = &s->track[t];
		n = j->track[t].first > ts->queue.first ? j->track[t].first : ts->queue.first;
		for (; n < ts->queue.end; n++) {
			e = frame_queue_at(&ts->queue, n);
			e->dts -= by;
			if (e->flags & ENTRY_KEY) {
				s->key_dts -= by;
				s->key_gap -= s->key_gap > 0 ? by : 0;
			}
		}
		if (t == TRACK_DATA)
			continue;
		ts->edge -= by;
		ts->frame_ms = j->track[t].frame_ms;
		ts->clock_offset = j->track[t].clock_offset;
	}
	s->raw_dts -= by;
	s->jumps++;
	end(s);
}

/* One track jumped alone. Ahead, it is played so; back, what repeats a time that has passed is dropped. */
static void
give_up(struct source *s)
{
	struct time_jump *j = &s->jump;
	struct track_state *ts;
	uint64_t keep;
	enum track t;

	for (t = TRACK_VIDEO; t <= TRACK_AUDIO; t++) {
		ts = &s->track[t];
		if (j->track[t].by >= 0)
			continue;
		if (j->track[t].edge > ts->edge)
			ts->edge = j->track[t].edge;
		keep = j->track[t].first + SOURCE_STILL_FRAMES;
		if (ts->queue.end <= keep)
			continue;	/* so few are played, one ms apart */
		frame_queue_cut(&ts->queue, s->on_air && ts->at > keep ? ts->at : keep);
		if (t == TRACK_VIDEO) {
			s->has_key = false;
			if (s->next_key > ts->queue.end)
				s->next_key = ts->queue.end;
		}
	}
	end(s);
}

int64_t
time_jump_frame(struct source *s, enum track t, int64_t dts, int64_t now)
{
	struct time_jump *j = &s->jump;
	int64_t raw = s->raw_dts, v, a;

	if (s->local)
		return dts;
	if (j->pending && (now - j->began > WAIT_MS || (j->track[t].by < 0 && dts > j->track[t].edge)))
		give_up(s);
	if (!is_jump(&s->track[t], dts, now) || j->track[t].by != 0)
		return dts;
	begin(s, t, dts, now);
	v = j->track[TRACK_VIDEO].by;
	a = j->track[TRACK_AUDIO].by;
	if (v != 0 && a != 0 && v - a <= SAME_MS && a - v <= SAME_MS)
		take_out(s);
	return dts + s->raw_dts - raw;
}
