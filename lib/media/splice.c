/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/splice.h"

/* Audio may go out this much before it is due, to share a wakeup and a write with video. */
#define EARLY_MS	40

/* With frames shorter than this, two video frames share a wakeup. */
#define FAST_FRAME_MS	20

/* base moves by 1 ms in so many ms: frames go out slightly slower or faster, and their timestamps
 * stay exact. */
#define SLEW_MS		40

/* If audio is so far ahead of video at a cut, it went on without video: the timeline continues after the audio. */
#define ALONE_MS	1000

/* A plan looks for a place where no picture is outstanding less than so many frames from where the end would be; and
 * up to FAR_MS from there if that spares more than so many pictures. */
#define REORDER_MAX	8
#define REORDER_SPARE	2
#define FAR_MS		1000

#define DEFAULT_FRAME_MS	33

/* A cut up to this much after its slot is a late wakeup; a later one means that there was nothing to send. */
#define LATE_MS		100

/* A source that starts this much too early has a shallow delay line: it is played slightly slower until
 * the line has its full depth. */
#define SHALLOW_MS	100

void
splice_init(struct splice *sp, struct fanout_log *log, struct arena *arena)
{
	memset(sp, 0, sizeof(*sp));
	sp->log = log;
	sp->end = UINT64_MAX;
	announce_init(&sp->announce, arena);
}

void
splice_free(struct splice *sp)
{
	announce_free(&sp->announce);
}

/* The next frame to play on this track of the source on the air; NULL: none is held. */
static struct entry *
next_entry(const struct splice *sp, enum track t)
{
	struct track_state *ts = &sp->src->track[t];
	struct entry *e;

	if (!frame_queue_has(&ts->queue, ts->at) ||
	    (t == TRACK_VIDEO && ts->at >= sp->end))
		return NULL;
	e = frame_queue_at(&ts->queue, ts->at);
	return e->epoch == sp->epoch ? e : NULL;
}

static enum track
next_track(const struct splice *sp)
{
	struct entry *e, *best = NULL;
	enum track t, found = TRACKS;

	for (t = 0; t < TRACKS; t++) {
		e = next_entry(sp, t);
		if (e != NULL && (best == NULL || e->dts < best->dts)) {
			best = e;
			found = t;
		}
	}
	return found;
}

static void
note_video(struct splice *sp, const struct entry *out, int64_t now)
{
	int64_t pts = out->dts + out->cts;

	if (sp->last_video != 0 && now - sp->last_video > sp->max_gap)
		sp->max_gap = now - sp->last_video;
	if (!sp->out[TRACK_VIDEO].any || pts > sp->shown)
		sp->shown = pts;
	sp->last_video = now;
}

/* Writes the next frame of a track to the log. */
static void
emit(struct splice *sp, enum track t, uint32_t flags, int64_t now)
{
	struct track_state *ts = &sp->src->track[t];
	struct out_track *ot = &sp->out[t];
	struct entry *e = frame_queue_at(&ts->queue, ts->at), out;
	int64_t least;

	ts->at++;
	if (t == TRACK_AUDIO && e->dts < sp->audio_from)
		return;
	out = *e;
	out.flags |= flags;
	out.dts = e->dts + sp->offset;
	least = ot->dts + (t != TRACK_DATA);
	if (ot->any && out.dts < least)
		out.dts = least;	/* the source's timestamps fall; those of the log must not */
	packet_ref(out.pkt);
	out.headers = announce_headers(&sp->announce, sp->src, e);
	if (t == TRACK_VIDEO)
		note_video(sp, &out, now);
	ot->dts = out.dts;
	ot->frame_ms = ts->frame_ms;
	ot->any = true;
	sp->frames++;
	fanout_log_push(sp->log, &out);
}

/* base_goal, corrected by the drift of the source's clock offset. */
static int64_t
slew_goal(const struct splice *sp)
{
	if (sp->src == NULL || sp->src->epoch != sp->epoch)
		return sp->base_goal;	/* the clock offset is that of another epoch now */
	return sp->base_goal + source_due(sp->src, 0) - sp->src_offset;
}

static void
slew(struct splice *sp, int64_t now)
{
	int64_t goal = slew_goal(sp), steps = (now - sp->slewed) / SLEW_MS;

	for (; steps > 0; steps--, sp->slewed += SLEW_MS)
		sp->base += goal > sp->base ? 1 : goal < sp->base ? -1 : 0;
}

