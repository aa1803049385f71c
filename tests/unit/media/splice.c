/* SPDX-License-Identifier: ISC */
/* SPLICE in lsctl(7), sentence by sentence; each test quotes its own. Where the old source ends is in
 * splice_end.c, and when frames are due in splice_due.c. */
#include "splice_stage.h"

/* "A cut starts at a video keyframe of the new source, preceded by its sequence headers, and by metadata." */
static void
a_cut_starts_at_a_keyframe_preceded_by_its_headers(void)
{
	const struct written *w;
	size_t i;
	bool over = false;

	begin_on_air();
	cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
	play(AIR + 3000);
	w = first_of(NEW, MSG_VIDEO);
	t_int(w->flags, ENTRY_KEY | ENTRY_CUT);
	t_int(w->src_dts, NEW_ZERO + 2000);
	for (i = 0; i < outs; i++) {
		over = over || &out[i] == w;
		t_int(out[i].source, over ? NEW : OLD);
		t_int(out[i].marks[TRACK_DATA], over ? 'n' : 'o');
		t_int(out[i].marks[TRACK_VIDEO], over ? 'n' : 'o');
		t_int(out[i].marks[TRACK_AUDIO], over ? 'n' : 'o');
		t_ok(i == 0 || &out[i] == w || !(out[i].flags & ENTRY_CUT));
	}
	end();
}

/* "No payload is changed, dropped from the middle, or sent twice." */
static void
no_payload_is_changed_dropped_or_sent_twice(void)
{
	const struct written *last[SOURCES][MSG_VIDEO + 1] = { { NULL } }, **prev;
	size_t i;

	begin_on_air();
	cut_over(NEW, NEW_ZERO + 1000, AIR + 1000);
	play(AIR + 1500);
	cut_over(OLD, 2000, AIR + 2000);
	play(AIR + 3000);
	for (i = 0; i < outs; i++) {
		prev = &last[out[i].source][out[i].type];
		t_ok(out[i].same);
		/* OLD was off the air in the middle, and goes on at its keyframe */
		if (*prev != NULL && (out[i].src_dts < 2000 || (*prev)->src_dts >= 2000))
			t_int(out[i].number, (*prev)->number + 1);
		*prev = &out[i];
	}
	t_int(outs, 3000 / FRAME + 3000 / SOUND);
	end();
}

/* "All times are the milliseconds of RTMP." "One offset for both tracks maps the new source's time to the
 * timeline." */
static void
one_offset_maps_both_tracks_in_milliseconds(void)
{
	size_t i;

	begin_on_air();
	cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
	play(AIR + 3000);
	for (i = 0; i < outs; i++)
		t_int(out[i].dts - out[i].src_dts, out[i].source == OLD ? 0 : -NEW_ZERO);
	end();
}

/* "DTS rises with every frame", whatever the source's own disorder; a data message may share its time. */
static void
dts_rises_with_every_frame(void)
{
	int64_t last[TRACKS] = { -1, -1, -1 };
	size_t i;

	begin();
	video(OLD, 0, 0, true);
	audio(OLD, 0);
	video(OLD, 40, 0, false);
	video(OLD, 40, 0, false);	/* stands still, */
	video(OLD, 80, 0, false);
	video(OLD, 20, 0, false);	/* falls */
	video(OLD, 120, 0, false);
	audio(OLD, 20);
	audio(OLD, 20);
	audio(OLD, 60);
	audio(OLD, 40);
	audio(OLD, 80);
	frame(OLD, MSG_DATA, 60, 0, false);
	frame(OLD, MSG_DATA, 60, 0, false);
	frame(OLD, MSG_DATA, 40, 0, false);
	cut(OLD, 0);
	play(AIR + 1000);
	t_int(outs, 6 + 6 + 3);
	for (i = 0; i < outs; i++) {
		enum track t = out[i].type == MSG_VIDEO ? TRACK_VIDEO :
		    out[i].type == MSG_AUDIO ? TRACK_AUDIO : TRACK_DATA;

		t_ok(t == TRACK_DATA ? out[i].dts >= last[t] : out[i].dts > last[t]);
		t_ok(out[i].dts - out[i].src_dts <= 61);	/* no further than it must */
		last[t] = out[i].dts;
	}
	end();
}

