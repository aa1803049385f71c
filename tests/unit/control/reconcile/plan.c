/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/reconcile/plan.h"
#include "t.h"

/* A channel that is as wanted: each test spoils something. */
static struct plan_channel
fine(void)
{
	struct plan_channel c = {
		.name = "c", .place = PLAN_HERE, .wants = { true, true },
		.spec = { PLAN_SAME, PLAN_SAME }, .up = { PLAN_UP, PLAN_UP },
		.mode = "auto", .now_mode = "auto", .sources = 2,
		.source = {
			{ .name = "obs", .publishing = true, .client = "7",
			  .alive_ms = 60000, .silent_ms = 0,
			  .allowed_ms = 60000, .kicked_ms = -1 },
			{ .name = "loop", .publishing = true, .client = "8",
			  .alive_ms = 60000, .silent_ms = 0,
			  .allowed_ms = 60000, .kicked_ms = -1 },
		},
	};

	return c;
}

/* The plan in words: "write forward, start forward, switch loop 5000, kick c_obs 7". */
static const char *
words(const struct plan_channel *c)
{
	static char text[512];
	struct plan_action todo[PLAN_PER_CHANNEL], *a;
	size_t len = 0;
	int i, n = plan_channel(c, todo);

	text[0] = '\0';
	for (i = 0; i < n; i++) {
		a = &todo[i];
		len = strlen(text);
		if (a->act == PLAN_SWITCH)
			snprintf(text + len, sizeof(text) - len, "%sswitch %s %lld",
			    i > 0 ? ", " : "", a->to, (long long)a->for_ms);
		else if (a->act == PLAN_KICK)
			snprintf(text + len, sizeof(text) - len, "%skick %s %s",
			    i > 0 ? ", " : "", a->stream, a->client);
		else
			snprintf(text + len, sizeof(text) - len, "%s%s %s",
			    i > 0 ? ", " : "", plan_do_name(a->act),
			    plan_unit_name(a->unit));
		t_ok(a->reason != NULL);
		t_str(a->channel, "c");
	}
	return text;
}

static void
nothing_for_what_is_as_wanted(void)
{
	struct plan_channel c = fine();

	t_str(words(&c), "");
	c.now_mode[0] = '\0';		/* the forwarder did not answer */
	t_str(words(&c), "");
	c.up[PLAN_FORWARD] = c.up[PLAN_LOOP] = PLAN_UNKNOWN;
	t_str(words(&c), "");
	c.source[0].publishing = false;	/* OBS went home */
	t_str(words(&c), "");
	c.source[0] = c.source[1] = (struct plan_source){ .name = "obs",
	    .alive_ms = -1, .silent_ms = -1, .allowed_ms = -1, .kicked_ms = -1 };
	t_str(words(&c), "");
}

