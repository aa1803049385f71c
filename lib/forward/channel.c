/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "forward/channel.h"
#include "media/source_health.h"
#include "media/source_hold.h"

#define SLAB_SIZE	(64 * 1024)
#define METADATA_SLAB	(16 * 1024)

/* An epoch shorter than this may be a server's replay of a dead stream. */
#define PROVE_MS	1000

/* Bounds on what a source holds beyond the delay, and on the log; normal operation never reaches them. */
#define HOLD_MS		20000
#define HOLD_BYTES	(128u * 1024 * 1024)
#define LOG_BYTES	(128u * 1024 * 1024)
#define ARENA_BYTES	(HOLD_BYTES + LOG_BYTES)	/* of one source that is played from a server */
#define LOG_MS		60000

#define START_MS	3000	/* how long a start waits for a better source that is coming */
#define FILE_AHEAD_MS	1000	/* a file is read this far ahead */
#define LOCAL_TICK_MS	500	/* the same where all sources are files */
#define FILE_RETRY_MS	5000	/* after it could not be read */
#define FILE_BATCH	100000	/* after so many messages without a frame, the file counts as broken */
#define TICK_MS		100	/* how often health is judged when nothing else happens; with batches, */
#define TICK_BATCH_MS	70	/* so long after one: the next begins a frame or two after its end */

/* Without a delay line a keyframe is already in the past when it arrives: this is how far in the past
 * it may be. A server that sends in batches delays it by one batch (SRS: 350 ms). */
#define NO_DELAY_SLACK_MS	400

void
channel_free(struct channel *ch)
{
	int i;

	if (ch == NULL)
		return;
	splice_free(&ch->splice);
	fanout_log_free(&ch->log);
	arena_free(ch->arena);
	for (i = 0; i < ch->sources; i++) {
		source_free(&ch->source[i].src);
		flv_loop_close(ch->source[i].file);
		arena_free(ch->source[i].arena);
	}
	free(ch);
}

static void
set_tracks(struct channel *ch, struct channel_source *cs, enum spec_tracks tracks)
{
	const struct fanout_log *log = tracks == TRACKS_VIDEO ? &ch->log : NULL;

	if (log != cs->silence.log)
		silence_init(&cs->silence, log, cs->arena);
}

static int
add_source(struct channel *ch, const struct spec *spec, int i,
    struct flv_fault *fault)
{
	struct channel_source *cs = &ch->source[ch->sources++];
	struct source_limits lim = {
		.delay_ms = spec->delay_ms, .stall_ms = spec->stall_ms,
		.prove_ms = PROVE_MS, .max_ms = HOLD_MS, .max_bytes = HOLD_BYTES
	};

	strlcpy(cs->name, spec->source[i].name, sizeof(cs->name));
	source_init(&cs->src, &lim);
	cs->src.local = spec->source[i].files > 0;
	if ((cs->arena = arena_new(SLAB_SIZE)) == NULL)
		return -1;
	set_tracks(ch, cs, spec->source[i].tracks);
	if (!cs->src.local) {
		arena_limit(cs->arena, ARENA_BYTES);
		return 0;
	}
	cs->file = flv_loop_open((const char *const *)spec->source[i].file,
	    (size_t)spec->source[i].files, fault);
	return cs->file != NULL ? 0 : -1;
}

struct channel *
channel_new(const struct spec *spec, int64_t now, int *bad,
    struct flv_fault *fault)
{
	struct fo_policy policy = {
		.sources = spec->sources, .stable_ms = spec->stable_ms,
		.stable_max_ms = spec->stable_max_ms,
	};
	struct channel *ch;
	int i;

	memset(fault, 0, sizeof(*fault));
	if ((ch = calloc(1, sizeof(*ch))) == NULL)
		return NULL;
	ch->delay_ms = spec->delay_ms;
	ch->keyframe_wait_ms = spec->keyframe_wait_ms;
	if ((ch->arena = arena_new(METADATA_SLAB)) == NULL) {
		channel_free(ch);
		return NULL;
	}
	for (i = 0; i < spec->sources; i++) {
		if (add_source(ch, spec, i, fault) == -1) {
			*bad = i;
			channel_free(ch);
			return NULL;
		}
		if (!ch->source[i].src.local)
			policy.start_ms = spec->delay_ms + START_MS;
	}
	fanout_log_init(&ch->log, LOG_BYTES, LOG_MS);
	splice_init(&ch->splice, &ch->log, ch->arena);
	ch->splice.batch_ms = spec->batch_ms;
	failover_init(&ch->failover, &policy, now);
	channel_switch(ch, spec->mode, 0, now);
	return ch;
}

