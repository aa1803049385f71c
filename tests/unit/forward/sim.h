/* SPDX-License-Identifier: ISC */
/*
 * A channel on a virtual clock: encoders that can be stopped, frozen, restarted and made
 * to drift; a destination that writes down what came out and when, and judges it.
 */
#ifndef TESTS_SIM_H
#define TESTS_SIM_H

#include <stdlib.h>

#include "forward/channel.h"
#include "packet/packet.h"
#include "t.h"

#define SIM_OUT	400000

/* What a payload carries after its codec header: who sent it and when it was due there. */
struct stamp {
	uint32_t	source, epoch, number;
	int64_t		dts;
};

struct encoder {
	int		id;
	double		fps, rate;	/* rate: audio samples per second */
	int		gop;		/* frames */
	int		reorder;	/* B-frames: PTS is ahead of DTS by this many frames */
	double		speed;		/* 1.0: its clock is right */
	int64_t		batch_ms;		/* the server delivers in batches */
	int64_t		held_ms;	/* and so much later than sent */
	/* state */
	bool		up, video, audio;	/* publishing; which tracks flow */
	uint32_t	epoch;
	int64_t		began;		/* virtual ms of its time 0 */
	uint32_t	start;		/* its first timestamp */
	uint64_t	frames, samples_frames;
	int64_t		next_batch;
	bool		announced;
};

struct out {
	int64_t		wall, dts, pts;
	uint8_t		type;
	uint32_t	flags;
	struct stamp	stamp;
};

static int64_t sim_batch_ms;	/* of the channels that are made next; their sources are read in batches then, too */
#define SIM_READ_MS	280	/* the time between two reads of a source, at most */

struct sim {
	struct channel	*ch;
	struct spec	 spec;
	struct encoder	 enc[SPEC_SOURCES];
	int		 encoders;
	int64_t		 now;
	uint64_t	 seen;		/* log entries taken */
	struct out	*out;
	size_t		 outs;
	uint64_t	 hurried;	/* steps that asked for another one at once */
	int64_t		late;		/* how much after its time in the timeline a frame left, at most */
};

static struct packet *
sim_packet(struct arena *a, uint8_t type, uint32_t time, const uint8_t *head,
    size_t n, const struct stamp *st)
{
	struct packet *p = packet_new(a, type, time,
	    (uint32_t)(n + (st != NULL ? sizeof(*st) : 0)));

	memcpy(p->data, head, n);
	if (st != NULL)
		memcpy(p->data + n, st, sizeof(*st));
	return p;
}

static const uint8_t sim_avcc[] = { 0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xff, 0xe1, 0, 4,
    0x67, 66, 0, 30, 1, 0, 2, 0x68, 0xce };
static const uint8_t sim_asc[] = { 0xaf, 0, 0x11, 0x90 };

static void
sim_headers(struct sim *s, struct encoder *e)
{
	struct channel_source *cs = &s->ch->source[e->id];
	static const uint8_t meta[] = "\x02\x00\x0aonMetaData\x08\0\0\0\0\0\0\x09";

	source_push(&cs->src, sim_packet(cs->arena, MSG_DATA, e->start, meta,
	    sizeof(meta) - 1, NULL), s->now);
	source_push(&cs->src, sim_packet(cs->arena, MSG_VIDEO, e->start,
	    sim_avcc, sizeof(sim_avcc), NULL), s->now);
	source_push(&cs->src, sim_packet(cs->arena, MSG_AUDIO, e->start,
	    sim_asc, sizeof(sim_asc), NULL), s->now);
	e->announced = true;
}

static void
sim_video(struct sim *s, struct encoder *e, int64_t dts)
{
	struct channel_source *cs = &s->ch->source[e->id];
	struct stamp st = { (uint32_t)e->id, e->epoch, (uint32_t)e->frames, dts };
	bool key = e->frames % (unsigned)e->gop == 0;
	int frame = (int)(1000 / e->fps);
	/* groups of reorder + 1 frames: the first is shown last */
	int in_group = e->reorder ? (int)((e->frames % (unsigned)e->gop + (unsigned)e->reorder) %
	    (unsigned)(e->reorder + 1)) : 0;
	int cts = e->reorder == 0 ? 0 : key ? frame :
	    in_group == 0 ? frame * (e->reorder + 1) : 0;
	uint8_t head[] = { key ? 0x17 : 0x27, 1, (uint8_t)(cts >> 16),
	    (uint8_t)(cts >> 8), (uint8_t)cts, 0, 0, 0, 1 + sizeof(st),
	    key ? 0x65 : 0x41 };

	source_push(&cs->src, sim_packet(cs->arena, MSG_VIDEO,
	    (uint32_t)dts + e->start, head, sizeof(head), &st), s->now);
}

