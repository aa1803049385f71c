/* SPDX-License-Identifier: ISC */
/* The table of failover against what the test works out by itself: every view, and a long life. */
#include "failover_stage.h"

/* -- every view there is -- */

static int
desired_rank(int source, int pin)
{
	return source == pin ? -1 : source;
}

/* The most preferred healthy and ready source but one, or FO_NONE. */
static int
next_best(int but, int pin)
{
	int i, found = FO_NONE;

	for (i = 0; i < SOURCES; i++)
		if (i != but && v[i].healthy && v[i].ready && (found == FO_NONE ||
		    desired_rank(i, pin) < desired_rank(found, pin)))
			found = i;
	return found;
}

static void
check_on_air(const struct fo_decision *d)
{
	int want = FO_NONE, i;

	if (!v[f.on].healthy) {
		want = next_best(f.on, f.pin);
		t_int(d->action, want == FO_NONE ? FO_STAY : FO_CUT_AT_END);
	} else {
		for (i = 0; i < SOURCES; i++)
			if (v[i].healthy && v[i].ready && (v[i].stable_ms >=
			    STABLE_MS || i == f.pin) && (want == FO_NONE ||
			    desired_rank(i, f.pin) < desired_rank(want, f.pin)) &&
			    desired_rank(i, f.pin) < desired_rank(f.on, f.pin))
				want = i;
		t_int(d->action, want == FO_NONE ? FO_STAY : FO_CUT_AT_KEYFRAME);
	}
	t_int(d->source, want);
	if (want == FO_NONE)
		t_int(d->next, f.state);
	else
		t_int(d->next, want == failover_preferred(&f) ? FO_PREFERRED :
		    FO_BACKUP);
}

static void
check_view(int on, int pin, bool off)
{
	struct failover before;
	struct fo_decision d;

	failover_init(&f, &policy, now);
	f.on = on < 0 ? FO_NONE : on;
	f.state = on == -2 ? FO_OFF : on == -1 ? FO_STARTING : on == 0 ?
	    FO_PREFERRED : FO_BACKUP;
	if (pin != FO_NONE)
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
		t_ok(d.source == FO_NONE ? d.action == FO_STAY : d.action ==
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
			for (pin = FO_NONE; pin < SOURCES; pin++) {
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
			t_ok(desired_rank(d->source, f.pin) <= desired_rank(i, f.pin));
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

	now = 1000000;
	begin();
	for (n = 0; n < 100000 && !t_failed; n++) {
		live_on();
		d = failover_decide(&f, v, now);
		if (d.action == FO_CUT_AT_END || d.action == FO_CUT_AT_KEYFRAME)
			check_cut(&d);
		else if (f.on != FO_NONE && !f.off && !v[f.on].healthy)
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
		t_ok((f.on == FO_NONE) == (f.state == FO_OFF ||
		    f.state == FO_STARTING));
	}
	t_ok(cuts > 1000);
}

T_MAIN(
	{ "every_view_is_decided_right", every_view_is_decided_right },
	{ "holds_through_a_long_random_life", holds_through_a_long_random_life },
)
