/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/announce.h"

void
announce_init(struct announce *a, struct arena *arena)
{
	memset(a, 0, sizeof(*a));
	a->arena = arena;
}

static void
forget(struct announce *a)
{
	codec_headers_unref(a->in);
	codec_headers_unref(a->out);
	a->in = a->out = NULL;
}

void
announce_free(struct announce *a)
{
	forget(a);
	codec_headers_unref(a->measured);
	packet_unref(a->metadata);
	a->measured = NULL;
	a->metadata = NULL;
}

void
announce_cut(struct announce *a, const struct source *src)
{
	const struct rate_stats *v = &src->track[TRACK_VIDEO].rate, *s = &src->track[TRACK_AUDIO].rate;

	forget(a);
	codec_headers_unref(a->measured);
	a->measured = codec_headers_ref(src->headers);
	a->measure.fps = rate_stats_fps(v);
	a->measure.video_kbps = rate_stats_kbps(v);
	a->measure.audio_kbps = rate_stats_kbps(s);
}

static struct packet *
part_of(const struct codec_headers *h, enum track t)
{
	return h != NULL ? h->part[t] : NULL;
}

/* The header of the sound that goes with a picture. A source may send it after the first keyframe, as FLV files do. */
static const struct packet *
audio_header(const struct source *src, const struct entry *e)
{
	const struct packet *p = part_of(e->headers, TRACK_AUDIO);

	return p == NULL && src->epoch == e->epoch ? part_of(src->headers, TRACK_AUDIO) : p;
}

/* The next frame of sound: a codec without headers is known by that. NULL: none is held. */
static const struct packet *
audio_frame(const struct source *src)
{
	const struct track_state *ts = &src->track[TRACK_AUDIO];

	return frame_queue_has(&ts->queue, ts->at) ? frame_queue_at(&ts->queue, ts->at)->pkt : NULL;
}

/* What was measured, as far as it belongs to these headers. */
static struct metadata_measure
measure_of(const struct announce *a, const struct packet *video, const struct packet *audio)
{
	struct metadata_measure m = a->measure;

	if (video != part_of(a->measured, TRACK_VIDEO))
		m.fps = m.video_kbps = 0;
	if (audio != part_of(a->measured, TRACK_AUDIO))
		m.audio_kbps = 0;
	return m;
}

/* Makes the metadata for a picture. false: without memory the one before stays, and the next picture tries again. */
static bool
make(struct announce *a, const struct source *src, const struct entry *e)
{
	const struct packet *video = part_of(e->headers, TRACK_VIDEO), *audio = audio_header(src, e);
	const struct packet *own = part_of(e->headers, TRACK_DATA);
	struct metadata_measure measure = measure_of(a, video, audio);
	struct metadata_claims claims = { 0 };
	uint8_t body[METADATA_MAX];
	struct packet *p;
	size_t len;

	if (own != NULL)
		metadata_claims_read(&claims, own->data, own->len);
	len = metadata_write(body, video != NULL ? video : e->pkt, audio != NULL ? audio : audio_frame(src),
	    &claims, &measure);
	if (a->metadata != NULL && a->metadata->len == len && memcmp(a->metadata->data, body, len) == 0)
		return true;
	if ((p = packet_new(a->arena, MSG_DATA, 0, (uint32_t)len)) == NULL)
		return false;
	memcpy(p->data, body, len);
	packet_unref(a->metadata);
	a->metadata = p;
	return true;
}

struct codec_headers *
announce_headers(struct announce *a, const struct source *src, const struct entry *e)
{
	bool video = packet_track(e->pkt) == TRACK_VIDEO;

	if (a->out != NULL && a->in == e->headers && (a->made || !video))
		return codec_headers_ref(a->out);
	forget(a);
	a->made = video && make(a, src, e);
	a->in = codec_headers_ref(e->headers);
	a->out = codec_headers_with(e->headers, TRACK_DATA, a->metadata);
	return codec_headers_ref(a->out);
}
