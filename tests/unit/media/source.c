/* SPDX-License-Identifier: ISC */
#include "source_stage.h"

static void
health_is_told_apart(void)
{
	begin();
	t_int(source_check(&src, 1000), SOURCE_ABSENT);
	headers(1000);
	t_int(source_check(&src, 1000), SOURCE_ABSENT);
	PUSH(MSG_AUDIO, aac, 0, 1000);
	t_int(source_check(&src, 1000), SOURCE_NO_VIDEO);
	PUSH(MSG_VIDEO, inter, 0, 1000);
	t_int(source_check(&src, 1000), SOURCE_NO_KEYFRAME);
	PUSH(MSG_VIDEO, idr, 40, 1040);
	t_int(source_check(&src, 1040), SOURCE_PROVING);
	second(80, 1080);
	second(1080, 2080);
	t_int(source_check(&src, 3080), SOURCE_HEALTHY);
	t_int(source_stable_ms(&src, 3080), 2080);
	t_int(source_check(&src, 4500), SOURCE_HEALTHY);
	t_int(source_check(&src, 4800), SOURCE_VIDEO_STALLED);
	t_int(source_stable_ms(&src, 4800), 0);
	source_ended(&src);
	t_int(source_check(&src, 4800), SOURCE_ENDED);
	end();
}

static void
frames_without_their_header_are_dropped(void)
{
	uint64_t n;

	begin();
	PUSH(MSG_VIDEO, idr, 0, 1000);
	PUSH(MSG_AUDIO, aac, 0, 1000);
	t_int(src.track[TRACK_VIDEO].queue.end, 0);
	t_int(src.track[TRACK_AUDIO].queue.end, 0);
	t_ok(!source_key_before(&src, 9000, &n));
	t_int(src.dropped, 2);
	end();
}

static void
garbage_is_dropped(void)
{
	static const uint8_t none[] = { 0 }, half[] = { 0x17, 1 };

	begin();
	headers(1000);
	PUSH(MSG_VIDEO, none, 0, 1000);
	PUSH(MSG_VIDEO, half, 0, 1000);
	push(MSG_VIDEO, NULL, 0, 0, 1000);
	push(MSG_AUDIO, NULL, 0, 0, 1000);
	t_int(src.track[TRACK_VIDEO].queue.end, 0);
	end();
}

static void
repeated_header_changes_nothing(void)
{
	struct codec_headers *pre;

	begin();
	headers(1000);
	second(0, 1000);
	pre = src.headers;
	PUSH(MSG_VIDEO, avcc, 1000, 2000);	/* some encoders send it with each keyframe */
	PUSH(MSG_AUDIO, asc, 1000, 2000);
	second(1000, 2000);
	t_ok(src.headers == pre);
	t_int(src.epoch, 1);
	end();
}

static void
changed_header_rides_on_what_follows(void)
{
	const struct frame_queue *l = &src.track[TRACK_VIDEO].queue;

	begin();
	headers(1000);
	second(0, 1000);
	PUSH(MSG_VIDEO, avcc2, 1000, 2000);
	second(1000, 2000);
	t_int(src.epoch, 1);
	t_ok(frame_queue_at(l, 24)->headers->part[TRACK_VIDEO] !=
	    frame_queue_at(l, 25)->headers->part[TRACK_VIDEO]);
	t_ok(frame_queue_at(l, 24)->headers->part[TRACK_AUDIO] ==
	    frame_queue_at(l, 25)->headers->part[TRACK_AUDIO]);
	end();
}

static void
new_publisher_is_a_new_run(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	PUSH(MSG_DATA, meta, 0, 2000);	/* announced again, times go on: SRS "full" */
	PUSH(MSG_VIDEO, avcc2, 0, 2000);
	PUSH(MSG_AUDIO, asc, 0, 2000);
	second(1010, 2000);
	t_int(src.epoch, 2);
	t_int(frame_queue_at(&src.track[TRACK_VIDEO].queue,
	    src.track[TRACK_VIDEO].queue.first)->epoch, 2);
	end();
}

/* WHIP gateways and hardware repeat all of it with each keyframe. A picture that is no keyframe is another publisher's. */
static void
the_same_headers_before_a_keyframe_announce_nobody(void)
{
	int i;

	begin();
	headers(1000);
	second(0, 1000);
	for (i = 1; i <= 3; i++) {
		headers(1000 * (i + 1));
		PUSH(MSG_AUDIO, aac, 1000 * i, 1000 * (i + 1));
		second(1000 * i, 1000 * (i + 1));
	}
	t_int(src.epoch, 1);
	t_int(src.breaks, 0);
	t_int(source_check(&src, 5000), SOURCE_HEALTHY);
	headers(5000);
	PUSH(MSG_VIDEO, inter, 4000, 5000);
	t_int(src.epoch, 2);
	t_ok(!src.has_key);
	end();
}

static void
next_file_is_the_same_run(void)
{
	begin();
	src.local = true;
	headers(1000);
	second(0, 1000);
	PUSH(MSG_DATA, meta, 1000, 2000);
	PUSH(MSG_VIDEO, avcc2, 1000, 2000);
	second(1000, 2000);
	t_int(src.epoch, 1);
	t_mem(src.headers->part[TRACK_VIDEO]->data, avcc2, sizeof(avcc2));
	end();
}