void
channel_resume(struct channel *ch)
{
	failover_resume(&ch->failover);
}

static int
source_index(const struct channel *ch, const char *name)
{
	int i;

	for (i = 0; i < ch->sources; i++)
		if (strcmp(ch->source[i].name, name) == 0)
			return i;
	return -1;
}

int
channel_switch(struct channel *ch, const char *to, int64_t for_ms, int64_t now)
{
	int i;

	if (strcmp(to, "auto") == 0)
		failover_auto(&ch->failover);
	else if (strcmp(to, "off") == 0)
		failover_off(&ch->failover);
	else if ((i = source_index(ch, to)) == -1)
		return -1;
	else
		failover_pin(&ch->failover, i, for_ms, now);
	return 0;
}

void
channel_files(struct channel *ch, int i, struct flv_loop *file)
{
	flv_loop_replace(ch->source[i].file, file);
	ch->source[i].broken = false;
}

bool
channel_can_reload(const struct channel *ch, const struct spec *spec)
{
	int i;

	if (spec->sources != ch->sources || spec->delay_ms != ch->delay_ms)
		return false;
	for (i = 0; i < ch->sources; i++)
		if (strcmp(spec->source[i].name, ch->source[i].name) != 0 ||
		    (spec->source[i].files > 0) != ch->source[i].src.local)
			return false;
	return true;
}

void
channel_reload(struct channel *ch, const struct spec *old,
    const struct spec *spec, int64_t now)
{
	struct fo_policy *p = &ch->failover.policy;
	int i;

	for (i = 0; i < ch->sources; i++) {
		ch->source[i].src.lim.stall_ms = spec->stall_ms;
		set_tracks(ch, &ch->source[i], spec->source[i].tracks);
		if (p->stable_ms != spec->stable_ms)
			ch->failover.window[i] = spec->stable_ms;
	}
	p->stable_ms = spec->stable_ms;
	p->stable_max_ms = spec->stable_max_ms;
	ch->keyframe_wait_ms = spec->keyframe_wait_ms;
	if (strcmp(old->mode, spec->mode) != 0)
		channel_switch(ch, spec->mode, 0, now);
}

char *
channel_state(const struct channel *ch, char *dst, size_t size)
{
	const struct failover *f = &ch->failover;

	return failover_state_name(f, f->on == FO_NONE ? "" :
	    ch->source[f->on].name, dst, size);
}

bool
channel_on_first(const struct channel *ch)
{
	return ch->failover.on == 0;
}

/*
 * Will this source be on the air soon? While a restarted forwarder uses its filler, media that arrives is enough:
 * a destination is dialled while the source proves itself.
 */
static bool
is_coming(const struct channel *ch, enum source_health h)
{
	if (ch->failover.filler)
		return h != SOURCE_ABSENT && h != SOURCE_ENDED;
	return h == SOURCE_HEALTHY || h == SOURCE_PROVING;
}

bool
channel_expected(const struct channel *ch)
{
	int i;

	if (ch->failover.state != FO_STARTING)
		return ch->failover.state != FO_OFF;
	for (i = 0; i < ch->sources; i++)
		if (is_coming(ch, ch->source[i].src.health))
			return true;
	return false;
}

bool
channel_event(struct channel *ch, struct channel_event *e)
{
	if (!ch->has_event)
		return false;
	*e = ch->event;
	ch->has_event = false;
	return true;
}

/* Reads the file until it is ahead of what is played. */
static void
feed_file(struct channel_source *cs, int64_t until, int64_t now)
{
	struct source *s = &cs->src;
	struct packet *p;
	int64_t time = 0;
	int n;

	for (n = 0; !cs->broken &&
	    (!s->has_key || s->track[TRACK_VIDEO].edge < until); n++) {
		if (n == FILE_BATCH ||
		    flv_loop_next(cs->file, cs->arena, &p, &time) == -1) {
			cs->broken = true;
			cs->retry_time = now + FILE_RETRY_MS;
			return;
		}
		p->time = (uint32_t)time;
		source_push(s, p, cs->file_t0 + time);
	}
}

