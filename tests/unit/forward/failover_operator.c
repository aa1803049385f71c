/* SPDX-License-Identifier: ISC */
/* The override: pins, off, auto. */
#include "failover_stage.h"

static void
a_pin_overrides_the_order(void)
{
	begin_on_obs();
	failover_pin(&f, LOOP, 0, now);
	t_int(f.state, FO_BACKUP);	/* OBS is not the preferred source now */
	t_int(failover_preferred(&f), LOOP);
	t_int(step(), FO_BETTER);	/* the operator does not wait for a window */
	t_int(last.action, FO_CUT_AT_KEYFRAME);
	t_int(f.on, LOOP);
	t_int(f.state, FO_PREFERRED);
	live(OBS, 1000000);
	t_int(step(), FO_NOTHING);
}

static void
a_pin_does_not_override_health(void)
{
	begin_on_obs();
	dead(LOOP);
	failover_pin(&f, LOOP, 0, now);
	t_int(step(), FO_NOTHING);
	t_int(f.on, OBS);
	live(LOOP, 0);
	v[LOOP].ready = false;
	t_int(step(), FO_NOTHING);
	v[LOOP].ready = true;
	t_int(step(), FO_BETTER);
	t_int(f.on, LOOP);
}

static void
a_dead_pinned_source_fails_over_and_returns_when_stable(void)
{
	begin_on_obs();
	failover_pin(&f, LOOP, 0, now);
	step();
	now += FO_FLAP_MS;
	dead(LOOP);
	t_int(step(), FO_LOST);
	t_int(f.on, OBS);
	t_int(f.state, FO_BACKUP);
	live(LOOP, STABLE_MS - 1);
	t_int(step(), FO_NOTHING);
	live(LOOP, STABLE_MS);
	t_int(step(), FO_BETTER);
	t_int(f.on, LOOP);
	t_int(f.state, FO_PREFERRED);
}

static void
a_new_pin_forgives(void)
{
	begin_on_obs();
	failover_pin(&f, LOOP, 0, now);
	step();
	dead(LOOP);
	t_int(step(), FO_LOST);
	live(LOOP, 0);
	t_int(step(), FO_NOTHING);
	failover_pin(&f, LOOP, 0, now);	/* the operator knows better */
	t_int(step(), FO_BETTER);
	t_int(f.on, LOOP);
}

static void
a_pin_expires(void)
{
	begin_on_obs();
	failover_pin(&f, LOOP, 600000, now);
	step();
	now += 599999;
	live(OBS, 599999);
	t_int(step(), FO_NOTHING);
	t_int(f.pin, LOOP);
	now++;
	t_int(step(), FO_BETTER);
	t_int(f.on, OBS);
	t_int(f.pin, FO_NONE);
	t_int(f.state, FO_PREFERRED);
}

static void
a_pin_may_be_for_any_time(void)
{
	begin_on_obs();
	failover_pin(&f, LOOP, INT64_MAX, now);
	t_int(step(), FO_BETTER);
	now += INT64_MAX / 2;
	t_int(step(), FO_NOTHING);
	t_int(f.pin, LOOP);
}

static void
auto_takes_a_pin_away(void)
{
	begin_on_obs();
	failover_pin(&f, LOOP, 0, now);
	step();
	failover_auto(&f);
	t_int(f.state, FO_BACKUP);
	live(OBS, STABLE_MS - 1);
	t_int(step(), FO_NOTHING);
	live(OBS, STABLE_MS);
	t_int(step(), FO_BETTER);
	t_int(f.on, OBS);
}

static void
off_stops_and_stays_off(void)
{
	begin_on_obs();
	failover_off(&f);
	t_int(step(), FO_TURNED_OFF);
	t_int(last.action, FO_STOP);
	t_int(f.state, FO_OFF);
	t_int(f.on, FO_NONE);
	now += 1000000;
	t_int(step(), FO_NOTHING);
	t_int(last.action, FO_STAY);
}

static void
off_takes_a_pin_away(void)
{
	begin_on_obs();
	failover_pin(&f, LOOP, 600000, now);
	step();
	failover_off(&f);
	t_int(failover_preferred(&f), OBS);
	t_int(step(), FO_TURNED_OFF);
	t_int(f.pin, FO_NONE);
}

static void
off_while_starting(void)
{
	begin();
	failover_off(&f);
	t_int(step(), FO_TURNED_OFF);
	t_int(f.state, FO_OFF);
}

static void
on_again_starts_afresh(void)
{
	begin_on_obs();
	failover_off(&f);
	step();
	dead(OBS);
	v[OBS].coming = true;
	now += 1000000;
	failover_auto(&f);
	t_int(step(), FO_TURNED_ON);
	t_int(last.action, FO_STAY);
	t_int(f.state, FO_STARTING);
	t_int(step(), FO_NOTHING);	/* the grace runs from now */
	now += START_MS;
	t_int(step(), FO_READY);
	t_int(f.on, LOOP);
}

static void
a_pin_turns_on(void)
{
	begin_on_obs();
	failover_off(&f);
	step();
	failover_pin(&f, LOOP, 0, now);
	t_int(step(), FO_TURNED_ON);
	t_int(step(), FO_READY);
	t_int(f.on, LOOP);
	t_int(f.state, FO_PREFERRED);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(a_pin_overrides_the_order),
	T(a_pin_does_not_override_health),
	T(a_dead_pinned_source_fails_over_and_returns_when_stable),
	T(a_new_pin_forgives),
	T(a_pin_expires),
	T(a_pin_may_be_for_any_time),
	T(auto_takes_a_pin_away),
	T(off_stops_and_stays_off),
	T(off_takes_a_pin_away),
	T(off_while_starting),
	T(on_again_starts_afresh),
	T(a_pin_turns_on),
)