/* A cue may be announced long before its time, or have none. */
static void
data_never_breaks_a_run(void)
{
	static const uint8_t cue[] = "\x02\x00\x0aonCuePoint\x05";
	const struct frame_queue *l = &src.track[TRACK_DATA].queue;
	int i;

	begin();
	headers(1000);
	second(100000, 1000);
	for (i = 0; i < 8; i++) {
		PUSH(MSG_DATA, cue, i % 2 ? 0 : 160000, 2000 + i * 1000);
		PUSH(MSG_DATA, cue, 101000 + i * 1000, 2000 + i * 1000);
		second(101000 + i * 1000, 2000 + i * 1000);
	}
	t_int(src.epoch, 1);
	t_int(source_check(&src, 10000), SOURCE_HEALTHY);
	t_int(l->end, 16);
	t_int(frame_queue_at(l, 12)->dts, 106960);	/* goes along with the picture */
	t_int(frame_queue_at(l, 14)->dts, 107960);
	t_int(frame_queue_at(l, 15)->dts, 108000);
	end();
}

static void
time_jumps_are_seams(void)
{
	begin();
	headers(1000);
	second(100000, 1000);
	second(0, 2000);		/* back */
	t_int(src.epoch, 2);
	second(50000, 3000);		/* ahead */
	t_int(src.epoch, 3);
	second(51000, 4000);
	t_int(src.epoch, 3);
	end();
}

static void
time_wraps_without_a_seam(void)
{
	begin();
	headers(1000);
	second(0xffffffffLL - 499, 1000);
	second(0xffffffffLL + 501, 2000);
	t_int(src.epoch, 1);
	t_int(source_check(&src, 3000), SOURCE_HEALTHY);
	end();
}

static void
stall_begins_a_new_run(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	PUSH(MSG_VIDEO, inter, 1000, 5000);	/* a held-back tail, late */
	t_int(src.epoch, 2);
	PUSH(MSG_AUDIO, aac, 1000, 5000);
	t_int(source_check(&src, 5000), SOURCE_NO_KEYFRAME);
	second(1040, 5040);
	t_int(src.epoch, 2);
	end();
}

/* One frame with the time of the last is a slip; after two nothing more comes until a keyframe. */
static void
time_that_stands_still_is_not_played(void)
{
	const struct frame_queue *l = &src.track[TRACK_VIDEO].queue;
	int i;

	begin();
	headers(1000);
	second(0, 1000);
	for (i = 0; i < 20; i++)
		PUSH(MSG_VIDEO, inter, 960, 2000 + i * 40);
	t_int(l->end, 26);
	PUSH(MSG_VIDEO, inter, 1000, 2800);
	t_int(l->end, 26);
	PUSH(MSG_VIDEO, idr, 1040, 2840);
	PUSH(MSG_VIDEO, inter, 1080, 2880);
	t_int(l->end, 28);
	end();
}

/* "AF 00" alone says nothing: what plays goes on, and a new publisher's audio does not go out under the old header. */
static void
an_empty_audio_header_is_none(void)
{
	static const uint8_t empty[] = { 0xaf, 0 };

	begin();
	headers(1000);
	second(0, 1000);
	PUSH(MSG_AUDIO, empty, 1000, 2000);
	second(1000, 2000);
	t_int(src.track[TRACK_AUDIO].queue.end, 50);
	PUSH(MSG_DATA, meta, 0, 3000);
	PUSH(MSG_VIDEO, avcc2, 0, 3000);
	PUSH(MSG_AUDIO, empty, 0, 3000);
	second(2000, 3000);
	t_int(src.epoch, 2);
	t_int(src.track[TRACK_AUDIO].queue.end, 50);
	t_int(source_check(&src, 4000), SOURCE_NO_AUDIO);
	PUSH(MSG_AUDIO, asc, 3000, 4000);
	second(3000, 4000);
	t_int(src.track[TRACK_AUDIO].queue.end, 75);
	end();
}

T_MAIN(
	{ "health_is_told_apart", health_is_told_apart },
	{ "frames_without_their_header_are_dropped", frames_without_their_header_are_dropped },
	{ "garbage_is_dropped", garbage_is_dropped },
	{ "repeated_header_changes_nothing", repeated_header_changes_nothing },
	{ "changed_header_rides_on_what_follows", changed_header_rides_on_what_follows },
	{ "new_publisher_is_a_new_run", new_publisher_is_a_new_run },
	{ "the_same_headers_before_a_keyframe_announce_nobody", the_same_headers_before_a_keyframe_announce_nobody },
	{ "next_file_is_the_same_run", next_file_is_the_same_run },
	{ "data_never_breaks_a_run", data_never_breaks_a_run },
	{ "time_jumps_are_seams", time_jumps_are_seams },
	{ "time_wraps_without_a_seam", time_wraps_without_a_seam },
	{ "stall_begins_a_new_run", stall_begins_a_new_run },
	{ "time_that_stands_still_is_not_played", time_that_stands_still_is_not_played },
	{ "an_empty_audio_header_is_none", an_empty_audio_header_is_none },
)
