/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "forward/failover.h"

#include <ctype.h>

static const struct {
	enum fo_action	action;
	bool		moves;		/* to FO_PREFERRED or FO_BACKUP, as the source is */
	enum fo_state	next;		/* if moves is false */
} table[FO_STATES][FO_EVENTS] = {
	[FO_OFF] = {
		[FO_NOTHING] =		{ FO_STAY, false, FO_OFF },
		[FO_TURNED_OFF] =	{ FO_STAY, false, FO_OFF },
		[FO_TURNED_ON] =	{ FO_STAY, false, FO_STARTING },
		[FO_READY] =		{ FO_STAY, false, FO_OFF },
		[FO_LOST] =		{ FO_STAY, false, FO_OFF },
		[FO_BETTER] =		{ FO_STAY, false, FO_OFF },
	},
	[FO_STARTING] = {
		[FO_NOTHING] =		{ FO_STAY, false, FO_STARTING },
		[FO_TURNED_OFF] =	{ FO_STOP, false, FO_OFF },
		[FO_TURNED_ON] =	{ FO_STAY, false, FO_STARTING },
		[FO_READY] =		{ FO_CUT_AT_END, true, FO_STARTING },
		[FO_LOST] =		{ FO_STAY, false, FO_STARTING },
		[FO_BETTER] =		{ FO_STAY, false, FO_STARTING },
	},
	[FO_PREFERRED] = {
		[FO_NOTHING] =		{ FO_STAY, false, FO_PREFERRED },
		[FO_TURNED_OFF] =	{ FO_STOP, false, FO_OFF },
		[FO_TURNED_ON] =	{ FO_STAY, false, FO_PREFERRED },
		[FO_READY] =		{ FO_STAY, false, FO_PREFERRED },
		[FO_LOST] =		{ FO_CUT_AT_END, true, FO_BACKUP },
		[FO_BETTER] =		{ FO_CUT_AT_KEYFRAME, true, FO_PREFERRED },
	},
	[FO_BACKUP] = {
		[FO_NOTHING] =		{ FO_STAY, false, FO_BACKUP },
		[FO_TURNED_OFF] =	{ FO_STOP, false, FO_OFF },
		[FO_TURNED_ON] =	{ FO_STAY, false, FO_BACKUP },
		[FO_READY] =		{ FO_STAY, false, FO_BACKUP },
		[FO_LOST] =		{ FO_CUT_AT_END, true, FO_BACKUP },
		[FO_BETTER] =		{ FO_CUT_AT_KEYFRAME, true, FO_PREFERRED },
	},
};

void
failover_init(struct failover *f, const struct fo_policy *p, int64_t now)
{
	int i;

	memset(f, 0, sizeof(*f));
	f->policy = *p;
	f->state = FO_STARTING;
	f->on = FO_NONE;
	f->pin = FO_NONE;
	f->since = now;
	for (i = 0; i < p->sources; i++)
		f->window[i] = p->stable_ms;
}

void
failover_resume(struct failover *f)
{
	f->filler = true;
}

/* A smaller rank is preferred: the pin first, then the order of the spec. */
static int
rank(const struct failover *f, int source)
{
	return source == f->pin ? -1 : source;
}

int
failover_preferred(const struct failover *f)
{
	return f->pin == FO_NONE ? 0 : f->pin;
}

/* Is a file on the air only until a source has started? */
static bool
on_filler(const struct failover *f, int64_t now)
{
	return f->filler && f->on != FO_NONE && now - f->since < f->policy.start_ms;
}

static int64_t
window(const struct failover *f, int source, int64_t now)
{
	if (on_filler(f, now))
		return 0;
	if (source == f->pin && !f->pin_failed)
		return 0;
	if (now - f->failed[source] > FO_QUIET_MS)
		return f->policy.stable_ms;
	return f->window[source];
}

/* The most preferred source that passes the test, or FO_NONE. */
static int
best(const struct failover *f, const struct fo_view v[], int64_t now,
    bool (*test)(const struct failover *, const struct fo_view[], int, int64_t))
{
	int i, found = FO_NONE;

	for (i = 0; i < f->policy.sources; i++)
		if ((found == FO_NONE || rank(f, i) < rank(f, found)) &&
		    test(f, v, i, now))
			found = i;
	return found;
}

/* Does a better source send media that has not proved itself yet? */
static bool
better_comes(const struct failover *f, const struct fo_view v[], int i)
{
	int j;

	for (j = 0; j < f->policy.sources; j++)
		if (rank(f, j) < rank(f, i) && v[j].coming)
			return true;
	return false;
}

static bool
can_start(const struct failover *f, const struct fo_view v[], int i,
    int64_t now)
{
	bool waited = now - f->since >= f->policy.start_ms;

	if (!v[i].healthy || !v[i].ready)
		return false;
	return waited || (v[i].local ? f->filler : !better_comes(f, v, i));
}

