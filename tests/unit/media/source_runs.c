/* SPDX-License-Identifier: ISC */
/* What is one run, and what is another: "Runs" of SOURCES in lsctl(7). */
#include "source_stage.h"

/* "A new one begins [...] where a track's time falls by more than 300 ms or rises by 3 seconds more than the clock
 * did." */
static void
time_may_fall_a_little(void)
{
	static const int64_t falls[] = { 300, 301 };
	size_t i;

	for (i = 0; i < nitems(falls); i++) {
		begin();
		headers(1000);
		second(5000, 1000);
		PUSH(MSG_VIDEO, inter, 5960 - falls[i], 2000);
		t_int(src.epoch, 1 + i);
		end();
		begin();
		headers(1000);
		second(5000, 1000);
		PUSH(MSG_AUDIO, aac, 5960 - falls[i], 2000);
		t_int(src.epoch, 1 + i);
		end();
	}
}

static void
time_may_rise_with_the_clock_and_a_little_more(void)
{
	static const int64_t waits[] = { 40, 1400 };
	size_t i;
	int more;

	for (i = 0; i < nitems(waits); i++)
		for (more = 0; more < 2; more++) {
			begin();
			headers(1000);
			second(0, 1000);
			PUSH(MSG_VIDEO, inter, 960 + waits[i] + 3000 + more, 1960 + waits[i]);
			t_int(src.epoch, 1 + more);
			end();
		}
}

/*
 * "a publisher announces itself again: metadata, then other headers": with media between the two it does not, and an
 * encoder that changes its picture later stays on the air.
 */
static void
metadata_alone_announces_nobody(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	PUSH(MSG_DATA, meta, 1000, 2000);
	second(1000, 2000);
	PUSH(MSG_VIDEO, avcc2, 2000, 3000);
	second(2000, 3000);
	t_int(src.epoch, 1);
	t_int(source_check(&src, 4000), SOURCE_HEALTHY);
	end();
}

static void
breaks_of_what_was_decodable_are_counted(void)
{
	begin();
	t_int(src.epoch, 1);
	t_int(src.breaks, 0);		/* a connection breaks nothing */
	headers(1000);
	PUSH(MSG_AUDIO, aac, 5000, 1000);
	PUSH(MSG_AUDIO, aac, 0, 1000);	/* nothing could be shown of it */
	t_int(src.epoch, 2);
	t_int(src.breaks, 0);
	second(0, 1000);
	second(9000, 2000);
	t_int(src.epoch, 3);
	t_int(src.breaks, 1);
	end();
}

/* Each connection brings its own headers. */
static void
a_connection_begins_with_nothing(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	source_ended(&src);
	source_connected(&src);
	t_int(source_check(&src, 2000), SOURCE_ABSENT);
	t_ok(src.headers == NULL);
	t_int(src.track[TRACK_VIDEO].queue.end - src.track[TRACK_VIDEO].queue.first, 0);
	second(0, 2000);
	t_int(src.track[TRACK_VIDEO].queue.end - src.track[TRACK_VIDEO].queue.first, 0);
	headers(3000);
	second(1000, 3000);
	t_int(src.track[TRACK_VIDEO].queue.end - src.track[TRACK_VIDEO].queue.first, 25);
	end();
}

/* Media after the stream's end, on the same connection: somebody publishes again. */
static void
media_after_the_end_is_a_new_run(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	source_ended(&src);
	t_int(source_check(&src, 2000), SOURCE_ENDED);
	second(1000, 2000);		/* its time goes on, as if nothing had been */
	t_int(src.epoch, 2);
	t_int(source_check(&src, 3000), SOURCE_PROVING);
	end();
}

/* A new run has a pace of its own. */
static void
each_run_has_its_own_pace(void)
{
	begin();
	headers(1000);
	second(5000, 1000);		/* its clock is 4 s ahead of ours */
	t_int(source_due(&src, 6000), 2000 + 2000);
	second(0, 2000);		/* and now 2 s behind */
	t_int(source_due(&src, 1000), 3000 + 2000);
	t_int(source_check(&src, 3000), SOURCE_PROVING);
	end();
}

/* What must never reach a decoder, or a destination. */
static void
what_is_broken_or_too_much_is_dropped(void)
{
	static const uint8_t cut[] = { 0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xff, 0xe1, 0, 4, 0x67 };
	static const uint8_t second_track[] = { 0xa6, 0x01, 'a', 'v', 'c', '1', 1, 0, 0, 0, 0, 0, 0, 2, 0x41, 0x88 };
	uint64_t dropped;

	begin();
	PUSH(MSG_VIDEO, cut, 0, 1000);
	t_int(src.dropped, 1);
	t_ok(src.headers == NULL);
	headers(1000);
	second(0, 1000);
	dropped = src.dropped;
	PUSH(MSG_VIDEO, second_track, 1000, 2000);
	t_int(src.dropped, dropped + 1);
	t_int(src.track[TRACK_VIDEO].queue.end, 25);
	end();
}

