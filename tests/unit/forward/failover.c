/* SPDX-License-Identifier: ISC */
#include "failover_stage.h"

/* OBS dies and comes back to the air; the window that this took. */
static int64_t
fail_and_return(int64_t alive_ms)
{
	int64_t ms;

	now += alive_ms;
	dead(OBS);
	t_int(step(), FO_LOST);
	t_int(f.on, LOOP);
	for (ms = 0; ms <= 2 * STABLE_MAX_MS; ms += 500, now += 500) {
		live(OBS, ms);
		if (step() == FO_BETTER)
			break;
		t_int(f.on, LOOP);
	}
	t_int(f.on, OBS);
	return ms;
}

/* -- starting -- */

static void
starts_with_the_most_wanted(void)
{
	begin_on_obs();
	t_int(last.action, FO_CUT_AT_END);
}

static void
starts_without_what_is_not_ready(void)
{
	begin();
	live(OBS, 0);
	v[OBS].ready = false;
	live(LOOP, 0);
	t_int(step(), FO_READY);
	t_int(f.on, LOOP);
	t_int(f.state, FO_BACKUP);
}

static void
start_waits_for_a_better_one_that_comes(void)
{
	begin();
	live(LOOP, 0);
	v[OBS].coming = true;
	t_int(step(), FO_NOTHING);
	now += START_MS - 1;
	t_int(step(), FO_NOTHING);
	live(OBS, 0);
	t_int(step(), FO_READY);
	t_int(f.on, OBS);
}

static void
start_does_not_wait_for_ever(void)
{
	begin();
	live(LOOP, 0);
	v[OBS].coming = true;
	now += START_MS;
	t_int(step(), FO_READY);
	t_int(f.on, LOOP);
}

static void
start_does_not_wait_for_a_worse_one(void)
{
	begin();
	live(OBS, 0);
	v[LOOP].coming = true;
	t_int(step(), FO_READY);
	t_int(f.on, OBS);
}

static void
a_file_starts_after_the_grace(void)
{
	begin();
	now += START_MS - 1;
	t_int(step(), FO_NOTHING);
	t_int(f.state, FO_STARTING);
	now++;
	t_int(step(), FO_READY);
	t_int(f.on, FILM);
	t_int(f.state, FO_BACKUP);
}

static void
a_file_alone_starts_at_once(void)
{
	struct fo_policy p = { .sources = 1 };

	begin();
	failover_init(&f, &p, now);
	v[0] = v[FILM];
	t_int(step(), FO_READY);
	t_int(f.on, 0);
	t_int(f.state, FO_PREFERRED);
}

/* -- going on where another process left it -- */

static void
coming(int source)
{
	v[source] = (struct fo_view){ .coming = true };
}

/* The film is on the air at once, and OBS and the loop come. */
static void
begin_with_filler(void)
{
	begin();
	failover_resume(&f);
	coming(OBS);
	coming(LOOP);
	t_int(step(), FO_READY);
	t_int(f.on, FILM);
	t_int(f.state, FO_BACKUP);
	now += 1000;
	t_int(step(), FO_NOTHING);
}

static void
a_file_is_the_filler_until_the_best_has_started(void)
{
	begin_with_filler();
	live(OBS, 0);
	live(LOOP, 0);
	t_int(step(), FO_BETTER);
	t_int(last.action, FO_CUT_AT_KEYFRAME);
	t_int(f.on, OBS);
	t_str(failover_reason(&f, &last), "ready");
	/* from here on it is as ever: no return that may fail, and none without being stable */
	dead(OBS);
	t_int(step(), FO_LOST);
	t_int(f.on, LOOP);
	t_int(f.window[OBS], STABLE_MS);
	live(OBS, STABLE_MS - 1);
	t_int(step(), FO_NOTHING);
	live(OBS, STABLE_MS);
	t_int(step(), FO_BETTER);
	t_str(failover_reason(&f, &last), "better-source-stable");
}

static void
a_filler_waits_for_a_better_one_that_comes(void)
{
	begin_with_filler();
	live(LOOP, 0);
	t_int(step(), FO_NOTHING);
	dead(OBS);
	t_int(step(), FO_BETTER);
	t_int(f.on, LOOP);
	live(OBS, 0);			/* it was not there, and must be stable */
	t_int(step(), FO_NOTHING);
}