/* "At a cut video goes on by one frame": the old one's, however late it is. */
static void
video_goes_on_by_one_frame_at_a_cut(void)
{
	begin_on_air();
	cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
	t_int(step_at_cut(), FRAME);
	end();

	begin();
	media(OLD, 0, 1000);
	media(NEW, NEW_ZERO, NEW_ZERO + 4000);
	cut(OLD, 0);
	play(AIR + 3000);	/* nothing was there to send for two seconds */
	cut(NEW, NEW_ZERO + 3000);
	t_int(step_at_cut(), FRAME);
	end();
}

/* "and by more only where the new first PTS would otherwise not be past the last one shown." */
static void
and_by_more_only_where_the_first_pts_would_not_be_past_the_last(void)
{
	static const struct {
		int32_t	old_cts, new_cts;
		int64_t	frame_ms;
	} rows[] = {
		{ 0, 0, FRAME },
		{ 39, 0, FRAME },
		{ 40, 0, FRAME + 1 },		/* shown at the same time: not past it */
		{ 100, 0, 101 },
		{ 100, 60, FRAME + 1 },
		{ 100, 61, FRAME },
		{ 100, 200, FRAME },
	};
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		begin();
		video(OLD, 0, rows[i].old_cts, true);
		audio(OLD, 0);
		video(OLD, 40, rows[i].old_cts, false);
		video(NEW, NEW_ZERO, rows[i].new_cts, true);
		audio(NEW, NEW_ZERO);
		cut(OLD, 0);
		play(AIR + 80);
		cut(NEW, NEW_ZERO);
		if (!t_int(step_at_cut(), rows[i].frame_ms))
			printf("# row %zu\n", i);
		t_ok(first_of(NEW, MSG_VIDEO)->pts > last_of(OLD, MSG_VIDEO)->pts);
		end();
	}
}

/* "from a source with B-frames to one without, DTS steps by that many frames instead of one, and PTS goes on
 * without a hole." */
static void
from_b_frames_to_none_dts_steps_by_the_depth(void)
{
	begin();
	media_reordered(OLD, 0, 4000);
	media(NEW, NEW_ZERO, NEW_ZERO + 4000);
	cut(OLD, 0);
	cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
	t_int(step_at_cut(), DEPTH * FRAME + 1);
	t_int(first_of(NEW, MSG_VIDEO)->pts - sp.out[TRACK_VIDEO].dts, 0);
	t_ok(first_of(NEW, MSG_VIDEO)->pts - (last_of(OLD, MSG_VIDEO)->dts + DEPTH * FRAME) <= FRAME);
	end();
}

/* "The other way, DTS goes on by one frame, and the last picture is shown longer by the depth of the new
 * source." */
static void
from_none_to_b_frames_the_last_picture_is_shown_longer(void)
{
	begin();
	media(OLD, 0, 4000);
	media_reordered(NEW, NEW_ZERO + 2000, NEW_ZERO + 4000);
	cut(OLD, 0);
	cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
	t_int(step_at_cut(), FRAME);
	t_int(first_of(NEW, MSG_VIDEO)->pts - last_of(OLD, MSG_VIDEO)->pts, (1 + DEPTH) * FRAME);
	end();
}

/* "Audio joins where the old audio ended, to less than a frame": wherever the two lie to the video. */
static void
audio_joins_where_the_old_audio_ended(void)
{
	int64_t old_off, new_off, ended, gap;

	for (old_off = 0; old_off < SOUND; old_off += 3)
		for (new_off = 0; new_off < SOUND; new_off++) {
			begin();
			media_off(OLD, 0, 4000, old_off);
			media_off(NEW, NEW_ZERO, NEW_ZERO + 4000, new_off);
			cut(OLD, 0);
			cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
			play(AIR + 2500);
			ended = last_of(OLD, MSG_AUDIO)->dts + SOUND;
			gap = first_of(NEW, MSG_AUDIO)->dts - ended;
			/* both sides round to milliseconds, hence the two */
			t_ok(gap >= -2 && gap < SOUND - 2);
			if (t_failed)
				printf("# off by %lld and %lld: ended at %lld, gap %lld\n",
				    (long long)old_off, (long long)new_off, (long long)ended,
				    (long long)gap);
			end();
		}
}

