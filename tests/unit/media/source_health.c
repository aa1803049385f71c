/* SPDX-License-Identifier: ISC */
/* Whether a source lives, and when its frames are due: "Health" of SOURCES in lsctl(7). */
#include "source_stage.h"

/* "The track is late by more than stall_ms": each by itself. */
static void
each_track_stalls_by_itself(void)
{
	int i;

	begin();
	headers(1000);
	for (i = 0; i < 3; i++)
		second(i * 1000, 1000 + i * 1000);
	t_int(source_check(&src, 4000), SOURCE_HEALTHY);
	for (i = 0; i < 50; i++)
		PUSH(MSG_VIDEO, i % 25 == 0 ? idr : inter, 3000 + i * 40, 4000 + i * 40);
	t_int(source_check(&src, 3960 + 1500), SOURCE_HEALTHY);
	t_int(source_check(&src, 3960 + 1501), SOURCE_AUDIO_STALLED);
	end();

	begin();
	headers(1000);
	for (i = 0; i < 3; i++)
		second(i * 1000, 1000 + i * 1000);
	for (i = 0; i < 50; i++)
		PUSH(MSG_AUDIO, aac, 3000 + i * 40, 4000 + i * 40);
	t_int(source_check(&src, 3960 + 1500), SOURCE_HEALTHY);
	t_int(source_check(&src, 3960 + 1501), SOURCE_VIDEO_STALLED);
	end();
}

/* "Media came for less than a second. That may be a burst": of either track. */
static void
both_tracks_must_prove_themselves(void)
{
	int i, video;

	for (video = 0; video < 2; video++) {
		begin();
		headers(1000);
		PUSH(MSG_VIDEO, idr, 0, 1000);
		PUSH(MSG_AUDIO, aac, 0, 1000);
		for (i = 1; i <= 30; i++)
			if (video)
				PUSH(MSG_VIDEO, inter, i * 40, 1000 + i * 40);
			else
				PUSH(MSG_AUDIO, aac, i * 40, 1000 + i * 40);
		t_int(source_check(&src, 2200), SOURCE_PROVING);
		if (video)
			PUSH(MSG_AUDIO, aac, 1000, 2200);
		else
			PUSH(MSG_VIDEO, inter, 1000, 2200);
		t_int(source_check(&src, 2200), SOURCE_HEALTHY);
		end();
	}
}

/* "A file [...] is always healthy": and has been for ever. */
static void
a_file_is_always_healthy(void)
{
	begin();
	src.local = true;
	t_int(source_check(&src, 1000), SOURCE_HEALTHY);
	t_ok(source_stable_ms(&src, 1000) == INT64_MAX);
	end();
}

/* The later of the two tracks leads, unless it is so late that it is no measure. */
static void
both_tracks_have_arrived_when_they_are_due(void)
{
	static const struct {
		int64_t	audio_late, due;
	} rows[] = { { 0, 3000 }, { 200, 3200 }, { -200, 3000 }, { 1499, 4499 }, { 1500, 3000 }, { 5000, 3000 } };
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		begin();
		headers(1000);
		PUSH(MSG_VIDEO, idr, 0, 1000);
		PUSH(MSG_AUDIO, aac, 0, 1000 + rows[i].audio_late);
		if (!t_int(source_due(&src, 0), rows[i].due))
			printf("# row %zu\n", i);
		end();
	}
	begin();			/* one track is all there is */
	headers(1000);
	PUSH(MSG_AUDIO, aac, 0, 1700);
	t_int(source_due(&src, 0), 3700);
	end();
}

/* One frame's length: quick to fall, slow to rise, and a hole is none. */
static void
a_frames_length_is_found_out(void)
{
	const struct track_state *v = &src.track[TRACK_VIDEO];

	begin();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	PUSH(MSG_VIDEO, inter, 80, 1080);
	t_int(v->frame_ms, 80);
	PUSH(MSG_VIDEO, inter, 120, 1120);
	t_int(v->frame_ms, 40);
	PUSH(MSG_VIDEO, inter, 200, 1200);	/* a frame was lost */
	t_int(v->frame_ms, 42);
	PUSH(MSG_VIDEO, inter, 1201, 2201);	/* a hole */
	PUSH(MSG_VIDEO, inter, 1203, 2203);	/* a slip */
	t_int(v->frame_ms, 42);
	end();
}

