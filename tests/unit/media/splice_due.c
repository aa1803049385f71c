/* SPDX-License-Identifier: ISC */
/* When the spliced stream's frames go out: the clock sentences of SPLICE in lsctl(7), and what splice.h says. */
#include "splice_stage.h"

/* "Frames are due at their time on the timeline by one clock that runs through every cut." */
static void
one_clock_runs_through_every_cut(void)
{
	size_t i;

	begin_on_air();
	cut_over(NEW, NEW_ZERO + 1000, AIR + 1000);
	play(AIR + 1500);
	cut_over(OLD, 2000, AIR + 2000);
	play(AIR + 3000);
	for (i = 0; i < outs; i++)
		if (out[i].type == MSG_VIDEO)
			t_int(out[i].wall - out[i].dts, AIR);
	t_int(last_of(OLD, MSG_VIDEO)->dts, 3000 - FRAME);
	t_int(sp.cuts, 3);
	t_int(sp.max_gap, FRAME);
	end();
}

/* How much later than at first the last picture went out; each step of it is one of 1 ms in at least 40. */
static int64_t
later(void)
{
	int64_t last = 0, when = 0, d = 0;
	size_t i;

	for (i = 0; i < outs; i++) {
		if (out[i].type != MSG_VIDEO)
			continue;
		d = out[i].wall - out[i].dts - AIR;
		if (d != last) {
			t_ok(llabs(d - last) <= (out[i].wall - when + 40) / 40);
			when = out[i].wall;
		}
		last = d;
	}
	return d;
}

/* Video steps by one frame throughout. */
static void
times_are_exact(void)
{
	int64_t last = -FRAME;
	size_t i;

	for (i = 0; i < outs; i++)
		if (out[i].type == MSG_VIDEO) {
			t_int(out[i].dts - last, FRAME);
			last = out[i].dts;
		}
}

/* "Where a source's own clock drifts [...], due times follow by 1 ms in 40, and timestamps not at all." */
static void
due_times_follow_a_clock_that_drifts(void)
{
	static const int64_t drifts[] = { 300, -300 };
	size_t i;
	int64_t t;

	for (i = 0; i < nitems(drifts); i++) {
		begin_with(1000);
		arrive[OLD] = START - 1000;	/* due from AIR on, less what this line is shorter */
		now = START;
		media(OLD, 0, 1000);
		cut(OLD, 0);
		for (t = 1000; t < 60000; t += 1000) {
			if (t == 5000)
				arrive[OLD] += drifts[i];
			media(OLD, t, t + 1000);
			play(START + t);
		}
		/* 20 s until it is sure, and 12 s to follow */
		t_int(last_of(OLD, MSG_VIDEO)->wall - last_of(OLD, MSG_VIDEO)->dts, START + drifts[i]);
		times_are_exact();
		t_int(src[OLD].epoch, 1);
		end();
	}
}

/* NEW's line is that much too shallow. */
static void
begin_shallow(int64_t ms)
{
	begin();
	media(OLD, 0, 3000);
	arrive[NEW] += ms;
	media(NEW, NEW_ZERO, NEW_ZERO + 10000);
	cut(OLD, 0);
	cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
}

/* "Where [...] its line is too shallow, due times follow by 1 ms in 40, and timestamps not at all." */
static void
due_times_follow_where_the_line_is_too_shallow(void)
{
	int64_t t;

	begin_shallow(150);
	play(AIR + 2000 + 4000);
	t_ok(later() >= 98 && later() <= 100);
	for (t = 10000; t < 16000; t += 1000) {
		media(NEW, NEW_ZERO + t, NEW_ZERO + t + 1000);
		play(AIR + t);
	}
	t_int(later(), 150);		/* as deep as it should be, and no deeper */
	times_are_exact();
	end();

	begin_shallow(100);		/* a little is nothing to slow down for */
	play(AIR + 2000 + 4000);
	t_int(later(), 0);
	end();

	begin_shallow(-3000);		/* a line that is too deep stays so */
	play(AIR + 2000 + 4000);
	t_int(later(), 0);
	end();
}

/* Time that nothing was there to send for is gone, and what was sent on the way is not made up for. */
static void
the_clock_is_bound_anew_after_a_standstill_only(void)
{
	static const struct {
		int64_t	late, by;
	} rows[] = { { 0, 0 }, { 60, 0 }, { 100, 0 }, { 101, 101 }, { 2500, 2500 } };
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		begin();
		media(OLD, 0, 1000);
		media(NEW, NEW_ZERO, NEW_ZERO + 8000);
		cut(OLD, 0);
		play(AIR + 1000 + rows[i].late);
		cut(NEW, NEW_ZERO + 1000);
		play(AIR + 1000 + rows[i].late + 2000);
		if (!t_int(last_of(NEW, MSG_VIDEO)->wall - last_of(NEW, MSG_VIDEO)->dts - AIR, rows[i].by))
			printf("# %lld ms late\n", (long long)rows[i].late);
		t_int(first_of(NEW, MSG_VIDEO)->wall, AIR + 1000 + rows[i].late);
		end();
	}
}