static void
sim_audio(struct sim *s, struct encoder *e, int64_t dts)
{
	struct channel_source *cs = &s->ch->source[e->id];
	struct stamp st = { (uint32_t)e->id, e->epoch,
	    (uint32_t)e->samples_frames, dts };
	uint8_t head[] = { 0xaf, 1 };

	source_push(&cs->src, sim_packet(cs->arena, MSG_AUDIO,
	    (uint32_t)dts + e->start, head, sizeof(head), &st), s->now);
}

/* Everything that the encoder made since, interleaved by time. */
static void
sim_deliver(struct sim *s, struct encoder *e)
{
	double t = (double)(s->now - e->held_ms - e->began) * e->speed;
	int64_t v, a;

	if (s->now < e->next_batch)
		return;
	e->next_batch = s->now + e->batch_ms;
	if (!e->up)
		return;
	if (!e->announced)
		sim_headers(s, e);
	for (;;) {
		v = (int64_t)((double)e->frames * 1000 / e->fps);
		a = (int64_t)((double)e->samples_frames * 1024000 / e->rate);
		if ((double)(v < a ? v : a) > t)
			return;
		if (v <= a) {
			if (e->video)
				sim_video(s, e, v);
			e->frames++;
		} else {
			if (e->audio)
				sim_audio(s, e, a);
			e->samples_frames++;
		}
	}
}

static void
sim_take(struct sim *s)
{
	struct fanout_log *log = &s->ch->log;
	const struct entry *e;
	struct out *o;

	for (; s->seen < log->queue.end; s->seen++) {
		e = frame_queue_at(&log->queue, s->seen);
		if (s->outs == SIM_OUT)
			abort();
		o = &s->out[s->outs++];
		o->wall = s->now;
		o->dts = e->dts;
		o->pts = e->dts + e->cts;
		o->type = e->pkt->type;
		o->flags = e->flags;
		if (e->pkt->type == MSG_VIDEO && s->now - e->dts - s->ch->splice.base > s->late)
			s->late = s->now - e->dts - s->ch->splice.base;
		memcpy(&o->stamp, e->pkt->data + e->pkt->len - sizeof(o->stamp),
		    sizeof(o->stamp));
	}
	fanout_log_trim(log, s->seen);
}

/* Lets virtual time pass: encoders deliver, the channel steps whenever it asked for it. */
static void
sim_run(struct sim *s, int64_t ms)
{
	int64_t until = s->now + ms, wake = s->now;
	int i;

	for (; s->now < until; s->now++) {
		for (i = 0; i < s->encoders; i++)
			sim_deliver(s, &s->enc[i]);
		if (s->now >= wake || s->now % 10 == 0) {
			wake = channel_step(s->ch, s->now);
			s->hurried += wake <= s->now;
			sim_take(s);
		}
	}
}

static void
sim_up(struct sim *s, int i)
{
	struct encoder *e = &s->enc[i];

	e->up = e->video = e->audio = true;
	e->announced = false;
	e->epoch++;
	e->began = s->now;
	e->frames = e->samples_frames = 0;
	e->next_batch = s->now;
}

static void
sim_init(struct sim *s, int sources, int64_t delay_ms)
{
	static const char *const names[] = { "obs", "loop", "third" };
	struct flv_fault fault;
	int i, bad;

	memset(s, 0, sizeof(*s));
	s->now = 1000000;
	s->out = calloc(SIM_OUT, sizeof(*s->out));
	strlcpy(s->spec.channel, "sim", sizeof(s->spec.channel));
	strlcpy(s->spec.mode, "auto", sizeof(s->spec.mode));
	s->spec.delay_ms = delay_ms;
	s->spec.batch_ms = sim_batch_ms;
	s->spec.stall_ms = 1500;
	s->spec.stable_ms = 5000;
	s->spec.stable_max_ms = 60000;
	s->spec.sources = s->encoders = sources;
	for (i = 0; i < sources; i++) {
		strlcpy(s->spec.source[i].name, names[i], SPEC_NAME);
		s->enc[i] = (struct encoder){ .id = i, .fps = 30,
		    .rate = 48000, .gop = 60, .speed = 1.0,
		    .batch_ms = sim_batch_ms > 0 ? SIM_READ_MS : 0 };
	}
	s->ch = channel_new(&s->spec, s->now, &bad, &fault);
	for (i = 0; i < sources; i++)
		source_connected(&s->ch->source[i].src);
}

static void
sim_free(struct sim *s)
{
	channel_free(s->ch);
	free(s->out);
}

static const char *
sim_state(struct sim *s)
{
	static char state[80];

	return channel_state(s->ch, state, sizeof(state));
}

struct verdict {
	int	cuts;
	int64_t	gap;		/* largest between video frames, ms of virtual time */
	int64_t	dts_step;	/* largest at a cut */
	int64_t	audio_gap;	/* largest hole in the audio at a cut */
	int	faults;
};

