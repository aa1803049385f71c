/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv_loop.h"
#include "flv/flv_reader.h"
#include "flv/playlist_entry.h"
#include "packet/frame_rate.h"

#include <errno.h>

struct reader {
	struct playlist_entry	*seg;
	struct flv_reader flv;
	uint64_t	 n;		/* frames counted in this playlist entry */
	bool		 held;		/* item is the next message, due at when */
	struct flv_item	 item;
	int64_t		 when;		/* ticks */
	int64_t		 at;		/* video: the last frame's time; audio: the next one's */
	unsigned int	 announce;	/* headers to send before the next message */
};

#define ANNOUNCE_META	1u
#define ANNOUNCE_VIDEO	2u
#define ANNOUNCE_AUDIO	4u

struct flv_loop {
	struct reader	 video, audio;	/* video reads the data messages, too */
	struct playlist_entry	*oldest;
	struct playlist	*pending;	/* replaces the list at the next file boundary; may be NULL */
	struct blob	 meta, video_header, audio_header;	/* that were sent last */
	bool		 opening;	/* the headers of both tracks go before all frames */
	bool		 wrapped;	/* the next video message begins a round */
	uint64_t	 rounds;
};

static void
reader_enter(struct reader *r, struct playlist_entry *s)
{
	r->seg = s;
	r->n = 0;
	flv_reader_start(&r->flv, playlist_entry_file(s));
}

static int
reader_advance(struct flv_loop *l, struct reader *r)
{
	struct playlist_entry *s = r->seg;

	if (s->next == NULL && playlist_entry_make(s, &l->pending) == -1)
		return -1;
	reader_enter(r, s->next);
	while ((s = l->oldest) != l->video.seg && s != l->audio.seg) {
		l->oldest = s->next;
		s->next = NULL;
		playlist_entries_free(s);
	}
	return 0;
}

/* -- video, and data in its place between the frames -- */

static bool
is_left_out(const struct flv_item *t)
{
	return t->frame.kind == FRAME_END || t->frame.kind == FRAME_BAD ||
	    (t->frame.kind == FRAME_HEADER && t->frame.track == 0) ||
	    (t->frame.kind == FRAME_META && t->tag.type == MSG_DATA);
}

static bool
is_counted(const struct flv_item *t)
{
	return t->frame.track == 0 && (t->frame.kind == FRAME_KEY ||
	    t->frame.kind == FRAME_INTER || t->frame.kind == FRAME_AUDIO);
}

static int
video_advance(struct flv_loop *l)
{
	struct reader *v = &l->video;
	struct flv_file *f = playlist_entry_file(v->seg);

	if (v->n != f->facts.frames) {
		errno = EIO;
		return -1;
	}
	if (reader_advance(l, v) == -1)
		return -1;
	f = playlist_entry_file(v->seg);
	v->at = v->seg->start;
	if (!blob_equal(&f->meta, &l->meta))
		v->announce |= ANNOUNCE_META;
	if (!blob_equal(&f->video_header, &l->video_header))
		v->announce |= ANNOUNCE_VIDEO;
	if (v->seg->index == 0)
		l->wrapped = true;
	return 0;
}

static void
video_place(struct reader *v)
{
	const struct flv_file *f = playlist_entry_file(v->seg);

	if (is_counted(&v->item)) {
		v->at = v->seg->start + (f->interval > 0 ?
		    (int64_t)v->n * f->interval :
		    (int64_t)(v->item.tag.time - f->video_first) * TICKS_MS);
		v->n++;
	}
	v->when = v->at;
	v->held = true;
}

static int
video_find(struct flv_loop *l)
{
	struct reader *v = &l->video;
	int rc;

	while (!v->held) {
		if ((rc = flv_reader_next(&v->flv, &v->item, NULL)) == -1)
			return -1;
		if (rc == 0) {
			if (video_advance(l) == -1)
				return -1;
		} else if (v->item.tag.type != MSG_AUDIO && !is_left_out(&v->item))
			video_place(v);
	}
	return 0;
}

/* -- audio -- */

