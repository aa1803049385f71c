/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/format.h"
#include "media/source.h"

/* Within an epoch the time of a track may fall by this much (interleaving, jitter correction: SRS lets
 * 250 ms through), or rise by this much more than the clock did. */
#define SEAM_BACK_MS	300
#define SEAM_AHEAD_MS	3000

/* So many frames in a row may repeat a timestamp by mistake; with more of them, time stands still. */
#define STILL_FRAMES	2

/* Audio kept from before the keyframe that a cut may start at. */
#define AUDIO_BEFORE_KEY_MS	1000

void
source_init(struct source *s, const struct source_limits *lim)
{
	memset(s, 0, sizeof(*s));
	s->lim = *lim;
	s->health = SOURCE_ABSENT;
}

void
source_free(struct source *s)
{
	int t;

	for (t = 0; t < TRACKS; t++)
		frame_queue_free(&s->track[t].queue);
	codec_headers_unref(s->headers);
	s->headers = NULL;
}

/* Begins a new epoch. Frames of earlier epochs stay only while they are still to be played on the air. */
static void
epoch_break(struct source *s, bool keep_codec_headers)
{
	struct track_state *ts;
	int t;

	for (t = 0; t < TRACKS; t++) {
		ts = &s->track[t];
		if (!s->on_air)
			frame_queue_drop(&ts->queue, ts->queue.end);
		memset(&ts->clock_offset, 0, sizeof(ts->clock_offset));
		memset(&ts->rate, 0, sizeof(ts->rate));
		ts->begin = ts->queue.end;
		ts->seen = false;
		ts->still = 0;
	}
	if (!keep_codec_headers) {
		codec_headers_unref(s->headers);
		s->headers = NULL;
	}
	s->epoch++;
	s->breaks += s->has_key;
	s->has_key = s->holds_key = false;
	s->announced = s->repeated = false;
	s->next_key = 0;
	s->key_gap = 0;
}

void
source_connected(struct source *s)
{
	epoch_break(s, false);
	s->timed = false;
	s->connected = true;
	s->ended = false;
}

void
source_ended(struct source *s)
{
	s->connected = false;
	s->ended = true;
}

/* The time of a packet on the source's unwrapped clock: 32-bit timestamps wrap, and jump. */
static int64_t
unwrap(struct source *s, uint32_t raw)
{
	if (!s->timed) {
		s->timed = true;
		s->raw_dts = raw;
	} else
		s->raw_dts += (int32_t)(raw - s->raw);
	s->raw = raw;
	return s->raw_dts;
}

