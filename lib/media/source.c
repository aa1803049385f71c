/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/format.h"
#include "media/source.h"
#include "media/source_health.h"
#include "media/source_hold.h"
#include "media/time_jump.h"

/* Within an epoch the time of a track may fall by this much (interleaving, jitter correction: SRS lets
 * 250 ms through), or rise by this much more than the clock did. */
#define SEAM_BACK_MS	300
#define SEAM_AHEAD_MS	3000

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
		s->other_track[t] = false;
	}
	if (!keep_codec_headers) {
		codec_headers_unref(s->headers);
		s->headers = NULL;
	}
	s->epoch++;
	s->breaks += s->has_key;
	s->has_key = s->holds_key = false;
	s->announced = s->repeated = s->no_idr = s->annex_b = false;
	memset(&s->jump, 0, sizeof(s->jump));
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
	if (s->track[t].still >= SOURCE_STILL_FRAMES) {
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
	else
		ts->first = dts;
	if (!ts->seen || dts > ts->edge)
		ts->edge = dts;
	ts->seen = true;
	ts->arrived = now;
	if (ts != &s->track[TRACK_DATA])
		clock_offset_add(&ts->clock_offset, now, dts);
}

static void
note_picture(struct source *s, const struct frame *f, int64_t dts)
{
	gop_stats_add(&s->gop, f->kind == FRAME_KEY, f->cts);
	if (f->kind != FRAME_KEY)
		return;
	if (s->has_key)
		s->key_gap = dts - s->key_dts;
	s->key_dts = dts;
	s->has_key = s->holds_key = true;
}

/* Is this a further message of the newest picture? Then it is joined to it, if that was not sent yet. */
static bool
join_picture(struct source *s, const struct packet *p, const struct frame *f, int64_t dts)
{
	struct track_state *ts = &s->track[TRACK_VIDEO];
	struct entry *newest;
	bool was_key;

	if (ts->queue.end == ts->queue.first || ts->queue.end == ts->begin || (s->on_air && ts->at == ts->queue.end))
		return false;
	newest = frame_queue_at(&ts->queue, ts->queue.end - 1);
	was_key = newest->flags & ENTRY_KEY;
	if (newest->headers != s->headers || !access_unit_continues(&s->picture, newest, p, f, dts))
		return false;
	if (access_unit_join(&s->picture, &ts->queue, ts->queue.end - 1, p, f) == -1) {
		s->dropped++;
		return true;
	}
	ts->rate.newest += p->len;
	if (f->kind == FRAME_KEY && !was_key) {
		s->gop.frames--;	/* it was counted as one of the GOP before */
		note_picture(s, f, dts);
	}
	return true;
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

/* The end of a stall, a jump in time, and a picture that needs those of before the headers begin a new epoch. */
static bool
begins_epoch(const struct source *s, const struct frame *f, enum track t, int64_t dts, int64_t now)
{
	const struct track_state *ts = &s->track[t];

	return is_seam(ts, dts, now) || (t == TRACK_VIDEO && s->repeated && f->slices && f->kind != FRAME_KEY) ||
	    (ts->seen && !s->local && s->has_key && source_late_ms(s, t, now) > s->lim.stall_ms);
}

static void
push_frame(struct source *s, struct packet *p, const struct frame *f, int64_t now)
{
	enum track t = packet_track(p);
	struct track_state *ts = &s->track[t];
	int64_t dts = unwrap(s, p->time);
	struct entry e;
	uint64_t key;
	bool begins;

	if (t == TRACK_DATA)
		dts = data_time(s, dts);
	else if (begins_epoch(s, f, t, dts, now)) {
		source_note_slow(s, ts, now);
		epoch_break(s, true);
	} else
		dts = time_jump_frame(s, t, dts, now);
	if (t == TRACK_VIDEO && join_picture(s, p, f, dts))
		return;
	s->repeated = s->repeated && (t != TRACK_VIDEO || !f->slices);
	if (t != TRACK_VIDEO || !ts->seen || dts != ts->edge || !access_unit_more(&s->picture, f)) {
		ts->still = t != TRACK_DATA && ts->seen && dts <= ts->edge ? ts->still + 1 : 0;
		if (t == TRACK_VIDEO)
			access_unit_begin(&s->picture, f);
	}
	if (!is_usable(s, f, t)) {
		if (t == TRACK_VIDEO)
			note_frame(s, ts, dts, now);
		s->dropped++;
		return;
	}
	begins = !ts->seen;
	note_frame(s, ts, dts, now);
	if (t == TRACK_AUDIO && begins && s->holds_key)
		s->holds_key = source_key_after(s, INT64_MIN, &key);
	if (t == TRACK_VIDEO)
		note_picture(s, f, dts);
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

/* A header without content. The audio header of the publisher before is not that of this one. */
static void
push_empty_header(struct source *s)
{
	struct codec_headers *without;

	if (s->headers == NULL || s->track[TRACK_AUDIO].seen ||
	    (without = codec_headers_with(s->headers, TRACK_AUDIO, NULL)) == NULL)
		return;
	codec_headers_unref(s->headers);
	s->headers = without;
}

/* Notes why a source cannot be played, which its health tells. */
static void
note_unusable(struct source *s, const struct packet *p, const struct frame *f)
{
	if (f->track != 0)
		s->other_track[packet_track(p)] = true;
	else if (f->kind == FRAME_INTER && f->marked_key && f->slices)
		s->no_idr = true;
	else if (f->kind == FRAME_HEADER && p->type == MSG_VIDEO && p->len > 9)
		s->annex_b = be32(p->data + 5) == 1 || be24(p->data + 5) == 1;
}

void
source_push(struct source *s, struct packet *p, int64_t now)
{
	struct frame f = frame_parse(p->type, p->data, p->len);

	s->bytes += p->len;
	note_unusable(s, p, &f);
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
		if (source_trim(s, now))
			epoch_break(s, true);
		break;
	case FRAME_END:		/* the end of an epoch shows without it */
		break;
	case FRAME_BAD:
		if (f.fourcc == FOURCC('m', 'p', '4', 'a') && p->len == 2 && p->data[1] == 0)
			push_empty_header(s);
		s->dropped++;
		break;
	}
	packet_unref(p);
}