static int
audio_advance(struct flv_loop *l)
{
	struct reader *a = &l->audio;

	if (reader_advance(l, a) == -1)
		return -1;
	if (!blob_equal(&playlist_entry_file(a->seg)->audio_header, &l->audio_header))
		a->announce |= ANNOUNCE_AUDIO;
	return 0;
}

enum place { PLAY, LEAVE_OUT, NEXT_FILE };

/*
 * The next audio frame is due at a->at, whatever its timestamp; its place beside the video in the
 * file only decides whether this frame is the next one.
 */
static enum place
audio_place(struct flv_loop *l, int64_t *hold)
{
	struct reader *a = &l->audio;
	const struct flv_file *f = playlist_entry_file(a->seg);
	struct playlist_entry next = playlist_entry_plan(a->seg, l->pending);
	int64_t frame = f->audio_frame, end = playlist_entry_audio(&next), want, limit, at;

	if (f->audio_even)
		want = playlist_entry_audio(a->seg) + (int64_t)a->n * frame;
	else
		want = a->seg->start + ((int64_t)a->item.tag.time -
		    f->video_first) * TICKS_MS;
	if (frame == 0) {
		if (want >= end)
			return NEXT_FILE;
		*hold = a->at > want ? a->at : want;
		a->at = *hold;
		return PLAY;
	}
	limit = f->audio_even ? frame / 2 : frame;
	at = a->at;
	if (want - at > limit)		/* a hole: skip whole frames of the grid */
		at += (want - at + frame / 2) / frame * frame;
	if (at + frame / 2 >= end)	/* a->at stays: the next file decides which frames are left out */
		return NEXT_FILE;
	if (at - want > limit)
		return LEAVE_OUT;
	a->at = at;
	*hold = a->at;
	a->at += frame;
	return PLAY;
}

/* Takes an audio message that is not left out. */
static int
audio_take(struct flv_loop *l)
{
	struct reader *a = &l->audio;

	if (!is_counted(&a->item)) {
		a->when = a->at;
		a->held = true;
		return 0;
	}
	switch (audio_place(l, &a->when)) {
	case NEXT_FILE:
		return audio_advance(l);
	case PLAY:
		a->held = true;
		break;
	case LEAVE_OUT:
		break;
	}
	a->n++;
	return 0;
}

static int
audio_find(struct flv_loop *l)
{
	struct reader *a = &l->audio;
	int rc;

	while (!a->held) {
		if ((rc = flv_reader_next(&a->flv, &a->item, NULL)) == -1)
			return -1;
		if (rc == 0)
			rc = audio_advance(l);
		else if (a->item.tag.type == MSG_AUDIO && !is_left_out(&a->item))
			rc = audio_take(l);
		if (rc == -1)
			return -1;
	}
	return 0;
}

/* -- messages -- */

static int
blob_copy(struct blob *dst, const struct blob *src)
{
	struct blob b = *src;

	if (src->data != NULL) {
		if ((b.data = malloc(b.len)) == NULL)
			return -1;
		memcpy(b.data, src->data, b.len);
	}
	blob_free(dst);
	*dst = b;
	return 0;
}

/* The next header that r has to send: 1; 0: the file has none of this kind; -1. */
static int
header_next(struct flv_loop *l, struct reader *r, struct arena *arena,
    struct packet **p)
{
	const struct flv_file *f = playlist_entry_file(r->seg);
	unsigned int bit = r->announce & -r->announce;
	const struct blob *b = &f->audio_header;
	struct blob *force = &l->audio_header;

	if (bit == ANNOUNCE_META) {
		b = &f->meta;
		force = &l->meta;
	} else if (bit == ANNOUNCE_VIDEO) {
		b = &f->video_header;
		force = &l->video_header;
	}
	if (b->data != NULL) {
		if ((*p = packet_new(arena, b->type, 0, b->len)) == NULL)
			return -1;
		memcpy((*p)->data, b->data, b->len);
	}
	if (blob_copy(force, b) == -1) {
		if (b->data != NULL)
			packet_unref(*p);
		errno = ENOMEM;
		return -1;
	}
	r->announce &= ~bit;
	return b->data != NULL;
}

