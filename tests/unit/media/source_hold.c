/* SPDX-License-Identifier: ISC */
#include "source_stage.h"

static void
keeps_what_a_cut_needs(void)
{
	const struct frame_queue *l = &src.track[TRACK_VIDEO].queue;
	uint64_t n;
	int i;

	begin();
	headers(1000);
	for (i = 0; i < 10; i++)
		second(i * 1000, 1000 + i * 1000);
	/* due now is what arrived 2 s ago: the GOP of second 8 */
	t_ok(source_key_before(&src, 10960, &n));
	t_int(frame_queue_at(l, n)->dts, 7000);
	t_int(frame_queue_at(l, l->first)->dts, 7000);
	t_ok(source_key_after(&src, 10960, &n));
	t_int(frame_queue_at(l, n)->dts, 8000);
	t_int(source_due(&src, 8000), 11000);
	end();
}

static void
memory_is_bounded(void)
{
	int i;

	begin();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	for (i = 1; i < 100000; i++) {	/* never another keyframe */
		PUSH(MSG_VIDEO, inter, i * 40, 1000 + i * 40);
		PUSH(MSG_AUDIO, aac, i * 40, 1000 + i * 40);
	}
	t_ok(src.track[TRACK_VIDEO].queue.end - src.track[TRACK_VIDEO].queue.first <
	    1000);
	t_ok(src.track[TRACK_AUDIO].queue.end - src.track[TRACK_AUDIO].queue.first <
	    1000);
	end();
}

/* On the air it plays on; to begin with, the next keyframe is needed. */
static void
what_was_played_goes_first(void)
{
	const struct frame_queue *l = &src.track[TRACK_VIDEO].queue;
	int i;

	begin();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	src.on_air = true;
	for (i = 1; i < 2500; i++) {
		PUSH(MSG_VIDEO, inter, i * 40, 1000 + i * 40);
		PUSH(MSG_AUDIO, aac, i * 40, 1000 + i * 40);
		src.track[TRACK_VIDEO].at = src.track[TRACK_AUDIO].at =
		    i > 50 ? (unsigned)i - 50 : 0;
		t_ok(frame_queue_has(l, src.track[TRACK_VIDEO].at));
		t_ok(l->end - l->first < 600);
	}
	t_int(src.epoch, 1);
	t_int(source_check(&src, 101000), SOURCE_HEALTHY);
	t_ok(!src.holds_key);
	PUSH(MSG_VIDEO, idr, 100000, 101000);
	t_ok(src.holds_key);
	end();
}

/* An encoder whose audio begins a second after its video: a cut waits for the keyframe that has both. */
static void
a_cut_begins_where_both_tracks_are(void)
{
	const struct frame_queue *l = &src.track[TRACK_VIDEO].queue;
	uint64_t n;
	int i;

	begin();
	headers(1000);
	for (i = 0; i < 30; i++) {
		push(MSG_VIDEO, i == 0 ? idr : inter, sizeof(idr), i * 40, 1000 + i * 40);
		t_ok(src.holds_key == (i <= 25));
		if (i >= 25)
			PUSH(MSG_AUDIO, aac, i * 40, 1000 + i * 40);
	}
	t_ok(!source_key_after(&src, 0, &n));
	t_ok(source_key_before(&src, 9000, &n));	/* all there is, when another source is lost */
	second(1200, 2200);
	t_ok(src.holds_key);
	t_ok(source_key_after(&src, 0, &n));
	t_int(frame_queue_at(l, n)->dts, 1200);
	end();
	/* as far apart as tracks are anyway */
	begin();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	PUSH(MSG_AUDIO, aac, 100, 1100);
	t_ok(src.holds_key && source_key_after(&src, 0, &n));
	end();
}

T_MAIN(
	{ "keeps_what_a_cut_needs", keeps_what_a_cut_needs },
	{ "memory_is_bounded", memory_is_bounded },
	{ "what_was_played_goes_first", what_was_played_goes_first },
	{ "a_cut_begins_where_both_tracks_are", a_cut_begins_where_both_tracks_are },
)