static bool
can_take_over(const struct failover *f, const struct fo_view v[], int i,
    int64_t now)
{
	(void)now;
	return i != f->on && v[i].healthy && v[i].ready;
}

static bool
may_return(const struct failover *f, const struct fo_view v[], int i,
    int64_t now)
{
	return rank(f, i) < rank(f, f->on) && v[i].healthy && v[i].ready &&
	    v[i].stable_ms >= window(f, i, now) &&
	    (!on_filler(f, now) || !better_comes(f, v, i));
}

static enum fo_event
event_now(const struct failover *f, const struct fo_view v[], int64_t now,
    int *source)
{
	*source = FO_NONE;
	if (f->off)
		return f->state == FO_OFF ? FO_NOTHING : FO_TURNED_OFF;
	if (f->state == FO_OFF)
		return FO_TURNED_ON;
	if (f->state == FO_STARTING) {
		*source = best(f, v, now, can_start);
		return *source == FO_NONE ? FO_NOTHING : FO_READY;
	}
	if (!v[f->on].healthy) {
		*source = best(f, v, now, can_take_over);
		return *source == FO_NONE ? FO_NOTHING : FO_LOST;
	}
	*source = best(f, v, now, may_return);
	return *source == FO_NONE ? FO_NOTHING : FO_BETTER;
}

static void
unpin(struct failover *f)
{
	f->pin = FO_NONE;
	if (f->on != FO_NONE)
		f->state = f->on == 0 ? FO_PREFERRED : FO_BACKUP;
}

struct fo_decision
failover_decide(struct failover *f, const struct fo_view v[], int64_t now)
{
	struct fo_decision d;

	if (f->pin != FO_NONE && now >= f->pin_until)
		unpin(f);
	d.event = event_now(f, v, now, &d.source);
	d.action = table[f->state][d.event].action;
	d.next = table[f->state][d.event].next;
	if (table[f->state][d.event].moves)
		d.next = d.source == failover_preferred(f) ? FO_PREFERRED :
		    FO_BACKUP;
	d.filler = d.event == FO_READY ? f->filler && v[d.source].local :
	    d.event == FO_BETTER && on_filler(f, now);
	return d;
}

/* After a return that did not last, the next one must wait longer. */
static void
note_loss(struct failover *f, int64_t now)
{
	int64_t *w = &f->window[f->on];

	if (f->on == f->pin)
		f->pin_failed = true;
	if (f->returned == 0 || now - f->returned >= FO_FLAP_MS)
		return;
	*w = window(f, f->on, now) * 2;
	if (*w < f->policy.stable_ms)
		*w = f->policy.stable_ms;
	if (*w > f->policy.stable_max_ms)
		*w = f->policy.stable_max_ms;
	f->failed[f->on] = now;
}

void
failover_done(struct failover *f, const struct fo_decision *d, int64_t now)
{
	if (d->event == FO_LOST)
		note_loss(f, now);
	f->state = d->next;
	f->since = now;
	f->returned = d->event == FO_BETTER && !d->filler ? now : 0;
	f->filler = d->event == FO_READY && d->filler;
	f->on = d->next == FO_OFF || d->next == FO_STARTING ? FO_NONE :
	    d->source;
}

void
failover_pin(struct failover *f, int source, int64_t for_ms, int64_t now)
{
	f->off = false;
	f->pin = source;
	f->pin_failed = false;
	f->pin_until = for_ms > 0 && for_ms < INT64_MAX - now ? now + for_ms :
	    INT64_MAX;
	if (f->on != FO_NONE)
		f->state = f->on == source ? FO_PREFERRED : FO_BACKUP;
}

void
failover_auto(struct failover *f)
{
	f->off = false;
	unpin(f);
}

void
failover_off(struct failover *f)
{
	f->off = true;
	unpin(f);
}

char *
failover_state_name(const struct failover *f, const char *source, char *dst,
    unsigned long size)
{
	char *p;

	if (f->state == FO_OFF || f->state == FO_STARTING) {
		strlcpy(dst, f->state == FO_OFF ? "OFF" : "STARTING", size);
		return dst;
	}
	snprintf(dst, size, "%s_ACTIVE", source);
	for (p = dst; *p != '\0'; p++)
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
	return dst;
}

const char *
failover_reason(const struct failover *f, const struct fo_decision *d)
{
	static const char *const names[] = {
		[FO_NOTHING] = "nothing",
		[FO_TURNED_OFF] = "turned-off",
		[FO_TURNED_ON] = "turned-on",
		[FO_READY] = "ready",
		[FO_LOST] = "lost",
		[FO_BETTER] = "better-source-stable",
	};

	if (d->event == FO_BETTER && d->source == f->pin)
		return "pinned";
	if (d->event == FO_BETTER && d->filler)
		return names[FO_READY];
	return names[d->event];
}
