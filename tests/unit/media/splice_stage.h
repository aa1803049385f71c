/* SPDX-License-Identifier: ISC */
/*
 * The stage for tests of splice: two sources whose every frame the test makes, and a clock that the
 * test moves. Everything that is written to the log is taken down in out[].
 */
#ifndef TESTS_UNIT_MEDIA_SPLICE_STAGE_H
#define TESTS_UNIT_MEDIA_SPLICE_STAGE_H

#include "base/base.h"
#include "media/splice.h"
#include "rtmp/amf0.h"
#include "t.h"

enum { OLD, NEW, SOURCES };

#define FRAME		40	/* ms, a video frame */
#define SOUND		20	/* ms, an audio frame */
#define DELAY		10000	/* ms, of the delay lines: what arrives now is due so much later */
#define START		1000000	/* when OLD's time 0 and NEW's time NEW_ZERO arrive */
#define NEW_ZERO	100000	/* so NEW's times are that much ahead of OLD's */
#define AIR		(START + DELAY)	/* when they are due: the timeline's 0 */
#define OUT		20000

struct written {
	int		 source;
	uint8_t		 type;
	uint32_t	 number;	/* of its track, in its source */
	int64_t		 src_dts, dts, pts, wall;
	uint32_t	 flags;
	bool		 same;		/* the payload is the one that was made */
	uint8_t		 marks[TRACKS];	/* of the headers that it rides with; our metadata has the source's */
};

static struct arena *arena;
static struct source src[SOURCES];
static struct fanout_log fanout_log;
static struct splice sp;
static int64_t now;
static int64_t arrive[SOURCES];		/* of time 0 */
static uint32_t made[SOURCES][TRACKS];	/* frames so far */
static uint64_t taken;
static struct written out[OUT];
static size_t outs;

/* A frame's body: who made it, and which it is, is in its last bytes. */
static size_t
body_of(uint8_t b[32], int s, uint8_t type, uint32_t number, int64_t dts, int32_t cts, bool key)
{
	size_t n = 0;

	memset(b, 0, 32);
	if (type == MSG_VIDEO) {
		b[0] = key ? 0x17 : 0x27;
		b[1] = 1;
		put_be24(b + 2, (uint32_t)cts);
		b[8] = 15;
		b[9] = key ? 0x65 : 0x41;
		b[10] = 0x88;	/* a slice that begins a picture */
		n = 11;
	} else if (type == MSG_AUDIO) {
		b[0] = 0xaf;
		b[1] = 1;
		n = 2;
	}
	b[n++] = (uint8_t)s;
	put_be32(b + n, number);
	put_be32(b + n + 4, (uint32_t)((uint64_t)dts >> 32));
	put_be32(b + n + 8, (uint32_t)dts);
	return n + 12;
}

static void
push(int s, uint8_t type, int64_t dts, const uint8_t *body, size_t n)
{
	struct packet *p = packet_new(arena, type, (uint32_t)dts, (uint32_t)n);

	memcpy(p->data, body, n);
	source_push(&src[s], p, arrive[s] + dts);
}

static void
frame(int s, uint8_t type, int64_t dts, int32_t cts, bool key)
{
	enum track t = type == MSG_VIDEO ? TRACK_VIDEO : type == MSG_AUDIO ? TRACK_AUDIO :
	    TRACK_DATA;
	uint8_t b[32];

	push(s, type, dts, b, body_of(b, s, type, made[s][t]++, dts, cts, key));
}

static void
video(int s, int64_t dts, int32_t cts, bool key)
{
	frame(s, MSG_VIDEO, dts, cts, key);
}

static void
audio(int s, int64_t dts)
{
	frame(s, MSG_AUDIO, dts, 0, false);
}

/* What a source says of itself: its mark as the size of its picture, and a film's length. */
static void
metadata(int s, int64_t dts, uint8_t mark)
{
	uint8_t body[128];
	struct amf0_writer w;

	amf0_writer_init(&w, body, sizeof(body));
	amf0_put_string(&w, "onMetaData");
	amf0_put_object(&w);
	amf0_put_key(&w, "duration");
	amf0_put_number(&w, 3600);
	amf0_put_key(&w, "width");
	amf0_put_number(&w, mark);
	amf0_put_key(&w, "height");
	amf0_put_number(&w, mark);
	amf0_put_end(&w);
	push(s, MSG_DATA, dts, body, w.len);
}

/* Metadata and sequence headers, these with this mark in the last byte. */
static void
headers(int s, int64_t dts, uint8_t mark)
{
	uint8_t avcc[] = { 0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xff, 0xe1, 0, 4, 0x67, 66, 0, 30,
	    1, 0, 2, 0x68, mark };
	uint8_t asc[] = { 0xaf, 0, 0x11, 0x90, mark };

	metadata(s, dts, mark);
	push(s, MSG_VIDEO, dts, avcc, sizeof(avcc));
	push(s, MSG_AUDIO, dts, asc, sizeof(asc));
}

/* Both tracks from one time to another, a keyframe each second, audio that much off the video's grid. */
static void
media_off(int s, int64_t from, int64_t to, int64_t off)
{
	int64_t t;

	for (t = from; t < to; t++) {
		if (t % FRAME == 0)
			video(s, t, 0, t % 1000 == 0);
		if ((t - off) % SOUND == 0)
			audio(s, t);
	}
}

__attribute__((unused)) static void
media(int s, int64_t from, int64_t to)
{
	media_off(s, from, to, 0);
}

/* What a frame of number n is shown later than it is sent: of groups of four the last comes first, two
 * pictures wait at the end of each. */
#define DEPTH	2