/* The newest time is the largest: what comes late does not take it back. */
static void
disorder_does_not_take_time_back(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	PUSH(MSG_VIDEO, inter, 920, 2000);
	t_int(src.track[TRACK_VIDEO].edge, 960);
	t_int(source_late_ms(&src, TRACK_VIDEO, 2000), 40);
	end();
}

static void
the_distance_of_keyframes_is_known(void)
{
	begin();
	headers(1000);
	second(0, 1000);
	t_int(src.key_gap, 0);
	second(1000, 2000);
	t_int(src.key_gap, 1000);
	t_int(src.key_dts, 1000);
	second(20000, 3000);		/* not across two runs */
	t_int(src.key_gap, 0);
	end();
}

/* A second of it has 25 frames. */
static void
frames_of_a_gop_are_counted(void)
{
	struct gop_stats g = { 0 };

	begin();
	headers(1000);
	second(0, 1000);
	second(1000, 2000);
	t_int(src.gop.last_frames, 25);
	t_ok(!src.gop.last_reorders);
	end();
	gop_stats_add(&g, true, 80);
	gop_stats_add(&g, false, 160);
	gop_stats_add(&g, false, 0);
	gop_stats_add(&g, true, 80);
	t_int(g.last_frames, 3);
	t_ok(g.last_reorders);
	gop_stats_add(&g, false, 80);		/* a delay that all frames have is no B-frame */
	gop_stats_add(&g, true, 80);
	t_int(g.last_frames, 2);
	t_ok(!g.last_reorders);
}

#define T(name)	{ #name, name }

/* An encoder at 0.9 of real time: it goes once, and comes back when it keeps up. */
static void
a_slow_encoder_is_told_and_waits(void)
{
	int64_t now = 1000, n;

	begin();
	headers(now);
	for (n = 0; src.epoch == 1 && n < 10000; n++) {
		now = 1000 + n * 44;
		push(MSG_VIDEO, n % 25 == 0 ? idr : inter, sizeof(idr), n * 40, now);
		PUSH(MSG_AUDIO, aac, n * 40, now);
	}
	t_ok(n > 300 && n < 500);
	t_ok(src.slow);
	t_ok(src.speed >= 905 && src.speed <= 912);
	now += 40;
	for (n = 0; n <= 250; n++, now += 40) {
		if (n == 240)	/* not yet 10 s */
			t_int(source_check(&src, now), SOURCE_SLOW_ENCODER);
		push(MSG_VIDEO, n % 25 == 0 ? idr : inter, sizeof(idr), 100000 + n * 40, now);
		PUSH(MSG_AUDIO, aac, 100000 + n * 40, now);
	}
	t_int(source_check(&src, now), SOURCE_HEALTHY);
	t_ok(!src.slow);
	end();
}

/* Sound that keeps up proves nothing about the picture, which is 4% too slow. */
static void
a_slow_picture_waits_whatever_the_sound_does(void)
{
	int64_t now = 1000;
	int i;

	begin();
	src.slow = true;
	headers(now);
	for (i = 0; i < 300; i++) {
		now = 1000 + i * 40;
		PUSH(MSG_AUDIO, aac, i * 40, now);
		if (i % 25 != 24)
			push(MSG_VIDEO, i % 24 == 0 ? idr : inter, sizeof(idr), (i - i / 25) * 40, now);
	}
	t_int(source_check(&src, now), SOURCE_SLOW_ENCODER);
	end();
}

/* Its clock is set, and no more: it is back after a second, not after ten. */
static void
a_jump_of_time_is_no_slow_encoder(void)
{
	int i;

	begin();
	headers(1000);
	for (i = 0; i < 10; i++)
		second(i * 1000, 1000 + i * 1000);
	for (i = 0; i < 2; i++)
		second(50000 + i * 1000, 11000 + i * 1000);
	t_int(src.epoch, 2);
	t_int(source_check(&src, 13000), SOURCE_HEALTHY);
	end();
}

