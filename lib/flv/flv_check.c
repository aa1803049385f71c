/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "flv/flv_cache.h"
#include "flv/flv_check.h"
#include "flv/flv_reader.h"
#include "packet/frame_rate.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

#define HEADER_MAX	(1024 * 1024)	/* no sequence header or metadata is longer */
#define SKEW_MAX_MS	10000		/* first audio against first video */

/* The state of the pass over a file. */
struct scan {
	struct flv_file	*f;
	struct flv_fault *fault;
	struct frame_rate	*frame_rate;	/* made at the first video frame */
	struct grid	 audio;
	uint32_t	 fourcc[TRACKS];	/* of each track, 0: not known yet or has none */
	bool		 named[TRACKS];		/* fourcc is set */
	uint32_t	 video_last, audio_last, audio_step;
	uint32_t	 key_last;
	off_t		 at;		/* offset of the current tag */
};

static int fault_set(struct flv_fault *, int64_t, int, const char *, ...)
    printf_like(4, 5);

/* Returns -1. */
static int
fault_set(struct flv_fault *fault, int64_t offset, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(fault->reason, sizeof(fault->reason), fmt, ap);
	va_end(ap);
	fault->offset = offset;
	fault->error = error;
	return -1;
}

static int
fault_errno(struct flv_fault *fault)
{
	return fault_set(fault, -1, errno, "%s", strerror(errno));
}

static int
blob_read(struct scan *s, struct blob *b, const struct flv_item *t)
{
	if (t->tag.len > HEADER_MAX)
		return fault_set(s->fault, s->at, 0, "a header of %u bytes", t->tag.len);
	if ((b->data = malloc(t->tag.len)) == NULL)
		return fault_errno(s->fault);
	b->len = t->tag.len;
	b->type = t->tag.type;
	if (flv_file_pread(s->f, b->data, b->len, t->body) == -1)
		return fault_errno(s->fault);
	return 0;
}

/* Keeps the first header; ignores an equal one; a different one is a fault. */
static int
scan_header(struct scan *s, struct blob *b, const struct flv_item *t)
{
	struct blob again = { 0 };
	int rc;

	if (b->data == NULL)
		return blob_read(s, b, t);
	if ((rc = blob_read(s, &again, t)) == 0 && !blob_equal(b, &again))
		rc = fault_set(s->fault, s->at, 0, "the %s format changes here",
		    t->tag.type == MSG_VIDEO ? "video" : "audio");
	blob_free(&again);
	return rc;
}

/* The number with this name in an onMetaData body; 0: none. A search for bytes, not an AMF0 parser. */
static double
meta_number(const struct blob *b, const char *name)
{
	size_t n = strlen(name), i;
	uint64_t v = 0;
	const uint8_t *p;
	double d;

	if (b->data == NULL ||
	    (p = memmem(b->data, b->len, name, n)) == NULL)
		return 0;
	p += n;
	if (b->len - (size_t)(p - b->data) < 9 || *p++ != 0)
		return 0;
	for (i = 0; i < 8; i++)
		v = v << 8 | p[i];
	memcpy(&d, &v, sizeof(d));
	return d;
}

static int
scan_first_video(struct scan *s, const struct flv_item *t)
{
	struct flv_file *f = s->f;

	if (codec_needs_header(t->frame.fourcc) && f->video_header.data == NULL)
		return fault_set(s->fault, s->at, 0,
		    "video before its sequence header");
	if (t->frame.kind != FRAME_KEY)
		return fault_set(s->fault, s->at, 0,
		    "the first video frame is not a keyframe");
	if ((s->frame_rate = frame_rate_new(meta_number(&f->meta, "\11framerate"))) == NULL)
		return fault_errno(s->fault);
	f->facts.video.fourcc = t->frame.fourcc;
	f->video_first = s->video_last = s->key_last = t->tag.time;
	f->cts = t->frame.cts;
	return 0;
}

/* The distance from the last keyframe to the end is not whole: it counts for the maximum only. */
static void
scan_key_gap(struct scan *s, uint32_t ms, bool whole)
{
	struct flv_loop_facts *x = &s->f->facts;

	if (ms > x->key_max_ms)
		x->key_max_ms = ms;
	if (whole && (x->key_min_ms == 0 || ms < x->key_min_ms))
		x->key_min_ms = ms;
}