static void
a_filler_ends_with_the_grace_of_a_start(void)
{
	begin_with_filler();
	now += START_MS - 1000;
	live(OBS, 0);
	t_int(step(), FO_NOTHING);
	live(OBS, STABLE_MS);
	t_int(step(), FO_BETTER);
	t_str(failover_reason(&f, &last), "better-source-stable");
}

static void
no_filler_where_the_best_is_ready_or_the_channel_is_off(void)
{
	begin();
	failover_resume(&f);
	live(OBS, 0);
	t_int(step(), FO_READY);
	t_int(f.on, OBS);
	dead(OBS);
	t_int(step(), FO_LOST);
	t_int(f.on, FILM);
	live(LOOP, 0);
	t_int(step(), FO_NOTHING);
	begin();
	failover_resume(&f);
	failover_off(&f);
	t_int(step(), FO_TURNED_OFF);
	failover_auto(&f);
	t_int(step(), FO_TURNED_ON);
	t_int(step(), FO_NOTHING);	/* a start like any other */
}

static void
a_pinned_source_starts(void)
{
	begin();
	live(OBS, 100000);
	live(LOOP, 0);
	failover_pin(&f, LOOP, 0, now);
	t_int(step(), FO_READY);
	t_int(f.on, LOOP);
	t_int(f.state, FO_PREFERRED);
}

/* -- failing over -- */

static void
fails_over_at_once(void)
{
	begin_on_obs();
	now++;
	dead(OBS);
	t_int(step(), FO_LOST);
	t_int(last.action, FO_CUT_AT_END);
	t_int(last.source, LOOP);
	t_int(f.state, FO_BACKUP);
	t_int(f.since, now);
}

static void
fails_over_to_the_next_healthy_in_order(void)
{
	begin_on_obs();
	dead(OBS);
	dead(LOOP);
	t_int(step(), FO_LOST);
	t_int(f.on, FILM);

	begin_on_obs();
	dead(OBS);
	v[LOOP].ready = false;
	t_int(step(), FO_LOST);
	t_int(f.on, FILM);
}

static void
fails_over_to_a_better_one_without_its_window(void)
{
	begin_on_obs();
	dead(OBS);
	step();
	dead(LOOP);
	live(OBS, 1);	/* just came back: better than dead air, and than a worse one */
	t_int(step(), FO_LOST);
	t_int(f.on, OBS);
	t_int(f.state, FO_PREFERRED);
}

static void
stays_when_nothing_is_healthy(void)
{
	begin_on_obs();
	dead(OBS);
	dead(LOOP);
	dead(FILM);
	t_int(step(), FO_NOTHING);
	t_int(f.on, OBS);
	t_int(f.state, FO_PREFERRED);
	live(OBS, 0);
	t_int(step(), FO_NOTHING);
	t_int(f.on, OBS);
}

/* -- failing back -- */

static void
returns_after_the_stable_window_only(void)
{
	begin_on_obs();
	now += 2 * FO_FLAP_MS;
	dead(OBS);
	step();
	live(OBS, STABLE_MS - 1);
	t_int(step(), FO_NOTHING);
	live(OBS, STABLE_MS);
	v[OBS].ready = false;
	t_int(step(), FO_NOTHING);
	live(OBS, STABLE_MS);
	t_int(step(), FO_BETTER);
	t_int(last.action, FO_CUT_AT_KEYFRAME);
	t_int(f.on, OBS);
	t_int(f.state, FO_PREFERRED);
}

static void
returns_step_by_step(void)
{
	begin_on_obs();
	dead(OBS);
	dead(LOOP);
	step();
	t_int(f.on, FILM);
	live(LOOP, STABLE_MS);
	t_int(step(), FO_BETTER);
	t_int(f.on, LOOP);
	t_int(f.state, FO_BACKUP);
	live(OBS, STABLE_MS);
	t_int(step(), FO_BETTER);
	t_int(f.on, OBS);
}

static void
never_moves_to_a_worse_one_that_is_stable(void)
{
	begin_on_obs();
	live(LOOP, 1000000);
	t_int(step(), FO_NOTHING);
	t_int(f.on, OBS);
}

/* -- not flapping -- */

static void
window_doubles_up_to_the_maximum(void)
{
	begin_on_obs();
	t_int(fail_and_return(100000), 5000);	/* it had not returned before */
	t_int(fail_and_return(1000), 10000);
	t_int(fail_and_return(1000), 20000);
	t_int(fail_and_return(1000), 40000);
	t_int(fail_and_return(1000), 60000);
	t_int(fail_and_return(1000), 60000);
}