/* Rows: the unit's spec, whether it is up, whether a reload is pending; the actions. */
static void
units_that_are_wanted(void)
{
	static const struct {
		enum plan_spec	 spec;
		enum plan_up	 up;
		bool		 reload_pending;
		const char	*want;
	} rows[] = {
		{ PLAN_NONE, PLAN_DOWN, false, "write forward, start forward" },
		{ PLAN_NONE, PLAN_UP, false, "write forward, reload forward" },
		{ PLAN_NONE, PLAN_UNKNOWN, false, "write forward, reload forward" },
		{ PLAN_SAME, PLAN_DOWN, false, "start forward" },
		{ PLAN_SAME, PLAN_DOWN, true, "start forward" },
		{ PLAN_SAME, PLAN_ENDING, false, "start forward" },
		{ PLAN_NONE, PLAN_FAILED, false, "write forward, start forward" },
		{ PLAN_OTHER, PLAN_FAILED, false, "write forward, start forward" },
		{ PLAN_OTHER_RESTART, PLAN_FAILED, false, "write forward, start forward" },
		{ PLAN_SAME, PLAN_FAILED, true, "start forward" },	/* the start itself failed */
		{ PLAN_SAME, PLAN_FAILED, false, "" },
		{ PLAN_SAME, PLAN_UP, false, "" },
		{ PLAN_SAME, PLAN_UP, true, "reload forward" },
		{ PLAN_SAME, PLAN_UNKNOWN, false, "" },
		{ PLAN_SAME, PLAN_UNKNOWN, true, "reload forward" },
		{ PLAN_OTHER, PLAN_DOWN, false, "write forward, start forward" },
		{ PLAN_OTHER, PLAN_UP, false, "write forward, reload forward" },
		{ PLAN_OTHER, PLAN_UNKNOWN, false, "write forward, reload forward" },
		{ PLAN_OTHER_RESTART, PLAN_DOWN, false, "write forward, start forward" },
		{ PLAN_OTHER_RESTART, PLAN_UP, false, "write forward, restart forward" },
		{ PLAN_OTHER_RESTART, PLAN_UNKNOWN, false, "write forward, reload forward" },
	};
	struct plan_channel c;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		c = fine();
		c.spec[PLAN_FORWARD] = rows[i].spec;
		c.up[PLAN_FORWARD] = rows[i].up;
		c.reload_pending[PLAN_FORWARD] = rows[i].reload_pending;
		if (!t_str(words(&c), rows[i].want))
			printf("# row %zu\n", i);
	}
	c = fine();
	c.spec[PLAN_LOOP] = PLAN_OTHER;
	t_str(words(&c), "write loop, reload loop");
	c.up[PLAN_LOOP] = PLAN_DOWN;
	t_str(words(&c), "write loop, start loop");
}

/* With the same spec not at every pass; what it is to be on the air is nobody's to hear. */
static void
a_unit_that_failed_has_time(void)
{
	static const struct {
		int64_t		 tried;
		const char	*want;
	} rows[] = {
		{ 0, "" }, { PLAN_RETRY_MS, "" }, { PLAN_RETRY_MS + 1, "start forward" }, { -1, "start forward" }
	};
	struct plan_channel c;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		c = fine();
		c.up[PLAN_FORWARD] = PLAN_FAILED;
		c.last_start_ms[PLAN_FORWARD] = rows[i].tried;
		strlcpy(c.mode, "loop", sizeof(c.mode));
		if (!t_str(words(&c), rows[i].want))
			printf("# row %zu\n", i);
	}
}

/* Rows: where the channel is; what is done with a forwarder and a loop that run, do not, may run. */
static void
units_that_are_not(void)
{
	static const struct {
		enum plan_place	 place;
		enum plan_up	 up;
		const char	*want;
	} rows[] = {
		{ PLAN_DISABLED, PLAN_UP, "stop loop, remove loop, switch off 0, stop forward, remove forward" },
		{ PLAN_DISABLED, PLAN_DOWN, "remove loop, remove forward" },
		{ PLAN_DISABLED, PLAN_FAILED, "remove loop, remove forward" },
		{ PLAN_DISABLED, PLAN_UNKNOWN, "" },
		{ PLAN_GONE, PLAN_UP, "stop loop, remove loop, switch off 0, stop forward, remove forward" },
		{ PLAN_GONE, PLAN_UNKNOWN, "" },
		/* the broadcast goes on, from another host */
		{ PLAN_ELSEWHERE, PLAN_UP, "stop loop, remove loop, stop forward, remove forward" },
		{ PLAN_ELSEWHERE, PLAN_DOWN, "remove loop, remove forward" },
		{ PLAN_ELSEWHERE, PLAN_ENDING, "remove loop, remove forward" },
	};
	struct plan_channel c;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		c = fine();
		c.place = rows[i].place;
		c.up[PLAN_FORWARD] = c.up[PLAN_LOOP] = rows[i].up;
		c.source[0].publishing = c.source[1].publishing = false;
		if (!t_str(words(&c), rows[i].want))
			printf("# row %zu\n", i);
		c.spec[PLAN_FORWARD] = c.spec[PLAN_LOOP] = PLAN_NONE;
		if (rows[i].up != PLAN_UP)
			t_str(words(&c), "");
	}
	c = fine();
	c.wants[PLAN_LOOP] = false;		/* it has no film */
	t_str(words(&c), "stop loop, remove loop");
}