/* Where DTS goes ahead the frames that follow do not wait; the clock comes back, 1 ms in 40. */
static void
frames_do_not_wait_where_dts_goes_ahead(void)
{
	begin();
	media_reordered(OLD, 0, 4000);
	media(NEW, NEW_ZERO, NEW_ZERO + 8000);
	cut(OLD, 0);
	cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
	play(AIR + 2000 + 200);
	t_int(last_of(OLD, MSG_VIDEO)->dts + DEPTH * FRAME + 1, first_of(NEW, MSG_VIDEO)->dts);
	t_int(first_of(NEW, MSG_VIDEO)->wall - last_of(OLD, MSG_VIDEO)->wall, FRAME);
	t_ok(sp.max_gap <= FRAME + 1);
	play(AIR + 2000 + 1000);
	t_ok(last_of(NEW, MSG_VIDEO)->wall - last_of(NEW, MSG_VIDEO)->dts < AIR - 10);
	play(AIR + 2000 + 3000);
	t_int(last_of(NEW, MSG_VIDEO)->wall - last_of(NEW, MSG_VIDEO)->dts, AIR);
	end();
}

/* A wakeup costs: sound goes along with the picture before it, never late, while there is a picture to come. */
static void
audio_goes_out_with_the_picture_before_it(void)
{
	size_t i;
	int64_t early, t;

	begin();
	media_off(OLD, 0, 1000, 5);
	for (t = 1000; t < 1500; t += SOUND)
		audio(OLD, t + 5);
	cut(OLD, 0);
	play(AIR + 2000);
	for (i = 0; i < outs; i++) {
		if (out[i].type == MSG_VIDEO)
			continue;
		early = AIR + out[i].dts - out[i].wall;
		t_ok(early >= 0 && early <= FRAME);
		if (out[i].dts < 960)
			t_int(out[i].wall, AIR + out[i].dts / FRAME * FRAME);
		else if (out[i].dts > 1000)
			t_int(early, 0);
	}
	end();
}

/* But not long before its time, where pictures are rare. */
static void
audio_goes_out_a_little_early_at_most(void)
{
	int64_t t, early = 0;
	size_t i;

	begin();
	for (t = 0; t < 5000; t += SOUND) {
		if (t % 500 == 0)
			video(OLD, t, 0, t == 0);
		audio(OLD, t);
	}
	cut(OLD, 0);
	play(AIR + 4500);
	for (i = 0; i < outs; i++)
		if (AIR + out[i].dts - out[i].wall > early)
			early = AIR + out[i].dts - out[i].wall;
	t_int(early, 40);
	end();
}

/* From 50 pictures a second on two share a wakeup. */
static void
fast_pictures_go_out_in_twos(void)
{
	static const int64_t steps[] = { 10, 20, 21 };
	int64_t t, wake;
	size_t i, k;
	int woken;

	for (k = 0; k < nitems(steps); k++) {
		begin();
		for (t = 0; t < 100 * steps[k]; t += steps[k])
			video(OLD, t, 0, t == 0);
		cut(OLD, 0);
		for (woken = 0; (wake = splice_run(&sp, now)) != INT64_MAX; woken++) {
			take();
			now = wake;
		}
		take();
		t_int(woken, steps[k] <= 20 ? 49 : 99);
		for (i = 0; i < outs; i++)
			t_ok(out[i].wall <= AIR + out[i].dts);
		end();
	}
}

/* splice_run() says when the next frame is due, and writes no frame before that, except those of its batch. */
static void
says_when_the_next_frame_is_due(void)
{
	begin();
	t_int(splice_run(&sp, now), INT64_MAX);	/* nobody is on the air */
	t_ok(splice_dry(&sp));
	t_int(splice_slot(&sp), INT64_MIN);
	video(OLD, 0, 0, true);
	video(OLD, 40, 0, false);
	cut(OLD, 0);
	t_int(splice_run(&sp, now), AIR + 40);
	t_ok(!splice_dry(&sp));
	t_int(splice_slot(&sp), AIR + 40);
	t_int(splice_run(&sp, AIR + 39), AIR + 40);
	t_int(fanout_log.queue.end - taken, 0);
	t_int(splice_run(&sp, AIR + 40), INT64_MAX);
	t_int(fanout_log.queue.end - taken, 1);
	t_ok(splice_dry(&sp));
	t_int(splice_slot(&sp), AIR + 80);
	end();

	begin();
	sp.batch_ms = 100;
	media(OLD, 0, 1000);
	cut(OLD, 0);
	t_int(splice_run(&sp, now), AIR + 120);
	t_int(sp.out[TRACK_VIDEO].dts, 80);
	t_int(splice_run(&sp, AIR + 119), AIR + 120);	/* a batch begins with a frame that is due */
	t_int(sp.out[TRACK_VIDEO].dts, 80);
	t_int(splice_run(&sp, AIR + 120), AIR + 240);
	t_int(sp.out[TRACK_VIDEO].dts, 200);
	end();
}