__attribute__((unused)) static int32_t
reordered(int n)
{
	static const int32_t frames[] = { 1, 5, 2, 0 };

	return (n == 0 ? DEPTH : frames[n % 4]) * FRAME;
}

/* Both tracks, where video has B-frames, from its only keyframe on; audio is that much off the video's grid. */
__attribute__((unused)) static void
media_reordered_off(int s, int64_t from, int64_t to, int64_t off)
{
	int64_t t;

	for (t = from; t < to; t++) {
		if ((t - from) % FRAME == 0)
			video(s, t, reordered((int)(t - from) / FRAME), t == from);
		if ((t - from - off) % SOUND == 0)
			audio(s, t);
	}
}

__attribute__((unused)) static void
media_reordered(int s, int64_t from, int64_t to)
{
	media_reordered_off(s, from, to, 0);
}

/* Takes down what was written. */
static void
take(void)
{
	struct metadata_claims ours;
	const struct entry *e;
	struct written *w;
	uint8_t b[32];
	size_t n;
	int t;

	for (; taken < fanout_log.queue.end; taken++) {
		e = frame_queue_at(&fanout_log.queue, taken);
		w = &out[outs++ % OUT];
		memset(w, 0, sizeof(*w));
		w->type = e->pkt->type;
		w->dts = e->dts;
		w->pts = e->dts + e->cts;
		w->wall = now;
		w->flags = e->flags;
		n = e->pkt->len - 13;
		w->source = e->pkt->data[n];
		w->number = be32(e->pkt->data + n + 1);
		w->src_dts = (int64_t)be32(e->pkt->data + n + 5) << 32 | be32(e->pkt->data + n + 9);
		n = body_of(b, w->source, w->type, w->number, w->src_dts, e->cts,
		    e->flags & ENTRY_KEY);
		w->same = n == e->pkt->len && memcmp(b, e->pkt->data, n) == 0;
		for (t = TRACK_VIDEO; t <= TRACK_AUDIO; t++)
			w->marks[t] = e->headers->part[t]->data[e->headers->part[t]->len - 1];
		metadata_claims_read(&ours, e->headers->part[TRACK_DATA]->data, e->headers->part[TRACK_DATA]->len);
		w->marks[TRACK_DATA] = (uint8_t)ours.width;
	}
	fanout_log_trim(&fanout_log, taken);
}

/* Time goes on to this moment. */
static void
play(int64_t until)
{
	for (; now < until; now++) {
		splice_run(&sp, now);
		take();
	}
}

/* The number of the keyframe with this time. */
static uint64_t
key_at(int s, int64_t dts)
{
	const struct frame_queue *l = &src[s].track[TRACK_VIDEO].queue;
	uint64_t n;

	for (n = l->first; n < l->end; n++)
		if (frame_queue_at(l, n)->dts == dts && (frame_queue_at(l, n)->flags & ENTRY_KEY))
			return n;
	t_report(false, __FILE__, __LINE__, "no such keyframe is held");
	return l->first;
}

/* Cuts to the keyframe with this time, now. */
static void
cut(int s, int64_t dts)
{
	splice_cut(&sp, &src[s], key_at(s, dts), now);
	take();
}

/* The same as a channel does it: what is on the air ends at about this moment, and then its slot is awaited. */
__attribute__((unused)) static void
cut_over(int s, int64_t dts, int64_t at)
{
	splice_plan_end(&sp, at);
	while (now < at + 5000 && (!splice_dry(&sp) || splice_slot(&sp) > now))
		play(now + 1);
	cut(s, dts);
}

static void
begin_with(int64_t delay_ms)
{
	struct source_limits lim = { .delay_ms = delay_ms, .stall_ms = 1500,
	    .prove_ms = 1000, .max_ms = 20000, .max_bytes = 1 << 24 };
	int s;

	arena = arena_new(65536);
	fanout_log_init(&fanout_log, 1 << 24, 60000);
	splice_init(&sp, &fanout_log, arena);
	taken = outs = 0;
	memset(made, 0, sizeof(made));
	for (s = 0; s < SOURCES; s++) {
		source_init(&src[s], &lim);
		source_connected(&src[s]);
	}
	arrive[OLD] = START;
	arrive[NEW] = START - NEW_ZERO;
	headers(OLD, 0, 'o');
	headers(NEW, NEW_ZERO, 'n');
	now = START + delay_ms;
}

static void
begin(void)
{
	begin_with(DELAY);
}

/* OLD is on the air from its time 0 on, and both have four seconds. */
__attribute__((unused)) static void
begin_on_air(void)
{
	begin();
	media(OLD, 0, 4000);
	media(NEW, NEW_ZERO, NEW_ZERO + 4000);
	cut(OLD, 0);
}

static void
end(void)
{
	source_free(&src[OLD]);
	source_free(&src[NEW]);
	splice_free(&sp);
	fanout_log_free(&fanout_log);
	arena_free(arena);
}

/* The first and the last frame of this type that this source wrote. */
static const struct written *
first_of(int s, uint8_t type)
{
	static const struct written none = { .source = -1 };
	size_t i;

	for (i = 0; i < outs; i++)
		if (out[i].source == s && out[i].type == type)
			return &out[i];
	t_report(false, __FILE__, __LINE__, "nothing of that was written");
	return &none;
}

static const struct written *
last_of(int s, uint8_t type)
{
	const struct written *w = first_of(s, type);
	size_t i;

	for (i = 0; i < outs; i++)
		if (out[i].source == s && out[i].type == type)
			w = &out[i];
	return w;
}

/* How far video went on at the cut from OLD to NEW. */
__attribute__((unused)) static int64_t
step_at_cut(void)
{
	return first_of(NEW, MSG_VIDEO)->dts - last_of(OLD, MSG_VIDEO)->dts;
}

#endif