/* Rows: what is left of a channel that another host will own; whether its lease is released. */
static void
a_lease_is_released_when_nothing_is_left(void)
{
	static const struct {
		enum plan_up	 forward, loop;
		bool		 spec, kept, leaving;
		const char	*want;
	} rows[] = {
		{ PLAN_DOWN, PLAN_DOWN, false, false, true, "release forward" },
		{ PLAN_DOWN, PLAN_DOWN, false, false, false, "" },
		{ PLAN_FAILED, PLAN_FAILED, false, false, true, "release forward" },
		{ PLAN_UP, PLAN_DOWN, false, false, true, "stop forward" },
		{ PLAN_DOWN, PLAN_UP, false, false, true, "stop loop" },
		{ PLAN_ENDING, PLAN_DOWN, false, false, true, "" },
		{ PLAN_DOWN, PLAN_ENDING, false, false, true, "" },
		{ PLAN_UNKNOWN, PLAN_UNKNOWN, false, false, true, "" },
		/* a unit that was started may have read it: the next pass observes it */
		{ PLAN_DOWN, PLAN_DOWN, true, false, true, "remove forward" },
		/* a reboot without the database would start it */
		{ PLAN_DOWN, PLAN_DOWN, false, true, true, "remove forward" },
		{ PLAN_DOWN, PLAN_DOWN, false, true, false, "remove forward" },
	};
	struct plan_channel c;
	size_t i;
	int place;

	for (i = 0; i < nitems(rows); i++) {
		c = fine();
		c.place = PLAN_ELSEWHERE;
		c.source[0].publishing = c.source[1].publishing = false;
		c.up[PLAN_FORWARD] = rows[i].forward;
		c.up[PLAN_LOOP] = rows[i].loop;
		c.spec[PLAN_FORWARD] = rows[i].spec ? PLAN_OTHER : PLAN_NONE;
		c.spec[PLAN_LOOP] = PLAN_NONE;
		c.kept[PLAN_FORWARD] = rows[i].kept;
		c.leaving = rows[i].leaving;
		if (!t_str(words(&c), rows[i].want))
			printf("# row %zu\n", i);
	}
	for (place = PLAN_DISABLED; place <= PLAN_GONE; place++) {
		c.kept[PLAN_FORWARD] = false;
		c.leaving = true;
		c.place = place;
		t_str(words(&c), "release forward");
	}
	c = fine();		/* carried on, and kept */
	c.kept[PLAN_FORWARD] = c.kept[PLAN_LOOP] = true;
	t_str(words(&c), "");
	c.wants[PLAN_LOOP] = false;
	c.up[PLAN_LOOP] = PLAN_DOWN;
	c.spec[PLAN_LOOP] = PLAN_NONE;
	t_str(words(&c), "remove loop");
}

static void
what_cannot_be_had_stops_nothing(void)
{
	struct plan_channel c = fine();

	c.faulty = true;
	c.wants[PLAN_FORWARD] = c.wants[PLAN_LOOP] = false;
	c.spec[PLAN_FORWARD] = PLAN_OTHER;
	t_str(words(&c), "");
	c.up[PLAN_FORWARD] = PLAN_DOWN;
	t_str(words(&c), "");
}

