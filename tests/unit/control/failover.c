/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/failover.h"
#include "t.h"

enum { OBS, LOOP, FILM, SOURCES };	/* as a channel has them */

#define STABLE_MS	5000
#define STABLE_MAX_MS	60000
#define START_MS	3000

/* The stage of every test: a channel whose clock and sources the test moves. */
static struct failover f;
static struct fo_view v[FO_SOURCES];
static int64_t now;
static struct fo_decision last;

static const struct fo_policy policy = {
	.sources = SOURCES, .stable_ms = STABLE_MS,
	.stable_max_ms = STABLE_MAX_MS, .start_ms = START_MS
};

static void
begin(void)
{
	memset(v, 0, sizeof(v));
	v[FILM] = (struct fo_view){ .healthy = true, .ready = true,
	    .local = true, .stable_ms = INT64_MAX };
	now = 1000000;
	failover_init(&f, &policy, now);
}

/* Decides and carries it out at once, as if every cut were possible. */
static enum fo_event
step(void)
{
	last = failover_decide(&f, v, now);
	if (last.action != FO_STAY || last.next != f.state)
		failover_done(&f, &last, now);
	return last.event;
}

static void
live(int source, int64_t stable_ms)
{
	v[source] = (struct fo_view){ .healthy = true, .ready = true,
	    .stable_ms = stable_ms };
}

static void
dead(int source)
{
	v[source] = (struct fo_view){ .healthy = false };
}

/* On the air with OBS, the loop healthy. */
static void
begin_on_obs(void)
{
	begin();
	live(OBS, 0);
	live(LOOP, 0);
	t_int(step(), FO_READY);
	t_int(f.on, OBS);
	t_int(f.state, FO_PREFERRED);
}

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

/* -- the operator's word -- */