/* A silence is no slow encoder, though media came late before it; nor is an epoch that has hardly begun. */
static void
a_stall_is_no_slow_encoder(void)
{
	int i;

	begin();
	headers(1000);
	for (i = 0; i < 10; i++)
		second(i * 1000, 1000 + i * 1000);
	second(10000, 13000);
	t_int(src.epoch, 2);
	t_ok(!src.slow);
	end();
	begin();
	headers(1000);
	for (i = 0; i < 10; i++)
		second(i * 1000, 1000 + i * 1100);
	second(10000, 15000);
	t_int(src.epoch, 2);
	t_ok(!src.slow);
	end();
	begin();
	headers(1000);
	for (i = 0; src.epoch == 1; i++) {
		push(MSG_VIDEO, i % 25 == 0 ? idr : inter, sizeof(idr), i * 40, 1000 + i * 80);
		PUSH(MSG_AUDIO, aac, i * 40, 1000 + i * 80);
	}
	t_ok(!src.slow);
	end();
}

static void
why_there_is_no_keyframe_is_told(void)
{
	static const uint8_t annex_b[] = { 0x17, 0, 0, 0, 0, 0, 0, 0, 1, 0x67, 66 },
	    open_gop[] = { 0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x41, 0x88 },
	    second_track[] = { 0x95, 1, 'm', 'p', '4', 'a', 1, 0x21, 0x10 },
	    second_picture[] = { 0x96, 1, 'a', 'v', 'c', '1', 1, 0, 0, 0, 0, 0, 0, 2, 0x65, 0x88 };

	begin();
	headers(1000);
	PUSH(MSG_VIDEO, open_gop, 0, 1000);
	PUSH(MSG_AUDIO, aac, 0, 1000);
	t_int(source_check(&src, 1000), SOURCE_NO_IDR);
	PUSH(MSG_VIDEO, idr, 40, 1040);
	t_int(source_check(&src, 1040), SOURCE_PROVING);
	end();
	begin();
	PUSH(MSG_VIDEO, annex_b, 0, 1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	PUSH(MSG_AUDIO, asc, 0, 1000);
	PUSH(MSG_AUDIO, aac, 0, 1000);
	t_int(source_check(&src, 1000), SOURCE_ANNEX_B);
	end();
	begin();
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	PUSH(MSG_AUDIO, second_track, 0, 1000);
	t_int(source_check(&src, 1000), SOURCE_OTHER_TRACK);
	source_ended(&src);
	source_connected(&src);
	headers(1000);
	PUSH(MSG_VIDEO, idr, 0, 1000);
	t_int(source_check(&src, 1000), SOURCE_NO_AUDIO);
	end();
	begin();
	headers(1000);
	PUSH(MSG_VIDEO, second_picture, 0, 1000);
	PUSH(MSG_AUDIO, aac, 0, 1000);
	t_int(source_check(&src, 1000), SOURCE_OTHER_TRACK);
	end();
}

T_MAIN(
	T(each_track_stalls_by_itself),
	T(both_tracks_must_prove_themselves),
	T(a_file_is_always_healthy),
	T(both_tracks_have_arrived_when_they_are_due),
	T(a_frames_length_is_found_out),
	T(disorder_does_not_take_time_back),
	T(the_distance_of_keyframes_is_known),
	T(frames_of_a_gop_are_counted),
	{ "a_slow_encoder_is_told_and_waits", a_slow_encoder_is_told_and_waits },
	{ "a_slow_picture_waits_whatever_the_sound_does", a_slow_picture_waits_whatever_the_sound_does },
	{ "a_jump_of_time_is_no_slow_encoder", a_jump_of_time_is_no_slow_encoder },
	{ "a_stall_is_no_slow_encoder", a_stall_is_no_slow_encoder },
	{ "why_there_is_no_keyframe_is_told", why_there_is_no_keyframe_is_told },
)
