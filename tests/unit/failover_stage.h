/* SPDX-License-Identifier: ISC */
/* The stage for tests of failover: a channel whose clock and sources the test moves. */
#ifndef TESTS_UNIT_FAILOVER_STAGE_H
#define TESTS_UNIT_FAILOVER_STAGE_H

#include "base/base.h"
#include "forward/failover.h"
#include "t.h"

enum { OBS, LOOP, FILM, SOURCES };	/* as a channel has them */

#define STABLE_MS	5000
#define STABLE_MAX_MS	60000
#define START_MS	3000

static struct failover f;
static struct fo_view v[FO_SOURCES];
static int64_t now;
static struct fo_decision last;

static const struct fo_policy policy = {
	.sources = SOURCES, .stable_ms = STABLE_MS,
	.stable_max_ms = STABLE_MAX_MS, .start_ms = START_MS
};

__attribute__((unused)) static void
begin(void)
{
	memset(v, 0, sizeof(v));
	v[FILM] = (struct fo_view){ .healthy = true, .ready = true,
	    .local = true, .stable_ms = INT64_MAX };
	now = 1000000;
	failover_init(&f, &policy, now);
}

/* Decides and carries it out at once, as if every cut were possible. */
__attribute__((unused)) static enum fo_event
step(void)
{
	last = failover_decide(&f, v, now);
	if (last.action != FO_STAY || last.next != f.state)
		failover_done(&f, &last, now);
	return last.event;
}

__attribute__((unused)) static void
live(int source, int64_t stable_ms)
{
	v[source] = (struct fo_view){ .healthy = true, .ready = true,
	    .stable_ms = stable_ms };
}

__attribute__((unused)) static void
dead(int source)
{
	v[source] = (struct fo_view){ .healthy = false };
}

/* On the air with OBS, the loop healthy. */
__attribute__((unused)) static void
begin_on_obs(void)
{
	begin();
	live(OBS, 0);
	live(LOOP, 0);
	t_int(step(), FO_READY);
	t_int(f.on, OBS);
	t_int(f.state, FO_PREFERRED);
}

#endif