/* Off the air nothing is written; the timeline stays, goes on with the next cut, and there was no gap. */
static void
a_stop_is_no_gap(void)
{
	begin_on_air();
	t_ok(src[OLD].on_air && !src[NEW].on_air);
	play(AIR + 1000);
	splice_stop(&sp);
	t_ok(!src[OLD].on_air);
	play(AIR + 3000);
	t_int(last_of(OLD, MSG_VIDEO)->dts, 960);
	cut(NEW, NEW_ZERO + 3000);
	play(AIR + 3100);
	t_ok(src[NEW].on_air);
	t_int(step_at_cut(), FRAME);
	t_int(sp.max_gap, FRAME);
	t_int(first_of(NEW, MSG_VIDEO)->wall, AIR + 3000);
	end();
}

/* What was on the air is let go of, and may itself come back. */
static void
lets_go_of_what_it_left(void)
{
	begin_on_air();
	play(AIR + 1000);
	cut(NEW, NEW_ZERO + 1000);
	t_ok(!src[OLD].on_air && src[NEW].on_air);
	play(AIR + 2000);
	cut(NEW, NEW_ZERO + 3000);		/* to another keyframe of the same */
	t_ok(src[NEW].on_air);
	play(AIR + 2500);
	t_int(last_of(NEW, MSG_VIDEO)->src_dts, NEW_ZERO + 3480);
	t_int(last_of(NEW, MSG_VIDEO)->dts, 2480);
	end();
}

/* A new run of the source on the air is another timeline, ahead of the old one or behind it: it waits for a cut. */
static void
another_run_waits_for_a_cut(void)
{
	static const int64_t zeros[] = { 50000, 0 };
	int64_t zero;
	size_t i;

	for (i = 0; i < nitems(zeros); i++) {
		zero = zeros[i];
		begin_on_air();
		play(AIR + 1000);
		headers(OLD, zero, 'o');
		arrive[OLD] = START + 4000 - zero;
		media(OLD, zero, zero + 4000);
		t_int(src[OLD].epoch, 2);
		play(AIR + 5000);
		t_int(last_of(OLD, MSG_VIDEO)->src_dts, 3960);
		t_ok(splice_dry(&sp));
		cut(OLD, zero);
		/* and what is held of the old run does not decide where this one ends */
		splice_plan_end(&sp, AIR + 5500);
		play(AIR + 6000);
		t_int(last_of(OLD, MSG_VIDEO)->src_dts, zero + 500 - 20);
		t_int(last_of(OLD, MSG_VIDEO)->dts, 4000 + 500 - 20);
		t_int(last_of(OLD, MSG_AUDIO)->src_dts, zero + 1000 - SOUND);
		end();
	}
}

/* What is on the air ends before frames that lack one of the tracks; an end can be planned anew, and forgotten. */
static void
ends_where_both_tracks_end(void)
{
	int64_t t;

	begin();
	media(OLD, 0, 2000);
	for (t = 2000; t < 3000; t += FRAME)
		video(OLD, t, 0, false);	/* the sound is gone */
	media(NEW, NEW_ZERO, NEW_ZERO + 4000);
	cut(OLD, 0);
	splice_plan_end(&sp, INT64_MAX);
	play(AIR + 3000);
	t_int(last_of(OLD, MSG_VIDEO)->dts, 1960);
	t_ok(splice_dry(&sp));
	splice_keep(&sp);
	t_ok(!splice_dry(&sp));
	play(AIR + 3001);
	t_int(last_of(OLD, MSG_VIDEO)->dts, 2960);
	end();

	/* another run of it is none of what it has */
	begin();
	media(OLD, 0, 2000);
	for (t = 2000; t < 3000; t += FRAME)
		video(OLD, t, 0, false);
	cut(OLD, 0);
	headers(OLD, 50000, 'o');
	arrive[OLD] = START + 3000 - 50000;
	media(OLD, 50000, 52000);
	splice_plan_end(&sp, INT64_MAX);
	play(AIR + 3000);
	t_int(last_of(OLD, MSG_VIDEO)->dts, 1960);
	end();

	begin_on_air();
	splice_plan_end(&sp, AIR + 1000);
	splice_plan_end(&sp, AIR + 500);
	play(AIR + 1500);
	t_int(last_of(OLD, MSG_VIDEO)->dts, 500 - 20);
	t_int(last_of(OLD, MSG_AUDIO)->dts, 1480);	/* sound goes on until the cut */
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(one_clock_runs_through_every_cut),
	T(due_times_follow_a_clock_that_drifts),
	T(due_times_follow_where_the_line_is_too_shallow),
	T(the_clock_is_bound_anew_after_a_standstill_only),
	T(frames_do_not_wait_where_dts_goes_ahead),
	T(audio_goes_out_with_the_picture_before_it),
	T(audio_goes_out_a_little_early_at_most),
	T(fast_pictures_go_out_in_twos),
	T(says_when_the_next_frame_is_due),
	T(a_stop_is_no_gap),
	T(lets_go_of_what_it_left),
	T(another_run_waits_for_a_cut),
	T(ends_where_both_tracks_end),
)
