/* SPDX-License-Identifier: ISC */
#include "source_stage.h"

static const uint8_t sps[] = { 0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x67, 66 }, sei[] = { 0x27, 1, 0, 0, 0, 0, 0, 0, 2, 6, 5 },
    later[] = { 0x27, 1, 0, 0, 0, 0, 0, 0, 2, 0x41, 0x40 }, idr_later[] = { 0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x65, 0x40 };

static const struct entry *
newest(void)
{
	const struct frame_queue *q = &src.track[TRACK_VIDEO].queue;

	return frame_queue_at(q, q->end - 1);
}

/* Each NAL unit in a message: parameter sets with the mark of a keyframe first, two slices, SEI before each picture. */
static void
apart(int64_t time, int64_t now)
{
	int i;

	for (i = 0; i < 25; i++) {
		if (i == 0) {
			PUSH(MSG_VIDEO, sps, time, now);
			PUSH(MSG_VIDEO, idr, time, now);
			PUSH(MSG_VIDEO, idr_later, time, now);
		} else {
			PUSH(MSG_VIDEO, sei, time + i * 40, now + i * 40);
			PUSH(MSG_VIDEO, inter, time + i * 40, now + i * 40);
			PUSH(MSG_VIDEO, later, time + i * 40, now + i * 40);
		}
		PUSH(MSG_AUDIO, aac, time + i * 40, now + i * 40);
	}
}

static void
messages_of_one_picture_are_one_frame(void)
{
	const struct frame_queue *q = &src.track[TRACK_VIDEO].queue;
	int64_t i;

	begin();
	headers(1000);
	for (i = 0; i < 4; i++)		/* before the first keyframe, all of it is left out */
		PUSH(MSG_VIDEO, sei, 0, 1000);
	src.dropped = 0;
	for (i = 0; i < 3; i++)
		apart(i * 1000, 1000 + i * 1000);
	t_int(q->end, 75);
	t_int(src.epoch, 1);
	t_int(src.dropped, 1);		/* parameter sets before the first keyframe, which the header has */
	t_int(source_check(&src, 4000), SOURCE_HEALTHY);
	t_int(src.key_gap, 1000);
	t_int(src.gop.last_frames, 25);
	t_mem(frame_queue_at(q, 50)->pkt->data, "\x17\1\0\0\0" "\0\0\0\2\x67\x42" "\0\0\0\2\x65\x88" "\0\0\0\2\x65\x40", 23);
	t_int(frame_queue_at(q, 50)->flags, ENTRY_KEY);
	t_int(frame_queue_at(q, 51)->flags, 0);
	t_int(frame_queue_at(q, 51)->pkt->len, 23);
	t_int(frame_queue_at(q, 51)->dts, 2040);
	end();
}

/* SEI after the headers that are repeated at a keyframe is no picture of another publisher. */
static void
what_has_no_slice_is_no_picture_after_headers(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	headers(2000);
	PUSH(MSG_VIDEO, sei, 1000, 2000);
	PUSH(MSG_VIDEO, idr, 1000, 2000);
	t_int(src.epoch, 1);
	t_int(newest()->flags, ENTRY_KEY);
	t_int(newest()->pkt->len, 5 + 6 + 6);
	t_int(newest()->pkt->data[0], 0x17);
	headers(2040);
	PUSH(MSG_VIDEO, sei, 1040, 2040);
	PUSH(MSG_VIDEO, inter, 1040, 2040);
	t_int(src.epoch, 2);
	end();
}

/* Two pictures of one time, another composition time, another time, and a picture that went out stay apart. */
static void
other_pictures_stay_apart(void)
{
	static const uint8_t shown_later[] = { 0x27, 1, 0, 0, 40, 0, 0, 0, 2, 0x41, 0x40 };
	const struct frame_queue *q = &src.track[TRACK_VIDEO].queue;

	begin();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	PUSH(MSG_VIDEO, inter, 0, 1000);
	t_int(q->end, 2);
	PUSH(MSG_VIDEO, inter, 40, 1040);
	PUSH(MSG_VIDEO, shown_later, 40, 1040);
	t_int(q->end, 4);
	PUSH(MSG_VIDEO, later, 80, 1080);
	t_int(q->end, 5);
	src.on_air = true;
	src.track[TRACK_VIDEO].at = 5;
	PUSH(MSG_VIDEO, later, 80, 1080);
	t_int(q->end, 6);
	src.on_air = false;
	PUSH(MSG_VIDEO, inter, 120, 1120);
	PUSH(MSG_VIDEO, sei, 120, 1120);	/* belongs to the one before */
	t_int(q->end, 7);
	PUSH(MSG_VIDEO, inter, 120, 1120);
	t_int(q->end, 8);
	end();
}

/* A keyframe under headers of its own: a decoder must have those first. */
static void
what_has_other_headers_is_another_picture(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	PUSH(MSG_VIDEO, sei, 1000, 2000);
	PUSH(MSG_VIDEO, avcc2, 1000, 2000);
	PUSH(MSG_VIDEO, idr, 1000, 2000);
	t_int(newest()->pkt->len, sizeof(idr));
	t_mem(newest()->headers->part[TRACK_VIDEO]->data, avcc2, sizeof(avcc2));
	end();
}

/* The last message of a stream is still to be played when the next one begins at its time, with a keyframe of its own. */
static void
a_new_run_begins_with_its_own_picture(void)
{
	uint64_t n;

	begin();
	headers(1000);
	src.on_air = true;
	second(0, 1000);
	PUSH(MSG_VIDEO, sei, 1000, 2000);
	source_ended(&src);
	PUSH(MSG_VIDEO, idr, 1000, 2000);
	t_int(src.epoch, 2);
	t_ok(source_key_before(&src, 2000, &n));
	t_int(newest()->epoch, 2);
	end();
}

/* A sender that never ends a picture gets no more than some copies and a bounded one. */
static void
a_picture_has_an_end(void)
{
	const struct frame_queue *q = &src.track[TRACK_VIDEO].queue;
	int i;

	begin();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	for (i = 0; i < 1000; i++)
		PUSH(MSG_VIDEO, later, 0, 1000);
	t_int(q->end, 1);
	t_int(newest()->pkt->len, 5 + 6 * ACCESS_UNIT_PARTS);
	t_int(src.dropped, 1000 - ACCESS_UNIT_PARTS + 1);
	end();
	begin();		/* nor before its first keyframe */
	headers(1000);
	for (i = 0; i < 1000; i++)
		PUSH(MSG_VIDEO, sei, 0, 1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	t_int(q->end, 0);
	end();
}

T_MAIN(
	{ "messages_of_one_picture_are_one_frame", messages_of_one_picture_are_one_frame },
	{ "what_has_no_slice_is_no_picture_after_headers", what_has_no_slice_is_no_picture_after_headers },
	{ "other_pictures_stay_apart", other_pictures_stay_apart },
	{ "what_has_other_headers_is_another_picture", what_has_other_headers_is_another_picture },
	{ "a_new_run_begins_with_its_own_picture", a_new_run_begins_with_its_own_picture },
	{ "a_picture_has_an_end", a_picture_has_an_end },
)
