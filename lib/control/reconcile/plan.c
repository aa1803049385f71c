/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/reconcile/plan.h"

struct todo {
	struct plan_action		*v;
	int				 n;
	const struct plan_channel	*c;
};

static struct plan_action *
add(struct todo *t, enum plan_do act, enum plan_unit unit, const char *reason)
{
	struct plan_action *a = &t->v[t->n++];

	memset(a, 0, sizeof(*a));
	a->act = act;
	a->unit = unit;
	a->reason = reason;
	strlcpy(a->channel, t->c->name, sizeof(a->channel));
	return a;
}

static void
add_switch(struct todo *t, const char *to, int64_t for_ms, const char *reason)
{
	struct plan_action *a = add(t, PLAN_SWITCH, PLAN_FORWARD, reason);

	strlcpy(a->to, to, sizeof(a->to));
	a->for_ms = for_ms;
}

/* -- units -- */

/* Ends the broadcast, unless another host continues it. */
static void
plan_without(struct todo *t, enum plan_unit u, const char *reason)
{
	const struct plan_channel *c = t->c;

	if (c->up[u] == PLAN_UP) {
		if (u == PLAN_FORWARD && c->place != PLAN_ELSEWHERE)
			add_switch(t, "off", 0, reason);
		add(t, PLAN_STOP, u, reason);
	}
	/* A unit that may still run keeps its spec: without one, no pass looks for it. */
	if ((c->spec[u] != PLAN_NONE || c->kept[u]) && c->up[u] != PLAN_UNKNOWN)
		add(t, PLAN_REMOVE, u, reason);
}

/*
 * Another host may start the channel when nothing of it runs here or can start: a unit without a spec publishes
 * nothing. So the release comes one pass after the removal of the spec.
 */
static bool
nothing_left(const struct plan_channel *c)
{
	int u;

	for (u = 0; u < PLAN_UNITS; u++)
		if ((c->up[u] != PLAN_DOWN && c->up[u] != PLAN_FAILED) || c->spec[u] != PLAN_NONE || c->kept[u])
			return false;
	return true;
}

/* A failed unit is started at once with a new spec, and every PLAN_RETRY_MS with the same one. */
static bool
is_due(const struct plan_channel *c, enum plan_unit u)
{
	return c->spec[u] != PLAN_SAME || c->reload_pending[u] || c->last_start_ms[u] == -1 ||
	    c->last_start_ms[u] > PLAN_RETRY_MS;
}

/* Returns whether a forwarder then has the mode of its spec. */
static bool
plan_with(struct todo *t, enum plan_unit u)
{
	const struct plan_channel *c = t->c;
	bool changed = c->spec[u] != PLAN_SAME;

	if (changed)
		add(t, PLAN_WRITE, u, c->spec[u] == PLAN_NONE ? "there is no spec" :
		    "the desired state changed");
	if (c->up[u] == PLAN_DOWN || c->up[u] == PLAN_ENDING) {
		add(t, PLAN_START, u, "it does not run");
		return true;
	}
	if (c->up[u] == PLAN_FAILED) {
		if (is_due(c, u))
			add(t, PLAN_START, u, "it failed");
		return true;
	}
	if (c->up[u] == PLAN_UP && c->spec[u] == PLAN_OTHER_RESTART) {
		add(t, PLAN_RESTART, u, "sources or delay changed");
		return true;
	}
	if (changed || c->reload_pending[u])
		add(t, PLAN_RELOAD, u, changed ? "the desired state changed" :
		    "it has not loaded its spec");
	return false;
}

static const char *
reason_without(const struct plan_channel *c)
{
	switch (c->place) {
	case PLAN_DISABLED:
		return "the channel is disabled";
	case PLAN_ELSEWHERE:
		return "another host owns it";
	case PLAN_GONE:
		return "there is no such channel";
	case PLAN_HERE:
		break;
	}
	return "the channel does not need it";
}

/* -- override -- */

const char *
plan_spec_mode(const char *mode, int64_t left_ms)
{
	return left_ms > 0 && strcmp(mode, "off") != 0 ? "auto" : mode;
}

static bool
pins_differ(const struct plan_channel *c)
{
	int64_t d = c->left_ms - c->now_left_ms;

	if ((c->left_ms > 0) != (c->now_left_ms > 0))
		return true;
	return d < -PLAN_PIN_MS || d > PLAN_PIN_MS;
}

