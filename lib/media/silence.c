/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "media/silence.h"
#include "media/source.h"

#define FRAME_SAMPLES	1024

#define JUMP_MS		80	/* the clock of the pictures jumped: as in time_jump.c */
#define GAP_MS		3000	/* after so long without a picture the silence begins anew */

/*
 * AudioSpecificConfig (ISO 14496-3, 1.6.2.1) of AAC-LC, with the extension that says that there is no SBR, and a raw
 * data block of silence. They are what the encoder of FFmpeg makes: ffmpeg -f lavfi -i anullsrc=r=RATE:cl=LAYOUT -t 1
 * -c:a aac -f flv; each frame is the same.
 */
static const struct silence_format {
	uint32_t	rate;
	uint8_t		config[5];
	uint8_t		frame[6];
	size_t		len;
} formats[] = {
	{ 48000, { 0x11, 0x90, 0x56, 0xe5, 0x00 }, { 0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c }, 6 },
	{ 44100, { 0x12, 0x10, 0x56, 0xe5, 0x00 }, { 0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c }, 6 },
	{ 48000, { 0x11, 0x88, 0x56, 0xe5, 0x00 }, { 0x01, 0x18, 0x20, 0x07 }, 4 },
	{ 44100, { 0x12, 0x08, 0x56, 0xe5, 0x00 }, { 0x01, 0x18, 0x20, 0x07 }, 4 },
};

void
silence_init(struct silence *sl, const struct fanout_log *log, struct arena *arena)
{
	memset(sl, 0, sizeof(*sl));
	sl->log = log;
	sl->arena = arena;
}

void
silence_connected(struct silence *sl)
{
	sl->format = NULL;
	sl->begun = false;
}

/* The format of the sound that went out last. */
static const struct silence_format *
format_on_air(const struct fanout_log *log)
{
	const struct frame_queue *q = &log->queue;
	const struct packet *p = NULL;
	size_t i;

	if (q->end > q->first && frame_queue_at(q, q->end - 1)->headers != NULL)
		p = frame_queue_at(q, q->end - 1)->headers->part[TRACK_AUDIO];
	for (i = 0; p != NULL && i < nitems(formats); i++)
		if (p->len >= 4 && p->data[0] >> 4 == 10 && memcmp(p->data + 2, formats[i].config, 2) == 0)
			return &formats[i];
	return &formats[0];
}

/* kind: 0 is a sequence header, 1 a raw data block (FLV 10.1 E.4.2.1). */
static void
push(const struct silence *sl, struct source *src, uint8_t kind, const uint8_t *data, size_t len, uint32_t time,
    int64_t now)
{
	struct packet *p = packet_new(sl->arena, MSG_AUDIO, time, (uint32_t)len + 2);

	if (p == NULL) {
		src->dropped++;
		return;
	}
	p->data[0] = 0xaf;
	p->data[1] = kind;
	memcpy(p->data + 2, data, len);
	source_push(src, p, now);
	src->bytes -= len + 2;		/* they did not arrive */
}

static uint32_t
frame_time(const struct silence *sl)
{
	return sl->begin + (uint32_t)(sl->frames * FRAME_SAMPLES * 1000 / sl->format->rate);
}

/* The silence follows the clock of the pictures: where that jumps, both tracks make the same jump. */
static void
follow(struct silence *sl, uint32_t time, int64_t now)
{
	int32_t by = (int32_t)(time - sl->picture);

	if (!sl->begun || by > GAP_MS || by < -GAP_MS) {
		sl->begun = true;
		sl->begin = time;
		sl->frames = 0;
		by = 0;
	} else if (by < -JUMP_MS || (by - sl->step > JUMP_MS && by - (now - sl->arrived) > JUMP_MS))
		sl->begin += (uint32_t)(by - sl->step);
	else if (by > 0)
		sl->step = by;
	sl->picture = time;
	sl->arrived = now;
}

void
silence_push(struct silence *sl, struct source *src, struct packet *p, int64_t now)
{
	bool first = sl->format == NULL;
	struct frame f;

	if (sl->log == NULL || p->type == MSG_DATA) {
		source_push(src, p, now);
		return;
	}
	if (p->type == MSG_AUDIO) {
		src->bytes += p->len;
		src->dropped++;
		packet_unref(p);
		return;
	}
	f = frame_parse(p->type, p->data, p->len);
	if (first)
		sl->format = format_on_air(sl->log);
	if (first || f.kind == FRAME_KEY)
		push(sl, src, 0, sl->format->config, sizeof(sl->format->config), p->time, now);
	if (f.kind == FRAME_KEY || f.kind == FRAME_INTER) {
		follow(sl, p->time, now);
		for (; (int32_t)(p->time - frame_time(sl)) >= 0; sl->frames++)
			push(sl, src, 1, sl->format->frame, sl->format->len, frame_time(sl), now);
	}
	source_push(src, p, now);
}
