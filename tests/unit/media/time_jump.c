/* SPDX-License-Identifier: ISC */
#include "source_stage.h"

static int64_t clock_ms;	/* when the next frame arrives */

/* So many frames of 40 ms of both tracks whose clocks are ahead of the first one's by so much; or of one of them. */
static void
media(int n, int64_t video, int64_t audio)
{
	for (; n > 0; n--, clock_ms += 40) {
		if (video != INT64_MIN)
			push(MSG_VIDEO, clock_ms % 1000 == 0 ? idr : inter, sizeof(idr), clock_ms + video, clock_ms);
		if (audio != INT64_MIN)
			PUSH(MSG_AUDIO, aac, clock_ms + audio, clock_ms);
	}
}

static void
begin_media(void)
{
	begin();
	clock_ms = 1000;
	headers(clock_ms);
	media(100, 0, 0);
}

/* The frames of both tracks are as far apart as ever. */
static void
is_even(void)
{
	const struct frame_queue *q;
	uint64_t n;
	int t;

	for (t = TRACK_VIDEO; t <= TRACK_AUDIO; t++) {
		q = &src.track[t].queue;
		for (n = q->first + 1; n < q->end; n++)
			if (!t_int(frame_queue_at(q, n)->dts - frame_queue_at(q, n - 1)->dts, 40))
				printf("# frame %llu of track %d\n", (unsigned long long)n, t);
	}
}

static void
both_tracks_go_on_after_a_jump(void)
{
	static const int64_t jumps[] = { 2000, 90, 2900, -200, -90, -300 };
	size_t i;

	for (i = 0; i < nitems(jumps); i++) {
		begin_media();
		media(100, jumps[i], jumps[i]);
		is_even();
		t_int(src.epoch, 1);
		t_int(src.jumps, 1);
		t_int(src.track[TRACK_VIDEO].queue.end, 200);
		t_int(src.key_gap, 1000);
		t_int(source_check(&src, clock_ms), SOURCE_HEALTHY);
		t_int(source_late_ms(&src, TRACK_VIDEO, clock_ms - 40), 0);
		media(100, jumps[i] + 1000, jumps[i] + 1000);
		is_even();
		t_int(src.jumps, 2);
		end();
	}
}

/* Audio follows some frames later, and to less than its own frame at the same place. */
static void
the_tracks_need_not_jump_at_once(void)
{
	begin_media();
	media(5, 1000, 0);
	media(50, 1000, 1010);
	t_int(src.jumps, 1);
	t_int(src.track[TRACK_VIDEO].edge, clock_ms - 40);
	t_int(src.track[TRACK_AUDIO].edge, clock_ms - 40 + 10);
	end();
	begin_media();
	media(5, 1010, 0);
	media(50, 1010, 1000);
	t_int(src.track[TRACK_VIDEO].edge, clock_ms - 40 + 10);
	t_int(src.track[TRACK_AUDIO].edge, clock_ms - 40);
	end();
	begin_media();		/* and again, at once */
	media(1, 250, 250);
	media(30, 0, 0);
	t_int(src.jumps, 2);
	is_even();
	end();
}

static void
a_keyframe_may_be_between_the_jumps(void)
{
	begin_media();		/* the next picture is a keyframe */
	media(5, 1000, 0);
	media(1, 1000, 1000);
	t_int(src.jumps, 1);
	t_int(src.key_dts, 5000);
	t_int(src.key_gap, 1000);
	end();
}

/* Other amounts, or one long after the other, are two jumps of one track each. */
static void
jumps_that_differ_are_no_jump_of_the_clock(void)
{
	begin_media();
	media(5, 1000, 0);
	media(5, 1000, 1200);
	t_int(src.jumps, 0);
	end();
	begin_media();
	media(5, 1200, 0);
	media(5, 1200, 1000);
	t_int(src.jumps, 0);
	end();
	begin_media();
	media(50, 1000, 0);
	media(5, 1000, 1000);
	t_int(src.jumps, 0);
	end();
}

/* What was known of how late frames are is known after it. */
static void
lateness_is_that_of_before(void)
{
	begin_media();
	clock_ms += 60;		/* from now on all is late */
	media(50, 1000 - 60, 1000 - 60);
	t_int(src.jumps, 1);
	t_int(source_late_ms(&src, TRACK_VIDEO, clock_ms - 40), 60);
	t_int(source_late_ms(&src, TRACK_AUDIO, clock_ms - 40), 60);
	end();
}

/* One track alone, ahead: it is played as it says. The frames are there, and so is the hole. */
static void
one_track_ahead_is_its_own_business(void)
{
	begin_media();
	media(50, 1000, 0);
	t_int(src.jumps, 0);
	t_int(src.track[TRACK_VIDEO].edge, clock_ms - 40 + 1000);
	t_int(src.track[TRACK_VIDEO].queue.end, 150);
	end();
}

/* One track alone, back: what repeats its time is left out; video goes on with a keyframe. */
static void
one_track_back_is_left_out_until_its_time_is_new(void)
{
	const struct frame_queue *q = &src.track[TRACK_AUDIO].queue;

	begin_media();
	media(50, 0, -200);
	t_int(src.jumps, 0);
	t_int(q->end, 150 - 5 + SOURCE_STILL_FRAMES);
	t_int(frame_queue_at(q, q->end - 1)->dts, clock_ms - 40 - 200);
	end();
	begin_media();
	media(3, 0, -200);	/* and then no sound for a while: its time is that of before */
	media(15, 0, INT64_MIN);
	t_int(src.track[TRACK_AUDIO].edge, 4960);
	end();
	begin_media();
	media(10, -200, 0);
	t_ok(!src.has_key);
	media(25, -200, 0);
	t_ok(src.has_key);
	t_int(src.epoch, 1);
	end();
}

/* A frame with a wrong time, and a hole that the arrival shows, too. */
static void
slips_and_holes_are_no_jumps(void)
{
	begin_media();
	media(1, -200, -200);
	t_int(src.jumps, 1);		/* not known yet */
	media(30, 0, 0);
	t_int(src.jumps, 2);
	is_even();
	end();
	begin_media();
	media(1, -200, 0);
	media(30, 0, 0);
	t_int(src.jumps, 0);
	t_int(src.track[TRACK_VIDEO].queue.end, 131);
	end();
	begin_media();
	clock_ms += 1000;
	media(30, 0, 0);
	t_int(src.jumps, 0);
	t_int(src.track[TRACK_VIDEO].edge, clock_ms - 40);
	end();
}

static void
a_film_of_ours_has_no_jumps(void)
{
	begin_media();
	src.local = true;
	media(10, 2000, 2000);
	t_int(src.jumps, 0);
	end();
}

T_MAIN(
	{ "both_tracks_go_on_after_a_jump", both_tracks_go_on_after_a_jump },
	{ "the_tracks_need_not_jump_at_once", the_tracks_need_not_jump_at_once },
	{ "a_keyframe_may_be_between_the_jumps", a_keyframe_may_be_between_the_jumps },
	{ "jumps_that_differ_are_no_jump_of_the_clock", jumps_that_differ_are_no_jump_of_the_clock },
	{ "lateness_is_that_of_before", lateness_is_that_of_before },
	{ "one_track_ahead_is_its_own_business", one_track_ahead_is_its_own_business },
	{ "one_track_back_is_left_out_until_its_time_is_new", one_track_back_is_left_out_until_its_time_is_new },
	{ "slips_and_holes_are_no_jumps", slips_and_holes_are_no_jumps },
	{ "a_film_of_ours_has_no_jumps", a_film_of_ours_has_no_jumps },
)