static void
a_pin_overrides_the_order(void)
{
	begin_on_obs();
	failover_pin(&f, LOOP, 0, now);
	t_int(f.state, FO_BACKUP);	/* OBS is not what is wanted now */
	t_int(failover_wanted(&f), LOOP);
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
	t_int(f.pin, FO_AUTO);
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
	t_int(f.on, FO_AUTO);
	now += 1000000;
	t_int(step(), FO_NOTHING);
	t_int(last.action, FO_STAY);
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

/* -- every view there is -- */

static int
wanted_rank(int source, int pin)
{
	return source == pin ? -1 : source;
}

/* The most wanted healthy and ready source but one, or FO_AUTO. */
static int
next_best(int but, int pin)
{
	int i, found = FO_AUTO;

	for (i = 0; i < SOURCES; i++)
		if (i != but && v[i].healthy && v[i].ready && (found == FO_AUTO ||
		    wanted_rank(i, pin) < wanted_rank(found, pin)))
			found = i;
	return found;
}

static void
check_on_air(const struct fo_decision *d)
{
	int want = FO_AUTO, i;

	if (!v[f.on].healthy) {
		want = next_best(f.on, f.pin);
		t_int(d->action, want == FO_AUTO ? FO_STAY : FO_CUT_AT_END);
	} else {
		for (i = 0; i < SOURCES; i++)
			if (v[i].healthy && v[i].ready && (v[i].stable_ms >=
			    STABLE_MS || i == f.pin) && (want == FO_AUTO ||
			    wanted_rank(i, f.pin) < wanted_rank(want, f.pin)) &&
			    wanted_rank(i, f.pin) < wanted_rank(f.on, f.pin))
				want = i;
		t_int(d->action, want == FO_AUTO ? FO_STAY : FO_CUT_AT_KEYFRAME);
	}
	t_int(d->source, want);
	if (want == FO_AUTO)
		t_int(d->next, f.state);
	else
		t_int(d->next, want == failover_wanted(&f) ? FO_PREFERRED :
		    FO_BACKUP);
}

static void
check_view(int on, int pin, bool off)
{
	struct failover before;
	struct fo_decision d;

	failover_init(&f, &policy, now);
	f.on = on < 0 ? FO_AUTO : on;
	f.state = on == -2 ? FO_OFF : on == -1 ? FO_STARTING : on == 0 ?
	    FO_PREFERRED : FO_BACKUP;
	if (pin != FO_AUTO)
		failover_pin(&f, pin, 0, now);
	f.off = off;
	before = f;
	d = failover_decide(&f, v, now);
	t_ok(memcmp(&before, &f, sizeof(f)) == 0);
	if (off)
		t_int(d.action, f.state == FO_OFF ? FO_STAY : FO_STOP);
	else if (on == -2)
		t_ok(d.action == FO_STAY && d.next == FO_STARTING);
	else if (on == -1)
		t_ok(d.source == FO_AUTO ? d.action == FO_STAY : d.action ==
		    FO_CUT_AT_END && v[d.source].healthy && v[d.source].ready);
	else
		check_on_air(&d);
}

static void
every_view_is_decided_right(void)
{
	static const int64_t stable[] = { 0, STABLE_MS - 1, STABLE_MS };
	unsigned int bits, code, i;
	int on, pin;

	begin();
	for (code = 0; code < 24 * 24 * 24 && !t_failed; code++) {
		for (i = 0, bits = code; i < SOURCES; i++, bits /= 24)
			v[i] = (struct fo_view){ bits & 1, bits >> 1 & 1,
			    bits >> 2 & 1, i == FILM, stable[bits / 8 % 3] };
		for (on = -2; on < SOURCES; on++)
			for (pin = FO_AUTO; pin < SOURCES; pin++) {
				check_view(on, pin, false);
				check_view(on, pin, true);
			}
	}
}

/* -- a long random life -- */

static uint64_t seed = 0x9e3779b97f4a7c15u;

static uint32_t
chance(uint32_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % n;
}

/* What the test knows by itself of each source. */
static struct {
	int64_t	healthy_since;	/* 0: it is not */
	int64_t	window, failed;
} known[SOURCES];
static int64_t returned;
static bool pinned_failed;

static void
live_on(void)
{
	int i;

	now += 1 + chance(chance(10) == 0 ? 100000 : 2000);
	for (i = 0; i < SOURCES; i++) {
		if (chance(known[i].healthy_since != 0 ? 60 : 10) == 0)
			known[i].healthy_since = known[i].healthy_since == 0 ?
			    now : 0;
		v[i].healthy = known[i].healthy_since != 0;
		v[i].stable_ms = v[i].healthy ? now - known[i].healthy_since : 0;
		v[i].ready = v[i].healthy && chance(10) != 0;
		v[i].coming = !v[i].healthy && chance(3) == 0;
		v[i].local = i == FILM;
	}
	switch (chance(400)) {
	case 0:
		failover_auto(&f);
		break;
	case 1:
		failover_off(&f);
		break;
	case 2:
		failover_pin(&f, (int)chance(SOURCES), chance(300000), now);
		pinned_failed = false;
		break;
	}
}

static int64_t
known_window(int i)
{
	if (i == f.pin && !pinned_failed)
		return 0;
	return known[i].failed == 0 || now - known[i].failed > FO_QUIET_MS ?
	    STABLE_MS : known[i].window;
}

static void
check_cut(const struct fo_decision *d)
{
	int i, from = f.on;

	t_ok(v[d->source].healthy && v[d->source].ready);
	for (i = 0; i < SOURCES; i++)	/* a starting one may wait for a better one */
		if (d->event == FO_LOST && i != from && v[i].healthy && v[i].ready)
			t_ok(wanted_rank(d->source, f.pin) <= wanted_rank(i, f.pin));
	if (d->event == FO_BETTER)
		t_ok(v[d->source].stable_ms >= known_window(d->source));
	if (d->event != FO_LOST)
		return;
	if (from == f.pin)
		pinned_failed = true;
	if (returned != 0 && now - returned < FO_FLAP_MS) {
		known[from].window = known_window(from) * 2 < STABLE_MAX_MS ?
		    known_window(from) * 2 : STABLE_MAX_MS;
		known[from].failed = now;
	}
}

static void
holds_through_a_long_random_life(void)
{
	struct fo_decision d;
	int n, cuts = 0, i;

	begin();
	memset(known, 0, sizeof(known));
	returned = 0;
	for (n = 0; n < 100000 && !t_failed; n++) {
		live_on();
		d = failover_decide(&f, v, now);
		if (d.action == FO_CUT_AT_END || d.action == FO_CUT_AT_KEYFRAME)
			check_cut(&d);
		else if (f.on != FO_AUTO && !f.off && !v[f.on].healthy)
			for (i = 0; i < SOURCES; i++)	/* then nothing else is there */
				t_ok(i == f.on || !v[i].healthy || !v[i].ready);
		if (d.action == FO_STAY && d.next == f.state)
			continue;
		if (d.action != FO_STAY && d.action != FO_STOP) {
			returned = d.event == FO_BETTER ? now : 0;
			cuts++;
		} else
			returned = 0;
		failover_done(&f, &d, now);
		t_ok((f.on == FO_AUTO) == (f.state == FO_OFF ||
		    f.state == FO_STARTING));
	}
	t_ok(cuts > 1000);
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
	struct failover fo = { .pin = FO_AUTO };
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
	T(a_pin_overrides_the_order),
	T(a_pin_does_not_override_health),
	T(a_dead_pinned_source_fails_over_and_returns_when_stable),
	T(a_pin_expires),
	T(a_pin_may_be_for_any_time),
	T(auto_takes_a_pin_away),
	T(off_stops_and_stays_off),
	T(off_while_starting),
	T(on_again_starts_afresh),
	T(a_pin_turns_on),
	T(every_view_is_decided_right),
	T(holds_through_a_long_random_life),
	T(states_have_names),
	T(events_have_names),
)
