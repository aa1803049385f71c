/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/source_hold.h"

/* Audio kept from before the keyframe that a cut may start at. */
#define AUDIO_BEFORE_KEY_MS	1000

/* Audio that begins later than this after a keyframe is missing there. */
#define AUDIO_LATE_MS		100

static bool
is_key_of(const struct entry *e, uint32_t epoch)
{
	return e->epoch == epoch && (e->flags & ENTRY_KEY);
}

static bool
has_audio_from(const struct source *s, int64_t dts)
{
	const struct track_state *a = &s->track[TRACK_AUDIO];

	return !a->seen || a->first <= dts + AUDIO_LATE_MS;
}

bool
source_key_before(const struct source *s, int64_t now, uint64_t *n)
{
	const struct frame_queue *l = &s->track[TRACK_VIDEO].queue;
	const struct entry *e;
	bool found = false;
	uint64_t i;

	for (i = l->end; i > l->first; i--) {
		e = frame_queue_at(l, i - 1);
		if (e->epoch != s->epoch)
			break;
		if (!is_key_of(e, s->epoch))
			continue;
		*n = i - 1;
		found = true;
		if (source_due(s, e->dts) <= now)
			break;
	}
	return found;
}

bool
source_key_after(const struct source *s, int64_t now, uint64_t *n)
{
	const struct frame_queue *l = &s->track[TRACK_VIDEO].queue;
	const struct entry *e;
	uint64_t i;

	for (i = l->first; i < l->end; i++) {
		e = frame_queue_at(l, i);
		if (is_key_of(e, s->epoch) && source_due(s, e->dts) >= now && has_audio_from(s, e->dts)) {
			*n = i;
			return true;
		}
	}
	return false;
}

/* Drops everything before video frame n, and audio that is too early to be played with it. */
static void
drop_before(struct source *s, uint64_t n)
{
	const struct entry *key = frame_queue_at(&s->track[TRACK_VIDEO].queue, n);
	int64_t horizon = key->dts - AUDIO_BEFORE_KEY_MS;
	uint32_t epoch = key->epoch;
	int t;

	for (t = 0; t < TRACKS; t++) {
		struct track_state *ts = &s->track[t];
		uint64_t i = t == TRACK_VIDEO ? n : ts->queue.first;

		if (t != TRACK_VIDEO)
			while (i < ts->queue.end && frame_queue_at(&ts->queue, i)->epoch <= epoch &&
			    (frame_queue_at(&ts->queue, i)->epoch < epoch ||
			    frame_queue_at(&ts->queue, i)->dts < horizon))
				i++;
		if (s->on_air && i > ts->at)
			i = ts->at;
		frame_queue_drop(&ts->queue, i);
	}
}

/* Does the source hold too much: of the current epoch in time, of all epochs in bytes? */
static bool
holds_too_much(const struct source *s)
{
	const struct frame_queue *l;
	size_t bytes = 0;
	uint64_t first;
	int t;

	for (t = 0; t < TRACKS; t++) {
		l = &s->track[t].queue;
		bytes += l->bytes;
		first = s->track[t].begin > l->first ? s->track[t].begin : l->first;
		if (first < l->end && frame_queue_at(l, l->end - 1)->dts -
		    frame_queue_at(l, first)->dts > s->lim.delay_ms + s->lim.max_ms)
			return true;
	}
	return bytes > s->lim.max_bytes;
}

/* Bounds what a source without keyframes or with a stuck clock holds. true: all of it is dropped. */
static bool
trim_hard(struct source *s)
{
	struct track_state *ts;
	uint64_t n;
	int t;

	if (!holds_too_much(s))
		return false;
	/* Only a cut could still use frames that were played. */
	for (t = 0; t < TRACKS && s->on_air; t++)
		frame_queue_drop(&s->track[t].queue, s->track[t].at);
	s->holds_key = source_key_before(s, 0, &n);
	if (s->on_air && !holds_too_much(s))
		return false;
	for (t = 0; t < TRACKS; t++) {
		ts = &s->track[t];
		s->dropped += ts->queue.end - ts->queue.first;
		frame_queue_drop(&ts->queue, ts->queue.end);
		ts->at = ts->queue.end;
	}
	return true;
}

/* Does nothing need the frames before this keyframe any more? */
static bool
is_past(const struct source *s, uint64_t n, int64_t now)
{
	const struct track_state *v = &s->track[TRACK_VIDEO];

	if (s->on_air)
		return n <= v->at;
	return source_due(s, frame_queue_at(&v->queue, n)->dts) <= now;
}

bool
source_trim(struct source *s, int64_t now)
{
	const struct frame_queue *l = &s->track[TRACK_VIDEO].queue;
	uint64_t n;

	if (trim_hard(s))
		return true;
	n = s->next_key > l->first ? s->next_key : l->first + 1;
	for (; n < l->end; n++) {
		if (!(frame_queue_at(l, n)->flags & ENTRY_KEY))
			continue;
		if (!is_past(s, n, now))
			break;
		drop_before(s, n);
	}
	s->next_key = n;
	return false;
}