static int
scan_video_frame(struct scan *s, const struct flv_item *t)
{
	struct flv_loop_facts *x = &s->f->facts;

	if (x->frames == 0 && scan_first_video(s, t) == -1)
		return -1;
	if (t->tag.time < s->video_last)
		return fault_set(s->fault, s->at, 0, "video time falls from %u to %u ms",
		    s->video_last, t->tag.time);
	if (t->frame.kind == FRAME_KEY) {
		if (x->keys++ > 0)
			scan_key_gap(s, t->tag.time - s->key_last, true);
		s->key_last = t->tag.time;
	}
	x->frames++;
	x->video_bytes += t->tag.len;
	s->video_last = t->tag.time;
	frame_rate_add(s->frame_rate, t->tag.time);
	return 0;
}

static int
scan_audio_frame(struct scan *s, const struct flv_item *t)
{
	struct flv_file *f = s->f;
	struct flv_loop_facts *x = &f->facts;

	if (x->audio_frames == 0) {
		if (codec_needs_header(t->frame.fourcc) &&
		    f->audio_header.data == NULL)
			return fault_set(s->fault, s->at, 0,
			    "audio before its sequence header");
		f->audio_first = s->audio_last = t->tag.time;
		s->audio.interval = f->audio_frame;
	}
	if (t->tag.time < s->audio_last)
		return fault_set(s->fault, s->at, 0, "audio time falls from %u to %u ms",
		    s->audio_last, t->tag.time);
	if (x->audio_frames == 1)
		s->audio_step = t->tag.time - s->audio_last;
	x->audio_frames++;
	s->audio_last = t->tag.time;
	grid_add(&s->audio, t->tag.time);
	return 0;
}

static void
audio_format_take(struct flv_file *f, const uint8_t *body, size_t len)
{
	struct audio_format *a = &f->facts.audio;

	if (audio_format_read(a, body, len) == 0 && a->rate > 0)
		f->audio_frame = (int64_t)a->frame_samples * TICKS_S / a->rate;
}

/* Codecs without a sequence header have their format in every frame. */
static int
scan_audio_format(struct scan *s, const struct flv_item *t)
{
	uint8_t head[64];
	size_t n = t->tag.len < sizeof(head) ? t->tag.len : sizeof(head);

	if (s->f->facts.audio_frames > 0 || codec_needs_header(t->frame.fourcc))
		return 0;
	if (flv_file_pread(s->f, head, n, t->body) == -1)
		return fault_errno(s->fault);
	audio_format_take(s->f, head, n);
	return 0;
}

/* All headers and frames of a track must have one codec. */
static int
scan_codec(struct scan *s, const struct flv_item *t)
{
	enum track track = t->tag.type == MSG_VIDEO ? TRACK_VIDEO : TRACK_AUDIO;

	if (!s->named[track]) {
		s->named[track] = true;
		s->fourcc[track] = t->frame.fourcc;
	}
	if (s->fourcc[track] == t->frame.fourcc)
		return 0;
	return fault_set(s->fault, s->at, 0, "the %s codec changes here",
	    track == TRACK_VIDEO ? "video" : "audio");
}

static int
scan_format(struct scan *s, const struct flv_item *t)
{
	struct flv_file *f = s->f;
	bool video = t->tag.type == MSG_VIDEO;
	struct blob *header = video ? &f->video_header : &f->audio_header;

	if (scan_header(s, header, t) == -1)
		return -1;
	if (!header_is_whole(t->tag.type, header->data, header->len))
		return fault_set(s->fault, s->at, 0,
		    "the %s sequence header is broken", video ? "video" : "audio");
	if (video)
		video_format_read(&f->facts.video, header->data, header->len);
	else
		audio_format_take(f, header->data, header->len);
	return 0;
}

static int
scan_tag(struct scan *s, const struct flv_item *t)
{
	struct flv_file *f = s->f;

	if (t->frame.kind == FRAME_BAD) {
		f->facts.bad++;
		return 0;
	}
	if (t->tag.type == MSG_DATA)
		return t->frame.kind == FRAME_META && f->meta.data == NULL ?
		    blob_read(s, &f->meta, t) : 0;
	if (t->frame.track != 0)
		return 0;
	switch (t->frame.kind) {
	case FRAME_HEADER:
		return scan_codec(s, t) == -1 ? -1 : scan_format(s, t);
	case FRAME_KEY:
	case FRAME_INTER:
		return scan_codec(s, t) == -1 ? -1 : scan_video_frame(s, t);
	case FRAME_AUDIO:
		if (scan_codec(s, t) == -1 || scan_audio_format(s, t) == -1)
			return -1;
		return scan_audio_frame(s, t);
	default:
		return 0;
	}
}