int64_t
splice_run(struct splice *sp, int64_t now)
{
	const struct entry *e;
	int64_t due, early;
	bool begun = sp->last_video == now;	/* a cut wrote a frame */
	enum track t;

	if (sp->src == NULL)
		return INT64_MAX;
	slew(sp, now);
	while ((t = next_track(sp)) != TRACKS) {
		e = next_entry(sp, t);
		due = e->dts + sp->offset + sp->base;
		early = sp->batch_ms;
		if (t != TRACK_VIDEO && next_entry(sp, TRACK_VIDEO) != NULL)
			early += EARLY_MS;
		else if (t == TRACK_VIDEO &&
		    sp->src->track[t].frame_ms <= FAST_FRAME_MS)
			early += sp->src->track[t].frame_ms;
		if (due > now + (begun ? early : 0))
			return due;
		begun = true;
		emit(sp, t, 0, now);
	}
	return INT64_MAX;
}

int64_t
splice_slot(const struct splice *sp)
{
	const struct out_track *v = &sp->out[TRACK_VIDEO];

	if (!v->any)
		return INT64_MIN;
	return v->dts + (v->frame_ms > 0 ? v->frame_ms : DEFAULT_FRAME_MS) + sp->base;
}

/* Writes the audio of the old source that belongs before the cut. */
static void
finish_audio(struct splice *sp, int64_t cut_dts, int64_t now)
{
	const struct entry *e;

	if (sp->src == NULL)
		return;
	while ((e = next_entry(sp, TRACK_AUDIO)) != NULL &&
	    e->dts + sp->offset + sp->src->track[TRACK_AUDIO].frame_ms / 2 < cut_dts)
		emit(sp, TRACK_AUDIO, 0, now);
}

/* Sets where each track of src starts, if its video frame n goes out next. */
static void
join(struct splice *sp, struct source *src, uint64_t n)
{
	const struct entry *key = frame_queue_at(&src->track[TRACK_VIDEO].queue, n), *e;
	const struct out_track *a = &sp->out[TRACK_AUDIO];
	int64_t from = key->dts;
	struct track_state *ts;
	enum track t;

	/* 2 ms: both sources round to milliseconds */
	if (a->any && a->dts + a->frame_ms - 2 > from + sp->offset - 1000)
		from = a->dts + a->frame_ms - 2 - sp->offset;
	sp->audio_from = from;
	src->track[TRACK_VIDEO].at = n;
	for (t = TRACK_AUDIO; t < TRACKS; t++) {
		ts = &src->track[t];
		for (ts->at = ts->queue.first; ts->at < ts->queue.end; ts->at++) {
			e = frame_queue_at(&ts->queue, ts->at);
			if (e->epoch == key->epoch &&
			    e->dts >= (t == TRACK_AUDIO ? from : key->dts))
				break;
		}
	}
}

/* The DTS of the next video frame on the timeline; its PTS is cts more. */
static int64_t
next_dts(const struct splice *sp, int32_t cts)
{
	const struct out_track *v = &sp->out[TRACK_VIDEO],
	    *a = &sp->out[TRACK_AUDIO];
	int64_t dts = v->dts + (v->frame_ms > 0 ? v->frame_ms : DEFAULT_FRAME_MS);

	if (a->any && a->dts > dts + ALONE_MS)
		dts = a->dts + a->frame_ms;
	if (dts + cts <= sp->shown)
		dts = sp->shown + 1 - cts;
	return dts;
}

/*
 * Binds the timeline to the clock at a cut whose first frame has this DTS and is sent now. base says
 * when frames are due; base_goal is the value that base moves to.
 */
static void
rebase(struct splice *sp, struct source *src, int64_t src_dts, int64_t dts,
    int64_t now)
{
	int64_t natural = source_due(src, src_dts) - dts;

	if (!sp->out[TRACK_VIDEO].any || now - (dts + sp->base) > LATE_MS) {
		sp->base = now - dts;		/* there was a gap */
		sp->base_goal = sp->base;
	} else
		sp->base_goal = slew_goal(sp);
	if (dts + sp->base > now)	/* the DTS is ahead of the clock: frames do not wait */
		sp->base = now - dts;
	if (natural > sp->base_goal + SHALLOW_MS)
		sp->base_goal = natural;
	sp->src_offset = source_due(src, 0);
	sp->slewed = now;
}