static void
sim_fault(struct verdict *v, const struct out *o, const char *what)
{
	if (v->faults++ < 5)
		printf("# at %lld ms, type %d: %s\n", (long long)o->dts, o->type, what);
}

/* What must hold for any output, whatever the sources did. */
static void
sim_judge_video(struct verdict *v, const struct out *o, const struct out *prev,
    int64_t *shown)
{
	bool cut = prev == NULL || o->stamp.source != prev->stamp.source ||
	    o->stamp.epoch != prev->stamp.epoch;

	if (prev != NULL && o->dts < prev->dts)
		sim_fault(v, o, "DTS falls");
	if (o->pts <= *shown && (cut || o->pts == *shown))
		sim_fault(v, o, "a PTS is shown twice or too late");
	if (prev != NULL && o->wall - prev->wall > v->gap)
		v->gap = o->wall - prev->wall;
	if (cut && !(o->flags & ENTRY_CUT))
		sim_fault(v, o, "another source without a cut");
	if ((o->flags & ENTRY_CUT) && !(o->flags & ENTRY_KEY))
		sim_fault(v, o, "a cut without a keyframe");
	if (cut && prev != NULL) {
		v->cuts++;
		if (o->dts - prev->dts > v->dts_step)
			v->dts_step = o->dts - prev->dts;
	}
	if (!(o->flags & ENTRY_CUT) && prev != NULL &&
	    o->stamp.number != prev->stamp.number + 1)
		sim_fault(v, o, "a frame is missing");
	if (o->pts > *shown)
		*shown = o->pts;
}

static struct verdict
sim_judge(const struct sim *s)
{
	struct verdict v = { 0 };
	const struct out *o, *video = NULL, *audio = NULL;
	int64_t shown = INT64_MIN, offset = 0;
	size_t i;

	for (i = 0; i < s->outs; i++) {
		o = &s->out[i];
		if (o->type == MSG_VIDEO) {
			sim_judge_video(&v, o, video, &shown);
			if (o->flags & ENTRY_CUT)
				offset = o->dts - o->stamp.dts;
			video = o;
		} else {
			if (audio != NULL && o->dts < audio->dts)
				sim_fault(&v, o, "audio DTS falls");
			if (audio != NULL && audio->stamp.epoch != o->stamp.epoch &&
			    o->dts - audio->dts > v.audio_gap)
				v.audio_gap = o->dts - audio->dts;
			if (audio != NULL && audio->stamp.source != o->stamp.source &&
			    o->dts - audio->dts > v.audio_gap)
				v.audio_gap = o->dts - audio->dts;
			audio = o;
		}
		if (llabs(o->dts - o->stamp.dts - offset) > 1)
			sim_fault(&v, o, "not at the offset of its cut");
	}
	return v;
}

#define FRAME	34	/* ms, rounded up, at 30 frames a second */
#define LATE	5	/* ms after its place in the timeline that a frame may leave */

/* The longest time without a frame, where it is that without batches. */
__attribute__((unused)) static int64_t
silence(int64_t gap)
{
	return sim_batch_ms > 0 ? gap + sim_batch_ms + FRAME : gap;
}

/* All encoders begin, and go on for that long. */
__attribute__((unused)) static void
all_up(struct sim *s, int64_t ms)
{
	int i;

	for (i = 0; i < s->encoders; i++)
		sim_up(s, i);
	sim_run(s, ms);
}

/* OBS and loop on the air for a while, OBS preferred. */
__attribute__((unused)) static void
begin(struct sim *s, int64_t delay_ms)
{
	sim_init(s, 2, delay_ms);
	all_up(s, 12345);
	t_str(sim_state(s), "OBS_ACTIVE");
}

/* OBS ends, and the loop is there. */
__attribute__((unused)) static void
obs_leaves(struct sim *s, int64_t ms)
{
	s->enc[0].up = false;
	sim_run(s, ms);
	t_str(sim_state(s), "LOOP_ACTIVE");
}

__attribute__((unused)) static void
check(struct sim *s, int cuts, int64_t gap)
{
	struct verdict v = sim_judge(s);

	gap = silence(gap);
	t_int(v.faults, 0);
	t_ok(s->late <= LATE);
	t_int(s->hurried, 0);
	t_int(v.cuts, cuts);
	t_ok(v.gap <= gap);
	t_ok(v.dts_step <= FRAME);
	t_ok(v.audio_gap <= 2 * 22);
	if (v.gap > gap || v.dts_step > FRAME || s->late > LATE)
		printf("# gap %lld ms, DTS step %lld ms, late by %lld ms\n", (long long)v.gap,
		    (long long)v.dts_step, (long long)s->late);
	sim_free(s);
}

#endif