static void
a_return_that_lasts_a_minute_did_not_fail(void)
{
	begin_on_obs();
	t_int(fail_and_return(100000), 5000);
	t_int(fail_and_return(FO_FLAP_MS), 5000);
	t_int(fail_and_return(FO_FLAP_MS - 1), 10000);
	t_int(fail_and_return(FO_FLAP_MS), 10000);	/* not doubled, not forgotten */
}

static void
window_is_normal_again_after_ten_quiet_minutes(void)
{
	begin_on_obs();
	fail_and_return(100000);
	t_int(fail_and_return(1000), 10000);
	t_int(fail_and_return(1000), 20000);
	t_int(fail_and_return(FO_QUIET_MS), 5000);
	t_int(fail_and_return(1000), 10000);		/* and doubles from there */
}

static void
window_belongs_to_its_source(void)
{
	begin_on_obs();
	fail_and_return(100000);
	fail_and_return(1000);
	dead(OBS);
	dead(LOOP);
	step();
	t_int(f.on, FILM);
	live(LOOP, STABLE_MS);
	t_int(step(), FO_BETTER);
	t_int(f.on, LOOP);
}

static void
a_window_of_nothing_stays_so(void)
{
	begin_on_obs();
	f.policy.stable_ms = 0;
	memset(f.window, 0, sizeof(f.window));
	t_int(fail_and_return(100000), 0);
	t_int(fail_and_return(1000), 0);
}

static void
uptime_of_a_new_machine_is_no_failure(void)
{
	begin();
	now = 1;		/* the clock began with the machine */
	failover_init(&f, &policy, now);
	live(OBS, 0);
	live(LOOP, 0);
	step();
	t_int(fail_and_return(1000), 5000);
}

/* -- names -- */

static void
states_have_names(void)
{
	char name[32];

	begin();
	t_str(failover_state_name(&f, "", name, sizeof(name)), "STARTING");
	live(OBS, 0);
	step();
	t_str(failover_state_name(&f, "obs", name, sizeof(name)), "OBS_ACTIVE");
	t_str(failover_state_name(&f, "studio-2", name, sizeof(name)),
	    "STUDIO_2_ACTIVE");
	t_str(failover_state_name(&f, "obs", name, 5), "OBS_");
	failover_off(&f);
	step();
	t_str(failover_state_name(&f, "", name, sizeof(name)), "OFF");
}

static void
events_have_names(void)
{
	struct failover fo = { .pin = FO_NONE };
	struct fo_decision d = { .source = 1 };
	int e;

	for (e = 0; e < FO_EVENTS; e++) {
		d.event = (enum fo_event)e;
		t_ok(failover_reason(&fo, &d)[0] != '\0');
	}
	fo.pin = 1;
	d.event = FO_BETTER;
	t_str(failover_reason(&fo, &d), "pinned");
}

#define T(name)	{ #name, name }

T_MAIN(
	T(starts_with_the_most_wanted),
	T(starts_without_what_is_not_ready),
	T(start_waits_for_a_better_one_that_comes),
	T(start_does_not_wait_for_ever),
	T(start_does_not_wait_for_a_worse_one),
	T(a_file_starts_after_the_grace),
	T(a_file_is_the_filler_until_the_best_has_started),
	T(a_filler_waits_for_a_better_one_that_comes),
	T(a_filler_ends_with_the_grace_of_a_start),
	T(no_filler_where_the_best_is_ready_or_the_channel_is_off),
	T(a_file_alone_starts_at_once),
	T(a_pinned_source_starts),
	T(fails_over_at_once),
	T(fails_over_to_the_next_healthy_in_order),
	T(fails_over_to_a_better_one_without_its_window),
	T(stays_when_nothing_is_healthy),
	T(returns_after_the_stable_window_only),
	T(returns_step_by_step),
	T(never_moves_to_a_worse_one_that_is_stable),
	T(window_doubles_up_to_the_maximum),
	T(a_return_that_lasts_a_minute_did_not_fail),
	T(window_is_normal_again_after_ten_quiet_minutes),
	T(window_belongs_to_its_source),
	T(a_window_of_nothing_stays_so),
	T(uptime_of_a_new_machine_is_no_failure),
	T(states_have_names),
	T(events_have_names),
)
