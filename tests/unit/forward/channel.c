/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "sim.h"

static void
stop_and_return(void)
{
	struct sim s;
	int64_t back;

	begin(&s, 2000);
	obs_leaves(&s, 8000);
	back = s.now;
	sim_up(&s, 0);
	while (strcmp(sim_state(&s), "LOOP_ACTIVE") == 0 && s.now < back + 20000)
		sim_run(&s, 10);
	t_ok(s.now - back >= 5000);
	t_ok(s.now - back <= 5000 + 2000 + 1000);
	sim_run(&s, 5000);
	check(&s, 2, FRAME + 2);
}

static void
video_freezes_audio_goes_on(void)
{
	struct sim s;

	begin(&s, 2000);
	s.enc[0].video = false;
	sim_run(&s, 8000);
	t_str(sim_state(&s), "LOOP_ACTIVE");
	check(&s, 1, FRAME + 2);
}

static void
audio_stops_video_goes_on(void)
{
	struct sim s;

	begin(&s, 2000);
	s.enc[0].audio = false;
	sim_run(&s, 8000);
	t_str(sim_state(&s), "LOOP_ACTIVE");
	check(&s, 1, FRAME + 2);
}

static void
short_hiccup_changes_nothing(void)
{
	struct sim s;
	int64_t held;

	begin(&s, 2000);
	for (held = 0; held < 1400; held += 1)	/* packets come later and later, */
		s.enc[0].held_ms = held, sim_run(&s, 1);
	s.enc[0].held_ms = 0;			/* then all at once */
	sim_run(&s, 5000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	check(&s, 0, FRAME + 2);
}

static void
server_delivers_in_batches(void)
{
	struct sim s;

	sim_init(&s, 2, 2000);
	s.enc[0].batch_ms = s.enc[1].batch_ms = 350;
	all_up(&s, 12000);
	obs_leaves(&s, 8000);
	sim_up(&s, 0);
	sim_run(&s, 12000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	check(&s, 2, FRAME + 2);
}

/* A server replays the cached GOP of a dead stream to a new player. */
static void
burst_is_not_life(void)
{
	struct sim s;

	sim_init(&s, 2, 2000);
	sim_up(&s, 1);
	sim_run(&s, 15000);
	t_str(sim_state(&s), "LOOP_ACTIVE");
	sim_up(&s, 0);
	s.enc[0].began -= 1900;		/* 1.9 s of media at once, */
	sim_run(&s, 1);
	s.enc[0].video = s.enc[0].audio = false;	/* and then nothing */
	sim_run(&s, 60000);
	t_str(sim_state(&s), "LOOP_ACTIVE");
	check(&s, 0, FRAME + 2);
}

static void
flapping_never_gets_the_air(void)
{
	struct sim s;
	int i;

	begin(&s, 2000);
	s.enc[0].up = false;
	sim_run(&s, 4000);
	for (i = 0; i < 24; i++) {
		sim_up(&s, 0);
		sim_run(&s, 4000);
		obs_leaves(&s, 1000);
	}
	check(&s, 1, FRAME + 2);
}

static void
fifty_manual_switches(void)
{
	struct sim s;
	int i;

	begin(&s, 2000);
	for (i = 0; i < 50; i++) {
		channel_switch(s.ch, i % 2 ? "obs" : "loop", 0, s.now);
		sim_run(&s, 2500);
		t_str(sim_state(&s), i % 2 ? "OBS_ACTIVE" : "LOOP_ACTIVE");
	}
	check(&s, 50, FRAME + 2);
}

/* The timeline must not run away from the clock, however often it is cut. */
static void
many_cuts_do_not_drift(void)
{
	struct sim s;
	int64_t first, last;
	int i;

	sim_init(&s, 2, 2000);
	s.enc[1].fps = 25;
	s.enc[1].gop = 50;
	s.enc[0].reorder = 2;
	all_up(&s, 12000);
	first = s.out[s.outs - 1].wall - s.out[s.outs - 1].dts;
	for (i = 0; i < 300; i++) {
		channel_switch(s.ch, i % 2 ? "obs" : "loop", 0, s.now);
		sim_run(&s, 2777);
	}
	sim_run(&s, 30000);
	last = s.out[s.outs - 1].wall - s.out[s.outs - 1].dts;
	t_ok(llabs(last - first) < 100);
	if (llabs(last - first) >= 100)
		printf("# drifted by %lld ms\n", (long long)(last - first));
	t_int(sim_judge(&s).faults, 0);
	sim_free(&s);
}

static void
b_frames_against_none(void)
{
	struct sim s;
	struct verdict v;
	int i;

	sim_init(&s, 2, 2000);
	s.enc[0].reorder = 2;
	all_up(&s, 12000);
	for (i = 0; i < 10; i++) {
		channel_switch(s.ch, i % 2 ? "obs" : "loop", 0, s.now);
		sim_run(&s, 4321);
	}
	s.enc[0].up = false;
	sim_run(&s, 5000);
	v = sim_judge(&s);
	t_int(v.faults, 0);
	t_ok(v.gap <= silence(FRAME + 2));
	/* DTS must pass the pictures that were reordered: the PTS cannot be moved otherwise */
	t_ok(v.dts_step <= 2 * FRAME);
	sim_free(&s);
}

static void
rates_differ(void)
{
	struct sim s;
	int i;

	sim_init(&s, 2, 2000);
	s.enc[1].fps = 25;
	s.enc[1].gop = 50;
	s.enc[1].rate = 44100;
	all_up(&s, 12000);
	for (i = 0; i < 10; i++) {
		channel_switch(s.ch, i % 2 ? "obs" : "loop", 0, s.now);
		sim_run(&s, 4321);
	}
	{
		struct verdict v = sim_judge(&s);

		t_int(v.faults, 0);
		t_ok(v.gap <= silence(42));
		t_ok(v.dts_step <= 40);
		t_ok(v.audio_gap <= 2 * 24);
	}
	sim_free(&s);
}

static void
no_delay_line(void)
{
	struct sim s;
	struct verdict v;

	begin(&s, 0);
	obs_leaves(&s, 8000);
	sim_up(&s, 0);
	sim_run(&s, 12000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	v = sim_judge(&s);
	t_int(v.faults, 0);
	t_int(v.cuts, 2);
	t_ok(v.gap <= 1500 + 200);
	t_ok(v.dts_step <= FRAME);
	sim_free(&s);
}

/* Half a day in which the encoder's clock is 200 ppm off, each way: the delay line must neither run
 * dry nor grow. */
static void
clocks_drift(void)
{
	static const double speeds[] = { 0.9998, 1.0002 };
	const struct track_state *ts;
	struct sim s;
	size_t i;
	int64_t depth;
	int h;

	for (i = 0; i < 2; i++) {
		sim_init(&s, 2, 2000);
		s.enc[0].speed = speeds[i];
		sim_up(&s, 0);
		sim_up(&s, 1);
		for (h = 0; h < 60; h++) {
			sim_run(&s, 60000);
			s.outs = 0;	/* judged in the other tests */
		}
		t_str(sim_state(&s), "OBS_ACTIVE");
		ts = &s.ch->source[0].src.track[TRACK_VIDEO];
		depth = ts->edge - frame_queue_at(&ts->queue, ts->at - 1)->dts;
		t_ok(depth > 1900 && depth < 2100);
		if (depth <= 1900 || depth >= 2100)
			printf("# depth %lld ms\n", (long long)depth);
		sim_free(&s);
	}
}

/* Timestamps pass 2^32 while the stream runs. */
static void
timestamps_wrap(void)
{
	struct sim s;

	sim_init(&s, 2, 2000);
	s.enc[0].start = (uint32_t)-10000;
	s.enc[1].start = (uint32_t)-13000;
	all_up(&s, 12000);
	obs_leaves(&s, 8000);
	sim_run(&s, 4000);
	check(&s, 1, FRAME + 2);
}

/* A publisher is replaced within a moment, on a connection that stays: timestamps jump back. */
static void
publisher_replaced(void)
{
	struct sim s;

	begin(&s, 2000);
	s.enc[0].up = false;
	sim_run(&s, 700);
	sim_up(&s, 0);
	sim_run(&s, 15000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	check(&s, 2, FRAME + 2);	/* over the loop: any break starts the window again */
}

/* The same without another source: the new epoch goes on where the old one ended. */
static void
only_source_replaced(void)
{
	struct sim s;

	sim_init(&s, 1, 2000);
	all_up(&s, 12000);
	s.enc[0].up = false;
	sim_run(&s, 700);
	sim_up(&s, 0);
	sim_run(&s, 15000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	check(&s, 1, FRAME + 2);
}

static void
off_and_on(void)
{
	struct sim s;

	begin(&s, 2000);
	channel_switch(s.ch, "off", 0, s.now);
	sim_run(&s, 3000);
	t_str(sim_state(&s), "OFF");
	channel_switch(s.ch, "auto", 0, s.now);
	sim_run(&s, 3000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	check(&s, 0, 3200);
}

static void
pin_expires_and_dies(void)
{
	struct sim s;

	begin(&s, 2000);
	channel_switch(s.ch, "loop", 10000, s.now);
	sim_run(&s, 4000);
	t_str(sim_state(&s), "LOOP_ACTIVE");
	sim_run(&s, 10000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	channel_switch(s.ch, "loop", 0, s.now);
	sim_run(&s, 4000);
	s.enc[1].up = false;
	sim_run(&s, 4000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	check(&s, 4, FRAME + 2);
}

/* Anything may happen to three sources for an hour: the output never breaks. */
static void
random_hour(void)
{
	struct sim s;
	struct verdict v;
	unsigned int seed = 1, r;
	struct encoder *e;
	int i;

	sim_init(&s, 3, 2000);
	s.enc[1].fps = 25;
	s.enc[1].gop = 50;
	s.enc[1].rate = 44100;
	s.enc[2].reorder = 2;
	s.enc[2].batch_ms = 350;
	for (i = 0; i < 3; i++)
		sim_up(&s, i);
	for (i = 0; i < 1200; i++) {
		r = (unsigned int)rand_r(&seed);
		e = &s.enc[r % 3];
		switch (r / 16 % 8) {
		case 0:
			e->up = false;
			break;
		case 1:
			e->video = !e->video;
			break;
		case 2:
			e->audio = !e->audio;
			break;
		case 3:
			e->held_ms = r / 1024 % 1200;
			break;
		case 4:
			channel_switch(s.ch, r & 2048 ? "loop" : "third", 3000, s.now);
			break;
		case 5:
			source_ended(&s.ch->source[e->id].src);
			source_connected(&s.ch->source[e->id].src);
			e->announced = false;
			e->epoch++;
			break;
		default:
			e->start = r & 4096 ? 0 : (uint32_t)(r * 7919u);
			sim_up(&s, e->id);
			break;
		}
		sim_run(&s, r / 128 % 6000);
	}
	v = sim_judge(&s);
	t_int(v.faults, 0);
	t_int(s.hurried, 0);
	t_ok(v.cuts > 100);
	printf("# %d cuts, %zu frames, longest gap %lld ms\n", v.cuts, s.outs,
	    (long long)v.gap);
	sim_free(&s);
}

/* "The forwarder sends a batch when its first frame is due": the same cuts, none late, each silence a batch longer. */
static void
the_same_in_batches(void)
{
	static void (*const scenarios[])(void) = { stop_and_return, video_freezes_audio_goes_on,
	    audio_stops_video_goes_on, server_delivers_in_batches, burst_is_not_life, flapping_never_gets_the_air,
	    fifty_manual_switches, many_cuts_do_not_drift, b_frames_against_none, rates_differ, timestamps_wrap,
	    publisher_replaced, only_source_replaced, off_and_on, pin_expires_and_dies };
	size_t i;

	sim_batch_ms = 100;
	for (i = 0; i < nitems(scenarios); i++)
		scenarios[i]();
	sim_batch_ms = 0;
}

T_MAIN(
	{ "stop_and_return", stop_and_return },
	{ "video_freezes_audio_goes_on", video_freezes_audio_goes_on },
	{ "audio_stops_video_goes_on", audio_stops_video_goes_on },
	{ "short_hiccup_changes_nothing", short_hiccup_changes_nothing },
	{ "server_delivers_in_batches", server_delivers_in_batches },
	{ "burst_is_not_life", burst_is_not_life },
	{ "flapping_never_gets_the_air", flapping_never_gets_the_air },
	{ "fifty_manual_switches", fifty_manual_switches },
	{ "many_cuts_do_not_drift", many_cuts_do_not_drift },
	{ "b_frames_against_none", b_frames_against_none },
	{ "rates_differ", rates_differ },
	{ "no_delay_line", no_delay_line },
	{ "clocks_drift", clocks_drift },
	{ "timestamps_wrap", timestamps_wrap },
	{ "publisher_replaced", publisher_replaced },
	{ "only_source_replaced", only_source_replaced },
	{ "off_and_on", off_and_on },
	{ "pin_expires_and_dies", pin_expires_and_dies },
	{ "random_hour", random_hour },
	{ "the_same_in_batches", the_same_in_batches },
)