static void
the_operators_word(void)
{
	static const struct {
		const char	*mode;
		int64_t		 left;
		const char	*now;
		int64_t		 now_left;
		const char	*want;
	} rows[] = {
		{ "auto", 0, "auto", 0, "" },
		{ "auto", 0, "loop", 0, "switch auto 0" },
		{ "auto", 0, "loop", 9000, "switch auto 0" },
		{ "auto", 0, "off", 0, "switch auto 0" },
		{ "loop", 0, "auto", 0, "switch loop 0" },
		{ "loop", 0, "loop", 0, "" },
		{ "loop", 0, "loop", 60000, "switch loop 0" },
		{ "loop", 60000, "auto", 0, "switch loop 60000" },
		{ "loop", 60000, "loop", 0, "switch loop 60000" },
		{ "loop", 60000, "loop", 61000, "" },
		{ "loop", 60000, "loop", 57000, "" },
		{ "loop", 60000, "loop", 56999, "switch loop 60000" },
		{ "loop", 2000, "loop", 0, "switch loop 2000" },	/* for ever is no short time */
		{ "loop", 0, "loop", 2000, "switch loop 0" },
		{ "loop", 60000, "loop", 90000, "switch loop 60000" },
		{ "loop", 60000, "obs", 60000, "switch loop 60000" },
		{ "off", 0, "auto", 0, "switch off 0" },
		{ "off", 60000, "off", 0, "" },	/* it ends in the database */
		{ "off", 60000, "auto", 0, "switch off 0" },
		{ "loop", 60000, "", 0, "" },	/* nobody to tell */
	};
	struct plan_channel c;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		c = fine();
		strlcpy(c.mode, rows[i].mode, sizeof(c.mode));
		c.left_ms = rows[i].left;
		strlcpy(c.now_mode, rows[i].now, sizeof(c.now_mode));
		c.now_left_ms = rows[i].now_left;
		if (!t_str(words(&c), rows[i].want))
			printf("# row %zu\n", i);
	}
}

/* A pin for a time is not in the spec: the reload would end it, and a forwarder that has just started lacks it. */
static void
a_pin_outlives_a_reload(void)
{
	struct plan_channel c = fine();

	t_str(plan_spec_mode("loop", 5000), "auto");
	t_str(plan_spec_mode("loop", 0), "loop");
	t_str(plan_spec_mode("off", 5000), "off");
	strlcpy(c.mode, "loop", sizeof(c.mode));
	strlcpy(c.now_mode, "loop", sizeof(c.now_mode));
	c.left_ms = c.now_left_ms = 5000;
	c.spec[PLAN_FORWARD] = PLAN_OTHER;
	t_str(words(&c), "write forward, reload forward, switch loop 5000");
	c.spec[PLAN_FORWARD] = PLAN_SAME;
	c.reload_pending[PLAN_FORWARD] = true;
	t_str(words(&c), "reload forward, switch loop 5000");
	c.spec[PLAN_FORWARD] = PLAN_OTHER_RESTART;	/* the next pass tells it */
	t_str(words(&c), "write forward, restart forward");
}

static void
publishers_that_must_not_be_there(void)
{
	struct plan_channel c = fine();

	c.source[0].revoked = true;
	t_str(words(&c), "kick c_obs 7");
	c = fine();
	c.place = PLAN_DISABLED;
	c.spec[0] = c.spec[1] = PLAN_NONE;
	c.up[0] = c.up[1] = PLAN_DOWN;
	t_str(words(&c), "kick c_obs 7, kick c_loop 8");
	c.source[0].client[0] = '\0';
	c.source[1].publishing = false;
	t_str(words(&c), "");
}

static void
a_stale_publisher(void)
{
	static const struct {
		int64_t		 silent, alive, allowed, kicked;
		bool		 stale;
		const char	*want;
	} rows[] = {
		{ 0, 60000, 60000, -1, false, "" },
		{ 2000, 60000, 60000, -1, false, "" },
		{ 2001, 60000, 60000, -1, false, "kick c_obs 7" },
		{ -1, 60000, 60000, -1, false, "" },	/* no forwarder: who knows */
		{ -1, 60000, 60000, -1, true, "kick c_obs 7" },
		{ 60000, 1000, 60000, -1, false, "" },	/* came after the silence began */
		{ 60000, 4001, 60000, -1, false, "kick c_obs 7" },
		{ 60000, -1, 60000, -1, false, "kick c_obs 7" },
		{ 60000, -1, 1000, -1, false, "" },
		{ 60000, -1, -1, -1, false, "" },
		{ 60000, 60000, 60000, 10000, false, "" },	/* is it the forwarder that is deaf? */
		{ 60000, 60000, 60000, 30001, false, "kick c_obs 7" },
	};
	struct plan_channel c;
	struct plan_source *s;
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		c = fine();
		s = &c.source[0];
		s->silent_ms = rows[i].silent;
		s->alive_ms = rows[i].alive;
		s->allowed_ms = rows[i].allowed;
		s->kicked_ms = rows[i].kicked;
		s->stale = rows[i].stale;
		if (!t_str(words(&c), rows[i].want))
			printf("# row %zu\n", i);
	}
}