/* Where the cut is ahead of the clock, what the old one has of sound is used up to there, and rounded. */
static void
audio_is_rounded_at_the_cut(void)
{
	int64_t off, ended;

	for (off = 0; off < SOUND; off++) {
		begin();
		media_reordered_off(OLD, 0, 4000, off);
		media(NEW, NEW_ZERO, NEW_ZERO + 4000);
		cut(OLD, 0);
		cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
		ended = last_of(OLD, MSG_AUDIO)->dts + SOUND;
		if (!t_ok(llabs(ended - first_of(NEW, MSG_VIDEO)->dts) <= SOUND / 2))
			printf("# off by %lld: ended at %lld\n", (long long)off, (long long)ended);
		end();
	}
}

/* The same where the old audio ended early: the new one has what belongs there, up to a second back. */
static void
audio_joins_where_it_ended_early(void)
{
	static const struct {
		int64_t	ended, joins;
	} rows[] = { { 1500, 1500 }, { 1020, 1020 }, { 1000, 2000 }, { 500, 2000 }, { 0, 2000 } };
	size_t i;
	int64_t t;

	for (i = 0; i < nitems(rows); i++) {
		begin();
		for (t = 0; t < 4000; t += SOUND) {
			if (t % FRAME == 0)
				video(OLD, t, 0, t == 0);
			if (t < rows[i].ended)
				audio(OLD, t);
		}
		media(NEW, NEW_ZERO, NEW_ZERO + 4000);
		cut(OLD, 0);
		play(AIR + 2000);
		cut(NEW, NEW_ZERO + 2000);
		play(AIR + 3000);
		if (!t_int(first_of(NEW, MSG_AUDIO)->dts, rows[i].joins))
			printf("# row %zu\n", i);
		end();
	}
}

/* "the skew between audio and video is that of the source on the air, and is never made up for by changing
 * audio." */
static void
the_skew_is_that_of_the_source_on_the_air(void)
{
	static const int64_t skews[] = { 0, 300, -300 };
	size_t i, k;
	int64_t t;

	for (k = 0; k < nitems(skews); k++) {
		begin();
		media(OLD, 0, 4000);
		for (t = 0; t < 4000; t += SOUND) {	/* its sound came late, or early */
			if (t % FRAME == 0)
				video(NEW, NEW_ZERO + t, 0, t == 2000);
			if (t >= 2000 + skews[k])
				audio(NEW, NEW_ZERO + t);
		}
		cut(OLD, 0);
		cut_over(NEW, NEW_ZERO + 2000, AIR + 2000);
		play(AIR + 3000);
		for (i = 0; i < outs; i++)
			if (out[i].source == NEW) {
				t_int(out[i].dts - out[i].src_dts, -NEW_ZERO);
				t_ok(out[i].same);
			}
		/* a hole stays one, and what was heard of the old one is not heard again */
		t_int(first_of(NEW, MSG_AUDIO)->dts, 2000 + (skews[k] > 0 ? skews[k] : 0));
		end();
	}
}

/* And nothing is heard twice, though the new sound arrives only after the cut. */
static void
audio_that_was_heard_is_not_heard_again(void)
{
	int64_t t;

	begin();
	media(OLD, 0, 2000);
	for (t = 2000; t < 2500; t += SOUND)
		audio(OLD, t);
	for (t = 2000; t < 3000; t += FRAME)
		video(NEW, NEW_ZERO + t, 0, t == 2000);
	cut(OLD, 0);
	play(AIR + 2500);
	cut(NEW, NEW_ZERO + 2000);
	for (t = 2000; t < 3000; t += SOUND)
		audio(NEW, NEW_ZERO + t);
	play(AIR + 3500);
	t_int(last_of(OLD, MSG_AUDIO)->dts, 2480);
	t_int(first_of(NEW, MSG_AUDIO)->dts, 2500);
	end();
}