static void
plan_mode(struct todo *t, bool reloads)
{
	const struct plan_channel *c = t->c;
	const char *spec_mode = plan_spec_mode(c->mode, c->left_ms);
	bool off = strcmp(c->mode, "off") == 0, pin = !off &&
	    strcmp(c->mode, "auto") != 0;
	int64_t for_ms = pin ? c->left_ms : 0;

	if (c->now_mode[0] == '\0')
		return;
	if (reloads && strcmp(spec_mode, c->mode) != 0)
		add_switch(t, c->mode, for_ms, "the reload resets the override");
	else if (strcmp(c->mode, c->now_mode) != 0)
		add_switch(t, c->mode, for_ms, "the override differs");
	else if (pin && pins_differ(c))
		add_switch(t, c->mode, for_ms, "the pin ends at another time");
}

/* -- publishers -- */

/*
 * The silence that a forwarder reports may have begun before the publisher connected: therefore
 * PLAN_YOUNG_MS. If the fault is the forwarder's, PLAN_AGAIN_MS limits how often an encoder is kicked.
 */
static bool
is_stale(const struct plan_source *s)
{
	int64_t age = s->alive_ms != -1 ? s->alive_ms : s->allowed_ms;

	return (s->stale || s->silent_ms > PLAN_SILENT_MS) && age > PLAN_YOUNG_MS &&
	    (s->kicked_ms == -1 || s->kicked_ms > PLAN_AGAIN_MS);
}

static const char *
reason_to_kick(const struct plan_channel *c, const struct plan_source *s)
{
	if (c->place != PLAN_HERE)
		return reason_without(c);
	if (s->revoked)
		return "its token is not valid any more";
	if (is_stale(s))
		return "it sends nothing, and blocks other publishers";
	return NULL;
}

static void
plan_publishers(struct todo *t)
{
	const struct plan_channel *c = t->c;
	const struct plan_source *s;
	struct plan_action *a;
	const char *reason;
	int i;

	for (i = 0; i < c->sources; i++) {
		s = &c->source[i];
		if (!s->publishing || s->client[0] == '\0' ||
		    (reason = reason_to_kick(c, s)) == NULL)
			continue;
		a = add(t, PLAN_KICK, PLAN_FORWARD, reason);
		strlcpy(a->source, s->name, sizeof(a->source));
		strlcpy(a->client, s->client, sizeof(a->client));
		snprintf(a->stream, sizeof(a->stream), "%s_%s", c->name,
		    s->name);
	}
}

int
plan_channel(const struct plan_channel *c, struct plan_action todo[])
{
	struct todo t = { .v = todo, .c = c };
	bool here = c->place == PLAN_HERE, fresh = true;
	int u;

	for (u = PLAN_UNITS - 1; u >= 0 && !(here && c->faulty); u--) {
		if (here && c->wants[u])
			fresh = plan_with(&t, (enum plan_unit)u);
		else
			plan_without(&t, (enum plan_unit)u, reason_without(c));
	}
	if (here && !c->faulty && c->wants[PLAN_FORWARD] && !fresh)
		plan_mode(&t, c->spec[PLAN_FORWARD] != PLAN_SAME ||
		    c->reload_pending[PLAN_FORWARD]);
	plan_publishers(&t);
	if (c->leaving && nothing_left(c))
		add(&t, PLAN_RELEASE, PLAN_FORWARD, reason_without(c));
	return t.n;
}

void
plan_unknown_publisher(const struct plan_unknown_publisher *s, struct plan_action *a)
{
	memset(a, 0, sizeof(*a));
	a->act = PLAN_KICK;
	a->reason = "no channel has such a source";
	strlcpy(a->stream, s->stream, sizeof(a->stream));
	strlcpy(a->client, s->client, sizeof(a->client));
}

const char *
plan_unit_name(enum plan_unit u)
{
	return u == PLAN_LOOP ? "loop" : "forward";
}

static const struct {
	const char	*name, *done;
} names[PLAN_DOS] = {
	[PLAN_WRITE] = { "write", NULL },
	[PLAN_REMOVE] = { "remove", NULL },
	[PLAN_START] = { "start", "started" },
	[PLAN_STOP] = { "stop", "stopped" },
	[PLAN_RESTART] = { "restart", "restarted" },
	[PLAN_RELOAD] = { "reload", "reloaded" },
	[PLAN_SWITCH] = { "switch", "applied" },
	[PLAN_KICK] = { "kick", "kicked" },
	[PLAN_RELEASE] = { "release", NULL },	/* the database records it */
};

const char *
plan_do_name(enum plan_do d)
{
	return names[d].name;
}

const char *
plan_done_name(enum plan_do d)
{
	return names[d].done;
}