/* Starts the file from its beginning, as if it had been a live source for exactly the delay. */
static void
start_file(struct channel *ch, struct channel_source *cs, int64_t now)
{
	cs->broken = false;
	cs->file_t0 = now - ch->delay_ms;
	flv_loop_rewind(cs->file);
	source_connected(&cs->src);
	feed_file(cs, FILE_AHEAD_MS, now);
}

/* Does a destination wait too long for a keyframe of the source on the air? */
static bool
keyframe_late(const struct channel *ch)
{
	return ch->keyframe_wait_ms > 0 && ch->keyframe_waited_ms >= ch->keyframe_wait_ms;
}

static void
observe(struct channel *ch, struct fo_view v[], int64_t now)
{
	bool starting = ch->failover.state == FO_STARTING, found;
	const struct track_state *video;
	struct channel_source *cs;
	enum source_health h;
	uint64_t n;
	int i;

	for (i = 0; i < ch->sources; i++) {
		cs = &ch->source[i];
		video = &cs->src.track[TRACK_VIDEO];
		h = source_check(&cs->src, now);
		if (cs->broken && now >= cs->retry_time)
			cs->broken = false;
		/* a keyframe stays ready once it is held; only a start checks whether it is due */
		found = starting ? source_key_before(&cs->src, now, &n) :
		    cs->src.holds_key;
		v[i].local = cs->src.local;
		/* On the air a break makes a source unhealthy, even if it healed at once. */
		v[i].healthy = h == SOURCE_HEALTHY && !cs->broken && (ch->splice.src != &cs->src ||
		    (ch->splice.epoch == cs->src.epoch && !keyframe_late(ch)));
		v[i].ready = v[i].local || (found && (!starting || source_due(
		    &cs->src, frame_queue_at(&video->queue, n)->dts) <= now));
		v[i].coming = !v[i].local && (h == SOURCE_PROVING ||
		    h == SOURCE_NO_KEYFRAME || (h == SOURCE_HEALTHY && !v[i].ready));
		v[i].stable_ms = source_stable_ms(&cs->src, now);
	}
}

static void
report(struct channel *ch, const struct fo_decision *d, int64_t now)
{
	struct channel_event *e = &ch->event;
	int on = ch->failover.on;

	channel_state(ch, e->from, sizeof(e->from));
	e->health = on == FO_NONE ? "none" :
	    ch->splice.src != NULL && ch->splice.epoch != ch->splice.src->epoch ? "restarted" :
	    d->event == FO_LOST && keyframe_late(ch) ? "keyframe-late" :
	    source_health_name(ch->source[on].src.health);
	e->reason = failover_reason(&ch->failover, d);
	e->after_ms = now - ch->failover.since;
	failover_done(&ch->failover, d, now);
	channel_state(ch, e->to, sizeof(e->to));
	ch->has_event = true;
}

static void
cut(struct channel *ch, int to, uint64_t key, int64_t now)
{
	splice_cut(&ch->splice, &ch->source[to].src, key, now);
	ch->stopped = false;
}

/* Cuts where the old source's media ends. Returns when that is due, INT64_MAX: not known yet, or done. */
static int64_t
cut_at_end(struct channel *ch, int64_t now)
{
	struct channel_source *to = &ch->source[ch->pending.source];
	int64_t slot;
	uint64_t n;

	if (!splice_dry(&ch->splice))
		return INT64_MAX;
	if ((slot = splice_slot(&ch->splice)) > now)
		return slot;
	if (to->src.local)
		start_file(ch, to, now);
	if (source_key_before(&to->src, now, &n)) {
		cut(ch, ch->pending.source, n, now);
		report(ch, &ch->pending, now);
		ch->pending.action = FO_STAY;
	}
	return INT64_MAX;
}