/* Checks that both tracks are there, and fills in what needs all frames. */
static int
scan_end(struct scan *s)
{
	struct flv_file *f = s->f;
	struct flv_loop_facts *x = &f->facts;
	int64_t skew = (int64_t)f->audio_first - f->video_first, audio;

	if (x->frames < 2 || x->audio_frames == 0)
		return fault_set(s->fault, -1, 0, "%u video and %u audio frames",
		    x->frames, x->audio_frames);
	f->interval = frame_rate_interval(s->frame_rate);
	f->length = f->interval > 0 ? x->frames * f->interval :
	    (int64_t)(s->video_last - f->video_first +
	    frame_rate_median(s->frame_rate)) * TICKS_MS;
	if (f->length <= 0)
		return fault_set(s->fault, -1, 0, "all video has the same time");
	x->ms = (f->length + TICKS_MS / 2) / TICKS_MS;
	if (skew > SKEW_MAX_MS || skew < -SKEW_MAX_MS || skew >= x->ms || -skew >= x->ms)
		return fault_set(s->fault, -1, 0,
		    "audio and video begin %lld ms apart", (long long)skew);
	scan_key_gap(s, f->video_first + (uint32_t)x->ms - s->key_last, false);
	x->constant_fps = f->interval > 0;
	if (x->constant_fps)
		x->video.fps = (double)TICKS_S / (double)f->interval;
	x->audio_even = f->audio_even = grid_fits(&s->audio);
	audio = f->audio_even ? x->audio_frames * f->audio_frame :
	    (int64_t)(s->audio_last - f->audio_first + s->audio_step) * TICKS_MS;
	x->audio_late_ms = skew - f->cts;
	x->audio_short_ms = (f->length - audio + TICKS_MS - 1) / TICKS_MS;
	x->bytes = f->size;
	return 0;
}

static int
scan_run(struct scan *s)
{
	struct flv_reader c;
	struct flv_item t;
	const char *reason;
	int rc;

	flv_reader_start(&c, s->f);
	for (;;) {
		s->at = c.next + FLV_TAG_TRAILER;
		if ((rc = flv_reader_next(&c, &t, &reason)) == -1)
			return fault_set(s->fault, s->at, 0, "%s", reason);
		if (rc == 0)
			return scan_end(s);
		if (scan_tag(s, &t) == -1)
			return -1;
	}
}

static int
file_start(struct flv_file *f, const char *path, struct flv_fault *fault)
{
	uint8_t head[FLV_FILE_HEADER];
	struct stat st;
	ptrdiff_t n;

	/* O_NONBLOCK: open(2) must not wait for a FIFO, which is refused below. */
	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f->fd == -1 || fstat(f->fd, &st) == -1)
		return fault_errno(fault);
	if (!S_ISREG(st.st_mode))
		return fault_set(fault, -1, S_ISDIR(st.st_mode) ? EISDIR : EINVAL,
		    "not a regular file");
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->size = st.st_size;
	f->mtime = st.st_mtim;
	if (f->size < (off_t)sizeof(head))
		return fault_set(fault, 0, 0, "not an FLV file");
	if (flv_file_pread(f, head, sizeof(head), 0) == -1)
		return fault_errno(fault);
	/* Of a longer header only the length is needed. */
	n = flv_file_header_read(head, sizeof(head));
	if (n == 0)
		n = (ptrdiff_t)be32(head + 5) + FLV_TAG_TRAILER;
	if (n < 0 || n > f->size)
		return fault_set(fault, 0, 0, "not an FLV file");
	f->first = n - FLV_TAG_TRAILER;
	return 0;
}

struct flv_file *
flv_file_open(const char *path, struct flv_fault *fault)
{
	struct scan s = { .fault = fault };
	struct flv_file *f;
	int rc;

	fault->file = 0;
	if ((f = calloc(1, sizeof(*f))) == NULL) {
		fault_errno(fault);
		return NULL;
	}
	f->fd = -1;
	s.f = f;
	if ((rc = file_start(f, path, fault)) == 0 && !flv_cache_find(f) &&
	    (rc = scan_run(&s)) == 0)
		flv_cache_add(f, time(NULL));
	frame_rate_free(s.frame_rate);
	if (rc == -1) {
		flv_file_close(f);
		return NULL;
	}
	return f;
}