void
splice_cut(struct splice *sp, struct source *src, uint64_t n, int64_t now)
{
	const struct entry *key = frame_queue_at(&src->track[TRACK_VIDEO].queue, n);
	int64_t dts = 0;

	if (sp->out[TRACK_VIDEO].any) {
		dts = next_dts(sp, key->cts);
		finish_audio(sp, dts, now);
	}
	rebase(sp, src, key->dts, dts, now);
	sp->offset = dts - key->dts;
	if (sp->src != NULL && sp->src != src)
		sp->src->on_air = false;
	sp->src = src;
	sp->epoch = key->epoch;
	sp->end = UINT64_MAX;
	src->on_air = true;
	join(sp, src, n);
	announce_cut(&sp->announce, src);
	emit(sp, TRACK_VIDEO, ENTRY_CUT, now);
	sp->cuts++;
}

void
splice_stop(struct splice *sp)
{
	if (sp->src != NULL)
		sp->src->on_air = false;
	sp->src = NULL;
	sp->end = UINT64_MAX;
	sp->last_video = 0;	/* the time off the air is no gap */
}

void
splice_keep(struct splice *sp)
{
	sp->end = UINT64_MAX;
}

/* The last DTS of the epoch that both tracks reach. */
static int64_t
common_edge(const struct splice *sp)
{
	const struct frame_queue *l;
	int64_t edge = INT64_MAX, dts;
	enum track t;
	uint64_t i;

	for (t = TRACK_VIDEO; t <= TRACK_AUDIO; t++) {
		l = &sp->src->track[t].queue;
		for (i = l->end; i > l->first; i--)
			if (frame_queue_at(l, i - 1)->epoch == sp->epoch)
				break;
		if (i == l->first)
			continue;
		dts = frame_queue_at(l, i - 1)->dts + sp->src->track[t].frame_ms;
		if (dts < edge)
			edge = dts;
	}
	return edge;
}

struct place {
	uint64_t end;	/* the first video frame that is not sent */
	int64_t	 ahead;	/* of the DTS there is the largest PTS, in frames: so many pictures are outstanding */
};

/*
 * The place less than so many frames from stop, not past limit, where the fewest pictures are outstanding; of several
 * the nearest.
 */
static struct place
settled(const struct splice *sp, uint64_t stop, uint64_t limit, uint64_t range)
{
	const struct track_state *v = &sp->src->track[TRACK_VIDEO];
	int64_t top = sp->shown - sp->offset, dts = sp->out[TRACK_VIDEO].dts - sp->offset, ahead;
	int64_t frame = v->frame_ms > 0 ? v->frame_ms : DEFAULT_FRAME_MS;
	struct place best = { .end = stop, .ahead = INT64_MAX };
	uint64_t i, far, best_far = UINT64_MAX;
	const struct entry *e;

	for (i = v->at;; i++) {
		ahead = (top - dts + frame / 2) / frame;	/* times are rounded to ms */
		far = i > stop ? i - stop : stop - i;
		if (far < range && (ahead < best.ahead || (ahead == best.ahead && far <= best_far))) {
			best.end = i;
			best.ahead = ahead;
			best_far = far;
		}
		if (i == limit)
			break;
		e = frame_queue_at(&v->queue, i);
		dts = e->dts;
		if (dts + e->cts > top)
			top = dts + e->cts;
	}
	return best;
}

/* Looks further only where that spares more than B-frames can, because a picture is shown long after it is sent. */
static uint64_t
settled_end(const struct splice *sp, uint64_t stop, uint64_t limit)
{
	int64_t frame = sp->src->track[TRACK_VIDEO].frame_ms;
	struct place near = settled(sp, stop, limit, REORDER_MAX), far;

	far = settled(sp, stop, limit, (uint64_t)(FAR_MS / (frame > 0 ? frame : DEFAULT_FRAME_MS)));
	return near.ahead - far.ahead > REORDER_SPARE ? far.end : near.end;
}

void
splice_plan_end(struct splice *sp, int64_t before)
{
	const struct track_state *v;
	const struct entry *e;
	uint64_t i, stop;
	int64_t edge;

	if (sp->src == NULL)
		return;
	v = &sp->src->track[TRACK_VIDEO];
	edge = common_edge(sp);
	stop = UINT64_MAX;
	for (i = v->at; i < v->queue.end; i++) {
		e = frame_queue_at(&v->queue, i);
		if (e->epoch != sp->epoch || e->dts >= edge)
			break;
		if (stop == UINT64_MAX &&
		    e->dts + sp->offset + sp->base >= before)
			stop = i;
	}
	sp->end = settled_end(sp, stop < i ? stop : i, i);
}

bool
splice_dry(const struct splice *sp)
{
	return sp->src == NULL || next_entry(sp, TRACK_VIDEO) == NULL;
}