/* Cuts at a keyframe of the new source when its time comes. */
static int64_t
cut_at_keyframe(struct channel *ch, int64_t now)
{
	struct channel_source *to = &ch->source[ch->pending.source];
	const struct track_state *v = &to->src.track[TRACK_VIDEO];
	int64_t slack = ch->delay_ms < 2 * NO_DELAY_SLACK_MS ?
	    NO_DELAY_SLACK_MS : 0, due, slot;

	if (to->src.local) {
		start_file(ch, to, now);
		if (to->broken)
			return INT64_MAX;	/* nothing ends for it */
		splice_plan_end(&ch->splice, now);
		ch->pending.action = FO_CUT_AT_END;
		return cut_at_end(ch, now);
	}
	if (!ch->has_key || !frame_queue_has(&v->queue, ch->key) ||
	    !(frame_queue_at(&v->queue, ch->key)->flags & ENTRY_KEY)) {
		ch->has_key = source_key_after(&to->src, now - slack, &ch->key);
		if (!ch->has_key)
			return INT64_MAX;
	}
	due = source_due(&to->src, frame_queue_at(&v->queue, ch->key)->dts);
	if (due > now + 1000)
		return due - 1000;	/* the due time becomes more exact as it comes closer */
	splice_plan_end(&ch->splice, due - ch->splice.out[TRACK_VIDEO].frame_ms / 2);
	if (!splice_dry(&ch->splice))
		return INT64_MAX;	/* a frame before the cut is not due yet */
	if ((slot = splice_slot(&ch->splice)) > now)
		return slot;
	cut(ch, ch->pending.source, ch->key, now);
	report(ch, &ch->pending, now);
	ch->pending.action = FO_STAY;
	return INT64_MAX;
}

/*
 * Goes on with the new epoch of the source on the air if no other source takes over. Returns when that is
 * due, INT64_MAX: not known yet, or done.
 */
static int64_t
resume_same(struct channel *ch, int64_t now)
{
	struct splice *sp = &ch->splice;
	int64_t slot;
	uint64_t n;

	if (sp->src == NULL || sp->epoch == sp->src->epoch || !splice_dry(sp))
		return INT64_MAX;
	if ((slot = splice_slot(sp)) > now)
		return slot;
	if (source_key_before(sp->src, now, &n))
		cut(ch, ch->failover.on, n, now);
	return INT64_MAX;
}

static void
take_decision(struct channel *ch, const struct fo_decision *d)
{
	struct fo_decision *p = &ch->pending;

	if (p->action != FO_STAY && p->event == d->event &&
	    p->source == d->source)
		return;			/* is being applied already */
	if (p->action != FO_STAY)
		splice_keep(&ch->splice);
	*p = *d;
	ch->has_key = false;
	if (d->action == FO_CUT_AT_END)
		splice_plan_end(&ch->splice, INT64_MAX);
}

static int64_t
apply_plan(struct channel *ch, int64_t now)
{
	switch (ch->pending.action) {
	case FO_CUT_AT_END:
		return cut_at_end(ch, now);
	case FO_CUT_AT_KEYFRAME:
		return cut_at_keyframe(ch, now);
	case FO_STOP:
		splice_stop(&ch->splice);
		report(ch, &ch->pending, now);
		ch->pending.action = FO_STAY;
		ch->stopped = true;
		break;
	case FO_STAY:
		if (ch->pending.next != ch->failover.state)
			report(ch, &ch->pending, now);
		return resume_same(ch, now);
	}
	return INT64_MAX;
}

int64_t
channel_step(struct channel *ch, int64_t now)
{
	struct splice *sp = &ch->splice;
	struct fo_view v[FO_SOURCES] = { 0 };
	struct fo_decision d;
	int64_t wake, at;
	int on = ch->failover.on;

	observe(ch, v, now);
	if (on != FO_NONE && ch->source[on].src.local)
		feed_file(&ch->source[on], now + FILE_AHEAD_MS - sp->base -
		    sp->offset, now);
	wake = splice_run(sp, now);
	d = failover_decide(&ch->failover, v, now);
	take_decision(ch, &d);
	at = apply_plan(ch, now);
	if (at == INT64_MAX)
		wake = splice_run(sp, now);
	if (at < wake)
		wake = at;
	at = now + (ch->failover.policy.start_ms == 0 ? LOCAL_TICK_MS :
	    sp->batch_ms > 0 ? sp->batch_ms + TICK_BATCH_MS : TICK_MS);
	return wake < at ? wake : at;
}