/* The reader with the earlier message. */
static struct reader *
reader_due(struct flv_loop *l)
{
	if (l->opening) {
		if (l->video.announce != 0)
			return &l->video;
		if (l->audio.announce != 0)
			return &l->audio;
		l->opening = false;
	}
	return l->video.when <= l->audio.when ? &l->video : &l->audio;
}

int
flv_loop_next(struct flv_loop *l, struct arena *arena, struct packet **p,
    int64_t *time)
{
	struct reader *r;
	int64_t when;
	int rc;

	if (video_find(l) == -1 || audio_find(l) == -1)
		return -1;
	when = l->video.when <= l->audio.when ? l->video.when : l->audio.when;
	*time = (when + TICKS_MS / 2) / TICKS_MS;
	r = reader_due(l);
	if (r == &l->video && l->wrapped) {
		l->wrapped = false;
		l->rounds++;
	}
	for (; r->announce != 0; r = reader_due(l)) {
		if ((rc = header_next(l, r, arena, p)) == -1)
			return -1;
		if (rc == 1) {
			(*p)->time = (uint32_t)*time;
			return 0;
		}
	}
	if ((*p = flv_reader_body(&r->flv, arena, &r->item)) == NULL)
		return -1;
	(*p)->time = (uint32_t)*time;
	r->held = false;
	return 0;
}

/* -- lists -- */

/* Moves both tracks to the start of a list, with one playlist entry. Takes ownership of the reference. */
static void
flv_loop_start(struct flv_loop *l, struct playlist *list)
{
	struct playlist_entry *s = l->oldest;

	*s = (struct playlist_entry){ .list = list };
	l->video.held = l->audio.held = false;
	l->video.announce = ANNOUNCE_META | ANNOUNCE_VIDEO;
	l->audio.announce = ANNOUNCE_AUDIO;
	l->opening = true;
	l->wrapped = false;
	if (playlist_entry_audio(s) < 0)
		s->start = -playlist_entry_audio(s);
	l->video.at = s->start;
	l->audio.at = playlist_entry_audio(s);
	reader_enter(&l->video, s);
	reader_enter(&l->audio, s);
}

struct flv_loop *
flv_loop_open(const char *const *paths, size_t n, struct flv_fault *fault)
{
	struct flv_loop *l;
	struct playlist *list;

	if ((list = playlist_open(paths, n, fault)) == NULL)
		return NULL;
	if ((l = calloc(1, sizeof(*l))) == NULL ||
	    (l->oldest = malloc(sizeof(*l->oldest))) == NULL) {
		fault->error = ENOMEM;
		strlcpy(fault->reason, "out of memory", sizeof(fault->reason));
		free(l);
		playlist_unref(list);
		return NULL;
	}
	flv_loop_start(l, list);
	return l;
}

void
flv_loop_close(struct flv_loop *l)
{
	if (l == NULL)
		return;
	playlist_entries_free(l->oldest);
	playlist_unref(l->pending);
	blob_free(&l->meta);
	blob_free(&l->video_header);
	blob_free(&l->audio_header);
	free(l);
}

void
flv_loop_rewind(struct flv_loop *l)
{
	struct playlist *list = l->pending, *old = l->oldest->list;

	if (list == NULL)
		list = playlist_ref(l->video.seg->list);
	l->pending = NULL;
	playlist_entries_free(l->oldest->next);
	playlist_unref(old);
	flv_loop_start(l, list);
}

void
flv_loop_replace(struct flv_loop *l, struct flv_loop *next)
{
	playlist_unref(l->pending);
	l->pending = playlist_ref(next->video.seg->list);
	flv_loop_close(next);
}

/* -- facts -- */

uint64_t
flv_loop_rounds(const struct flv_loop *l)
{
	return l->rounds;
}

const struct flv_loop_facts *
flv_loop_facts(const struct flv_loop *l, size_t file)
{
	return &l->video.seg->list->files[file]->facts;
}

const struct flv_loop_facts *
flv_loop_facts_next(const struct flv_loop *l)
{
	const struct playlist *list = l->pending != NULL ? l->pending : l->video.seg->list;

	return &list->files[0]->facts;
}