/* Each track needs the header of its own. */
static void
one_tracks_header_is_not_the_others(void)
{
	begin();
	PUSH(MSG_VIDEO, avcc, 0, 1000);
	second(0, 1000);
	t_int(src.track[TRACK_VIDEO].queue.end, 25);
	t_int(src.track[TRACK_AUDIO].queue.end, 0);
	PUSH(MSG_AUDIO, asc, 1000, 2000);
	second(1000, 2000);
	t_int(src.track[TRACK_AUDIO].queue.end, 25);
	end();
}

static void
a_run_is_decodable_from_its_first_keyframe(void)
{
	begin();
	headers(1000);
	PUSH(MSG_VIDEO, inter, 0, 1000);
	PUSH(MSG_VIDEO, inter, 40, 1040);
	t_int(src.track[TRACK_VIDEO].queue.end, 0);
	PUSH(MSG_VIDEO, idr, 80, 1080);
	PUSH(MSG_VIDEO, inter, 120, 1120);
	t_int(src.track[TRACK_VIDEO].queue.end, 2);
	t_int(src.dropped, 2);
	end();
}

static void
what_is_held_is_bounded_in_bytes(void)
{
	static uint8_t big[9 + 4000] = { 0x27, 1, 0, 0, 0, 0, 0, 0x0f, 0xa0, 0x41 };
	size_t bytes, most = 0;
	int i;

	begin();
	src.lim.max_bytes = 100000;
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	for (i = 1; i < 200; i++) {
		PUSH(MSG_VIDEO, big, i * 40, 1000 + i * 40);
		PUSH(MSG_AUDIO, aac, i * 40, 1000 + i * 40);
		bytes = src.track[TRACK_VIDEO].queue.bytes + src.track[TRACK_AUDIO].queue.bytes;
		most = bytes > most ? bytes : most;
	}
	t_ok(most > 90000 && most <= 100000 + 2 * (sizeof(big) + 500));
	end();
}

/* A server may send data messages of one byte, and metadata that differs each time: all of that is memory. */
static void
what_is_held_is_bounded_in_memory(void)
{
	static uint8_t name[60000] = "\x02\x00\x0aonMetaData\x02\xea\x00";
	static const uint8_t byte[1];
	size_t most = 0, really;
	int i;

	begin();
	src.lim.max_bytes = 1000000;
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	for (i = 0; i < 100000; i++) {
		if (i > 90000) {
			put_be32(name + 100, (uint32_t)i);
			PUSH(MSG_DATA, name, 40, 1000);
		}
		PUSH(MSG_DATA, byte, 40, 1000);
		really = arena_mapped(arena) + src.track[TRACK_DATA].queue.cap * sizeof(struct entry);
		most = really > most ? really : most;
	}
	t_ok(most > 500000 && most < 4000000);
	end();
}

/* Audio from a second before the keyframe that a cut may start at is kept, and no more. */
static void
sound_is_kept_from_a_second_before_the_keyframe(void)
{
	const struct frame_queue *a = &src.track[TRACK_AUDIO].queue;
	int i;

	begin();
	headers(1000);
	for (i = 0; i < 10; i++)
		second(i * 1000, 1000 + i * 1000);
	t_int(frame_queue_at(&src.track[TRACK_VIDEO].queue, src.track[TRACK_VIDEO].queue.first)->dts, 7000);
	t_int(frame_queue_at(a, a->first)->dts, 6000);
	end();
}

/* On the air, what was not played yet stays, though a cut could not use it: sound may lag behind the picture. */
static void
what_is_still_to_be_played_stays(void)
{
	const struct frame_queue *a = &src.track[TRACK_AUDIO].queue, *v = &src.track[TRACK_VIDEO].queue;
	int i;

	begin();
	headers(1000);
	src.on_air = true;
	for (i = 0; i < 10; i++) {
		second(i * 1000, 1000 + i * 1000);
		src.track[TRACK_VIDEO].at = v->end - 10;
		src.track[TRACK_AUDIO].at = i < 3 ? 0 : (unsigned)i * 25 - 75;	/* 3 s behind */
	}
	t_ok(frame_queue_has(a, src.track[TRACK_AUDIO].at));
	t_ok(a->first > 0);		/* what was played goes */
	t_int(frame_queue_at(v, v->first)->dts, 8000);
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(time_may_fall_a_little),
	T(time_may_rise_with_the_clock_and_a_little_more),
	T(metadata_alone_announces_nobody),
	T(breaks_of_what_was_decodable_are_counted),
	T(a_connection_begins_with_nothing),
	T(media_after_the_end_is_a_new_run),
	T(each_run_has_its_own_pace),
	T(what_is_broken_or_too_much_is_dropped),
	T(one_tracks_header_is_not_the_others),
	T(a_run_is_decodable_from_its_first_keyframe),
	T(what_is_held_is_bounded_in_bytes),
	T(what_is_held_is_bounded_in_memory),
	T(sound_is_kept_from_a_second_before_the_keyframe),
	T(what_is_still_to_be_played_stays),
)
