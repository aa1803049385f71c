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

/* What is known of audio: its header, or the next frame of a codec that has none. */
static const struct packet *
audio_of(const struct source *src, const struct entry *e)
{
	const struct track_state *ts = &src->track[TRACK_AUDIO];

	if (part_of(e->headers, TRACK_AUDIO) != NULL || !frame_queue_has(&ts->queue, ts->at))
		return part_of(e->headers, TRACK_AUDIO);
	return frame_queue_at(&ts->queue, ts->at)->pkt;
}

/* What was measured, as far as it belongs to these headers. */
static struct metadata_measure
measure_of(const struct announce *a, const struct codec_headers *h)
{
	struct metadata_measure m = a->measure;

	if (part_of(h, TRACK_VIDEO) != part_of(a->measured, TRACK_VIDEO))
		m.fps = m.video_kbps = 0;
	if (part_of(h, TRACK_AUDIO) != part_of(a->measured, TRACK_AUDIO))
		m.audio_kbps = 0;
	return m;
}

/* Makes the metadata for a picture. false: without memory the one before stays, and the next picture tries again. */
static bool
make(struct announce *a, const struct source *src, const struct entry *e)
{
	struct packet *video = part_of(e->headers, TRACK_VIDEO), *own = part_of(e->headers, TRACK_DATA), *p;
	struct metadata_measure measure = measure_of(a, e->headers);
	struct metadata_claims claims = { 0 };
	uint8_t body[METADATA_MAX];
	size_t len;

	if (own != NULL)
		metadata_claims_read(&claims, own->data, own->len);
	len = metadata_write(body, video != NULL ? video : e->pkt, audio_of(src, e), &claims, &measure);
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