/* "When audio went on alone for more than a second before a cut, the timeline goes on from there." */
static void
the_timeline_goes_on_from_audio_that_went_on_alone(void)
{
	static const struct {
		int64_t	until, dts;
	} rows[] = { { 2000, 2000 }, { 3000, 2000 }, { 3020, 2000 }, { 3040, 3040 }, { 3500, 3500 } };
	size_t i;
	int64_t t;

	for (i = 0; i < nitems(rows); i++) {
		begin();
		media(OLD, 0, 2000);
		for (t = 2000; t < rows[i].until; t += SOUND)
			audio(OLD, t);
		media(NEW, NEW_ZERO, NEW_ZERO + 8000);
		cut(OLD, 0);
		play(AIR + 3500);
		cut(NEW, NEW_ZERO + 4000);
		play(AIR + 6000);
		if (!t_int(first_of(NEW, MSG_VIDEO)->dts, rows[i].dts))
			printf("# row %zu\n", i);
		t_ok(first_of(NEW, MSG_AUDIO)->dts >= last_of(OLD, MSG_AUDIO)->dts + SOUND);
		end();
	}
}

/* "Timestamps run for months: they are 64 bits inside, and on the wire [...] modulo 2^32 after 49.7 days, both
 * ways." Coming in: a source's time wraps while it is on the air. Going on: the timeline passes 2^32. */
static void
timestamps_run_for_months(void)
{
	const int64_t days = INT64_C(1) << 32, zero = days - 1000;
	size_t i;

	begin();
	source_connected(&src[OLD]);
	arrive[OLD] = START - zero;
	headers(OLD, zero, 'o');
	media_off(OLD, zero / 1000 * 1000 + 1000, zero + 4000, zero);
	media(NEW, NEW_ZERO, NEW_ZERO + 4000);
	cut(OLD, zero / 1000 * 1000 + 1000);
	/* as if it had been on the air for so long */
	sp.out[TRACK_VIDEO].dts += days - 1500;
	sp.shown += days - 1500;
	sp.offset += days - 1500;
	sp.base -= days - 1500;
	sp.base_goal = sp.base;
	outs = 0;
	play(AIR + 2000);
	cut(NEW, NEW_ZERO + 3000);
	play(AIR + 3000);
	t_int(src[OLD].epoch, 2);		/* the one that was begun here: the wrap is no seam */
	t_ok(outs > 100);
	for (i = 1; i < outs; i++)
		t_ok(out[i].dts - out[i - 1].dts <= FRAME && out[i].dts - out[i - 1].dts >= -FRAME);
	t_ok(out[0].dts < days && out[outs - 1].dts > days);
	t_int(step_at_cut(), FRAME);
	end();
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_cut_starts_at_a_keyframe_preceded_by_its_headers),
	T(no_payload_is_changed_dropped_or_sent_twice),
	T(one_offset_maps_both_tracks_in_milliseconds),
	T(dts_rises_with_every_frame),
	T(video_goes_on_by_one_frame_at_a_cut),
	T(and_by_more_only_where_the_first_pts_would_not_be_past_the_last),
	T(from_b_frames_to_none_dts_steps_by_the_depth),
	T(from_none_to_b_frames_the_last_picture_is_shown_longer),
	T(audio_joins_where_the_old_audio_ended),
	T(audio_is_rounded_at_the_cut),
	T(audio_joins_where_it_ended_early),
	T(the_skew_is_that_of_the_source_on_the_air),
	T(audio_that_was_heard_is_not_heard_again),
	T(the_timeline_goes_on_from_audio_that_went_on_alone),
	T(timestamps_run_for_months),
)