static void
unknown_publishers_are_kicked(void)
{
	struct plan_unknown_publisher s = { "x_obs", "12" };
	struct plan_action a;

	plan_unknown_publisher(&s, &a);
	t_int(a.act, PLAN_KICK);
	t_str(a.stream, "x_obs");
	t_str(a.client, "12");
	t_str(a.channel, "");
}

/* What a plan would leave behind, seen again, needs nothing: for every state of a unit. */
static void
done_is_done(void)
{
	struct plan_action todo[PLAN_PER_CHANNEL];
	struct plan_channel c;
	int spec, up, reload_pending, place, n, i;

	for (place = PLAN_HERE; place <= PLAN_GONE; place++)
	for (spec = PLAN_NONE; spec <= PLAN_OTHER_RESTART; spec++)
	for (up = PLAN_DOWN; up <= PLAN_ENDING; up++)
	for (reload_pending = 0; reload_pending < 2; reload_pending++) {
		c = fine();
		c.place = place;
		c.spec[0] = c.spec[1] = spec;
		c.up[0] = c.up[1] = up;
		c.reload_pending[0] = c.reload_pending[1] = reload_pending;
		strlcpy(c.mode, "loop", sizeof(c.mode));
		c.left_ms = 5000;
		n = plan_channel(&c, todo);
		t_ok(n <= PLAN_PER_CHANNEL);
		for (i = 0; i < n; i++) {
			enum plan_unit u = todo[i].unit;

			switch (todo[i].act) {
			case PLAN_WRITE:
				c.spec[u] = PLAN_SAME;
				break;
			case PLAN_REMOVE:
				c.spec[u] = PLAN_NONE;
				c.reload_pending[u] = false;
				break;
			case PLAN_START:
			case PLAN_RESTART:
				c.up[u] = PLAN_UP;
				c.reload_pending[u] = false;
				c.now_mode[0] = '\0';
				break;
			case PLAN_RELOAD:
				c.reload_pending[u] = false;
				break;
			case PLAN_STOP:
				c.up[u] = PLAN_DOWN;
				break;
			case PLAN_SWITCH:
				strlcpy(c.now_mode, todo[i].to, sizeof(c.now_mode));
				c.now_left_ms = todo[i].for_ms;
				break;
			default:
				c.source[0].publishing = c.source[1].publishing = false;
			}
		}
		if (!t_int(plan_channel(&c, todo), 0))
			printf("# place %d spec %d up %d pending %d: %s %s\n", place, spec,
			    up, reload_pending, plan_do_name(todo[0].act), todo[0].reason);
	}
}

T_MAIN(
	{ "nothing_for_what_is_as_wanted", nothing_for_what_is_as_wanted },
	{ "units_that_are_wanted", units_that_are_wanted },
	{ "a_unit_that_failed_has_time", a_unit_that_failed_has_time },
	{ "units_that_are_not", units_that_are_not },
	{ "a_lease_is_released_when_nothing_is_left", a_lease_is_released_when_nothing_is_left },
	{ "what_cannot_be_had_stops_nothing", what_cannot_be_had_stops_nothing },
	{ "the_operators_word", the_operators_word },
	{ "a_pin_outlives_a_reload", a_pin_outlives_a_reload },
	{ "publishers_that_must_not_be_there", publishers_that_must_not_be_there },
	{ "a_stale_publisher", a_stale_publisher },
	{ "unknown_publishers_are_kicked", unknown_publishers_are_kicked },
	{ "done_is_done", done_is_done }
)
