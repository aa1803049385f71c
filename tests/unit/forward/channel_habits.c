/* SPDX-License-Identifier: ISC */
/* Sources with bad habits. */
#include "base/base.h"
#include "sim.h"

/* The new one's clock is an hour ahead: what the delay line holds of the old one still goes out. */
static void
only_source_replaced_by_a_later_clock(void)
{
	struct sim s;

	sim_init(&s, 1, 2000);
	all_up(&s, 12000);
	s.enc[0].up = false;
	sim_run(&s, 700);
	s.enc[0].start = 3600000;
	sim_up(&s, 0);
	sim_run(&s, 15000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	check(&s, 1, FRAME + 2);
}

/* A keyframe every 50 s is bad style, and no reason to leave the air. */
static void
keyframes_are_rare(void)
{
	struct sim s;

	sim_init(&s, 2, 2000);
	s.enc[0].gop = 1500;
	all_up(&s, 180000);
	t_str(sim_state(&s), "OBS_ACTIVE");
	check(&s, 0, FRAME + 2);
}

/* A capture that leaves out frames while a cut is awaited: the next one comes later than it should. */
static void
frames_are_left_out(void)
{
	struct sim s;
	struct encoder *e = &s.enc[0];
	int i;

	begin(&s, 2000);
	for (i = 0; i < 600; i++) {
		if (i % 30 == 0)
			channel_switch(s.ch, i % 60 ? "obs" : "loop", 0, s.now);
		if (e->frames % 60 > 2 && e->frames % 60 < 50)
			e->frames += 1 + (unsigned)i % 4;	/* it numbers what it leaves out */
		sim_run(&s, 100);
	}
	t_int(s.hurried, 0);
	sim_free(&s);
}

T_MAIN(
	{ "only_source_replaced_by_a_later_clock", only_source_replaced_by_a_later_clock },
	{ "keyframes_are_rare", keyframes_are_rare },
	{ "frames_are_left_out", frames_are_left_out },
)