static bool
same_bytes(const struct packet *a, const struct packet *b)
{
	return a != NULL && a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* Stores a sequence header or metadata for the frames that follow. */
static void
push_part(struct source *s, struct packet *p, enum track t)
{
	struct packet *old = s->headers != NULL ? s->headers->part[t] : NULL;
	struct codec_headers *pre;
	bool same = same_bytes(old, p);

	if (t == TRACK_DATA)
		s->announced = s->has_key;
	else if (t == TRACK_VIDEO && s->announced && !s->local) {
		/* metadata, then headers: a new publisher, or the next file, or what an encoder repeats with each keyframe */
		s->repeated = same;
		if (!same)
			epoch_break(s, true);
	}
	if (same || (pre = codec_headers_with(s->headers, t, p)) == NULL)
		return;
	codec_headers_unref(s->headers);
	s->headers = pre;
	memset(&s->track[t].rate, 0, sizeof(s->track[t].rate));
}

/* Does this frame break the timeline of its track? */
static bool
is_seam(const struct track_state *ts, int64_t dts, int64_t now)
{
	int64_t d = dts - ts->edge;

	return ts->seen && (d < -SEAM_BACK_MS ||
	    d > now - ts->arrived + SEAM_AHEAD_MS);
}

/*
 * Can a decoder go on with this frame, after what the epoch has so far? Not while time stands still;
 * after that, video needs a keyframe.
 */
static bool
is_usable(struct source *s, const struct frame *f, enum track t)
{
	if (s->track[t].still >= STILL_FRAMES) {
		if (t == TRACK_VIDEO)
			s->has_key = false;
		return false;
	}
	if (t == TRACK_DATA)
		return s->headers != NULL;
	if (codec_needs_header(f->fourcc) &&
	    (s->headers == NULL || s->headers->part[t] == NULL))
		return false;
	return t != TRACK_VIDEO || s->has_key || f->kind == FRAME_KEY;
}

/* Measures the length of a frame. It falls quickly and rises slowly, so that a lost frame does not count. */
static void
measure_frame(struct track_state *ts, int64_t d)
{
	if (d < 5 || d > 1000)
		return;
	ts->frame_ms = ts->frame_ms == 0 || d < ts->frame_ms ? d :
	    ts->frame_ms + (d - ts->frame_ms) / 16;
}

static void
note_frame(struct source *s, struct track_state *ts, int64_t dts, int64_t now)
{
	if (!s->track[TRACK_VIDEO].seen && !s->track[TRACK_AUDIO].seen)
		s->epoch_began = now;
	if (ts->seen)
		measure_frame(ts, dts - ts->edge);
	if (!ts->seen || dts > ts->edge)
		ts->edge = dts;
	ts->seen = true;
	ts->arrived = now;
	if (ts != &s->track[TRACK_DATA])
		clock_offset_add(&ts->clock_offset, now, dts);
}

static void
note_key(struct source *s, int64_t dts)
{
	if (s->has_key)
		s->key_gap = dts - s->key_dts;
	s->key_dts = dts;
	s->has_key = s->holds_key = true;
}

/* The time of a data message: its own if that is near the video's; the time of a cue point may be anywhere. */
static int64_t
data_time(const struct source *s, int64_t dts)
{
	const struct track_state *v = &s->track[TRACK_VIDEO];

	if (v->seen && (dts - v->edge > SEAM_AHEAD_MS ||
	    dts - v->edge < -SEAM_AHEAD_MS))
		return v->edge;
	return dts;
}

static void
push_frame(struct source *s, struct packet *p, const struct frame *f, int64_t now)
{
	enum track t = packet_track(p);
	struct track_state *ts = &s->track[t];
	int64_t dts = unwrap(s, p->time);
	struct entry e;

	/* The end of a stall, a jump in time, and a picture that needs those of before the headers begin a new epoch. */
	if (t == TRACK_DATA)
		dts = data_time(s, dts);
	else if (is_seam(ts, dts, now) || (t == TRACK_VIDEO && s->repeated && f->kind != FRAME_KEY) ||
	    (ts->seen && !s->local && s->has_key && source_late_ms(s, t, now) > s->lim.stall_ms))
		epoch_break(s, true);
	s->repeated = s->repeated && t != TRACK_VIDEO;
	ts->still = t != TRACK_DATA && ts->seen && dts <= ts->edge ? ts->still + 1 : 0;
	if (!is_usable(s, f, t)) {
		if (t == TRACK_VIDEO)
			note_frame(s, ts, dts, now);
		s->dropped++;
		return;
	}
	note_frame(s, ts, dts, now);
	if (f->kind == FRAME_KEY)
		note_key(s, dts);
	if (t == TRACK_VIDEO)
		gop_stats_add(&s->gop, f->kind == FRAME_KEY, f->cts);
	rate_stats_add(&ts->rate, dts, p->len);
	s->announced = false;
	s->frames++;
	e.pkt = packet_ref(p);
	e.headers = codec_headers_ref(s->headers);
	e.dts = dts;
	e.cts = f->cts;
	e.epoch = s->epoch;
	e.flags = f->kind == FRAME_KEY ? ENTRY_KEY : 0;
	if (frame_queue_push(&ts->queue, &e) == -1)
		s->dropped++;
}

void
source_push(struct source *s, struct packet *p, int64_t now)
{
	struct frame f = frame_parse(p->type, p->data, p->len);

	s->bytes += p->len;
	if (f.track != 0)	/* a destination takes one track of each kind */
		f.kind = FRAME_BAD;
	switch (f.kind) {
	case FRAME_HEADER:
		if (!header_is_whole(p->type, p->data, p->len)) {
			s->dropped++;
			break;
		}
		/* FALLTHROUGH */
	case FRAME_META:
		/* the colour information of Enhanced RTMP is in the bitstream, too */
		if (f.kind == FRAME_HEADER || p->type == MSG_DATA)
			push_part(s, p, packet_track(p));
		break;
	case FRAME_OTHER:
		if (p->type != MSG_DATA)
			break;
		/* FALLTHROUGH */
	case FRAME_KEY:
	case FRAME_INTER:
	case FRAME_AUDIO:
		if (s->epoch == 0 || s->ended) {
			epoch_break(s, true);
			s->ended = false;
			s->connected = true;
		}
		push_frame(s, p, &f, now);
		source_trim(s, now);
		break;
	case FRAME_END:		/* the end of an epoch shows without it */
		break;
	case FRAME_BAD:
		s->dropped++;
		break;
	}
	packet_unref(p);
}

int64_t
source_late_ms(const struct source *s, enum track t, int64_t now)
{
	const struct track_state *ts = &s->track[t];

	return now - ts->edge - clock_offset_ms(&ts->clock_offset);
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

static bool
is_key_of(const struct entry *e, uint32_t epoch)
{
	return e->epoch == epoch && (e->flags & ENTRY_KEY);
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
		if (is_key_of(e, s->epoch) && source_due(s, e->dts) >= now) {
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

/* Bounds what a source without keyframes or with a stuck clock holds. */
static void
trim_hard(struct source *s)
{
	struct track_state *ts;
	uint64_t n;
	int t;

	if (!holds_too_much(s))
		return;
	/* Only a cut could still use frames that were played. */
	for (t = 0; t < TRACKS && s->on_air; t++)
		frame_queue_drop(&s->track[t].queue, s->track[t].at);
	s->holds_key = source_key_before(s, 0, &n);
	if (s->on_air && !holds_too_much(s))
		return;
	for (t = 0; t < TRACKS; t++) {
		ts = &s->track[t];
		s->dropped += ts->queue.end - ts->queue.first;
		frame_queue_drop(&ts->queue, ts->queue.end);
		ts->at = ts->queue.end;
	}
	epoch_break(s, true);
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

void
source_trim(struct source *s, int64_t now)
{
	const struct frame_queue *l = &s->track[TRACK_VIDEO].queue;
	uint64_t n;

	trim_hard(s);
	n = s->next_key > l->first ? s->next_key : l->first + 1;
	for (; n < l->end; n++) {
		if (!(frame_queue_at(l, n)->flags & ENTRY_KEY))
			continue;
		if (!is_past(s, n, now))
			break;
		drop_before(s, n);
	}
	s->next_key = n;
}
