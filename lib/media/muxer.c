/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "media/muxer.h"
#include "rtmp/amf0.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp.h"

/* What one log entry is on the wire: at most its codec headers and itself. */
struct messages {
	struct packet	*pkt[TRACKS + 1];
	int		 n;
};

static void
forget_headers(struct muxer *s)
{
	int t;

	for (t = 0; t < TRACKS; t++) {
		packet_unref(s->has[t]);
		s->has[t] = NULL;
	}
}

/* It goes on as if it began. */
static void
begin_afresh(struct muxer *s)
{
	forget_headers(s);
	s->afresh = false;
}

void
muxer_start(struct muxer *s, const struct fanout_log *log, enum muxer_format format,
    uint32_t msid)
{
	muxer_stop(s);
	s->format = format;
	s->msid = msid;
	s->waiting = !frame_queue_has(&log->queue, log->key);
	s->next = s->waiting ? log->queue.end : log->key;
}

void
muxer_stop(struct muxer *s)
{
	entry_free(&s->cur);
	begin_afresh(s);
	s->off = 0;
}

/* The entry to send, NULL: none is ready. */
static const struct entry *
current(const struct muxer *s, const struct fanout_log *log)
{
	if (s->off > 0)
		return &s->cur;
	return frame_queue_has(&log->queue, s->next) ? frame_queue_at(&log->queue, s->next) :
	    NULL;
}

/* Does part t have to go out before this entry, to a peer that has these headers? */
static bool
needs(const struct entry *e, enum track t, struct packet *const has[])
{
	enum track own = packet_track(e->pkt);
	const struct packet *part = e->headers != NULL ? e->headers->part[t] : NULL;
	bool first = has[TRACK_VIDEO] == NULL && has[TRACK_AUDIO] == NULL;

	if (part == NULL)
		return false;
	if ((e->flags & ENTRY_CUT) || first)
		return true;
	/* metadata goes with the picture; the other track's header is its own frames' business */
	return part != has[t] && (t == own ||
	    (t == TRACK_DATA && own == TRACK_VIDEO));
}

static void
messages_of(struct messages *m, const struct entry *e,
    struct packet *const has[])
{
	static const enum track order[] = { TRACK_DATA, TRACK_VIDEO, TRACK_AUDIO };
	size_t i;

	m->n = 0;
	for (i = 0; i < nitems(order); i++)
		if (needs(e, order[i], has))
			m->pkt[m->n++] = e->headers->part[order[i]];
	m->pkt[m->n++] = e->pkt;
}

/* has, once the entry is sent. */
static void
note_sent(struct packet *has[], const struct messages *m)
{
	int i;

	for (i = 0; i < m->n - 1; i++)
		has[packet_track(m->pkt[i])] = m->pkt[i];
}

static unsigned int
csid_of(const struct packet *p)
{
	return p->type == MSG_VIDEO ? CSID_VIDEO :
	    p->type == MSG_AUDIO ? CSID_AUDIO : CSID_DATA;
}

/* Metadata is published as the argument of @setDataFrame, and played and stored without. */
static size_t
prefix_of(const struct packet *p)
{
	return p->type == MSG_DATA && amf0_starts(p->data, p->len,
	    "onMetaData") ? AMF0_DATA_FRAME_LEN : 0;
}

/* Adds bytes to the batch, less what of them was sent before. */
static bool
add(struct muxer_batch *batch, size_t *skip, const uint8_t *p, size_t len)
{
	if (*skip >= len) {
		*skip -= len;
		return true;
	}
	if (batch->n == MUXER_IOV)
		return false;
	/* writev(2) does not write to what it is given */
	batch->iov[batch->n].iov_base = (void *)(uintptr_t)(p + *skip);
	batch->iov[batch->n++].iov_len = len - *skip;
	batch->bytes += len - *skip;
	*skip = 0;
	return true;
}

static bool
add_rtmp(const struct muxer *s, struct muxer_batch *batch, size_t *skip,
    const struct packet *p, uint32_t time)
{
	unsigned int csid = csid_of(p);
	size_t prefix = prefix_of(p), done, part, n;
	uint8_t *first = batch->slot[batch->slots], *next = first + MUXER_SLOT;

	if (batch->slots + 2 > MUXER_SLOTS)
		return false;
	batch->slots += 2;
	n = chunk_first(first, csid, time, (uint32_t)(prefix + p->len), p->type,
	    s->msid);
	memcpy(first + n, amf0_data_frame, prefix);
	if (!add(batch, skip, first, n + prefix))
		return false;
	n = chunk_next(next, csid, time);
	for (done = 0; done < p->len || done == 0; done += part) {
		if (done > 0 && !add(batch, skip, next, n))
			return false;
		part = RTMP_CHUNK_OUT - (done == 0 ? prefix : 0);
		if (part > p->len - done)
			part = p->len - done;
		if (!add(batch, skip, p->data + done, part))
			return false;
		if (part == 0)
			break;
	}
	return true;
}

static bool
add_flv(struct muxer_batch *batch, size_t *skip, const struct packet *p,
    uint32_t time)
{
	struct flv_tag tag = { .type = p->type, .len = p->len, .time = time };
	uint8_t *head = batch->slot[batch->slots], *tail = head + MUXER_SLOT;

	if (batch->slots + 2 > MUXER_SLOTS)
		return false;
	batch->slots += 2;
	flv_tag_header(head, &tag);
	put_be32(tail, FLV_TAG_HEADER + p->len);
	return add(batch, skip, head, FLV_TAG_HEADER) &&
	    add(batch, skip, p->data, p->len) &&
	    add(batch, skip, tail, FLV_TAG_TRAILER);
}

static size_t
message_size(const struct muxer *s, const struct packet *p, uint32_t time)
{
	uint8_t tmp[CHUNK_HEADER_MAX];
	size_t len, more;

	if (s->format == MUXER_FLV)
		return FLV_TAG_HEADER + p->len + FLV_TAG_TRAILER;
	len = prefix_of(p) + p->len;
	more = len > 0 ? (len - 1) / RTMP_CHUNK_OUT : 0;
	return chunk_first(tmp, csid_of(p), time, (uint32_t)len, p->type,
	    s->msid) + len + more * chunk_next(tmp, csid_of(p), time);
}

void
muxer_fill(struct muxer *s, const struct fanout_log *log, struct muxer_batch *batch,
    size_t max)
{
	struct packet *has[TRACKS];
	const struct entry *e;
	struct messages m;
	uint64_t at = s->next;
	size_t skip = s->off;
	int i;

	memcpy(has, s->has, sizeof(has));
	batch->n = 0;
	batch->bytes = 0;
	batch->slots = 0;
	for (e = current(s, log); e != NULL && batch->bytes < max;
	    e = frame_queue_has(&log->queue, ++at) ? frame_queue_at(&log->queue, at) : NULL) {
		if (s->waiting) {
			if (!(e->flags & ENTRY_KEY)) {
				s->next = at + 1;
				continue;
			}
			s->waiting = false;
			s->next = at;
		}
		messages_of(&m, e, has);
		for (i = 0; i < m.n; i++)
			if (!(s->format == MUXER_FLV ?
			    add_flv(batch, &skip, m.pkt[i], (uint32_t)e->dts) :
			    add_rtmp(s, batch, &skip, m.pkt[i],
			    (uint32_t)e->dts)))
				return;
		note_sent(has, &m);
		if (s->afresh && at == s->next)
			memset(has, 0, sizeof(has));
	}
}

void
muxer_sent(struct muxer *s, const struct fanout_log *log, size_t n)
{
	const struct entry *e;
	struct messages m;
	size_t total;
	int i;

	s->bytes += n;
	while (n > 0 && (e = current(s, log)) != NULL) {
		messages_of(&m, e, s->has);
		for (total = 0, i = 0; i < m.n; i++)
			total += message_size(s, m.pkt[i], (uint32_t)e->dts);
		if (s->off + n < total) {
			if (s->off == 0) {
				s->cur = *e;
				packet_ref(s->cur.pkt);
				codec_headers_ref(s->cur.headers);
			}
			s->off += n;
			return;
		}
		n -= total - s->off;
		for (i = 0; i < m.n - 1; i++) {
			packet_unref(s->has[packet_track(m.pkt[i])]);
			s->has[packet_track(m.pkt[i])] = packet_ref(m.pkt[i]);
		}
		if (s->off > 0)
			entry_free(&s->cur);
		if (s->afresh)
			begin_afresh(s);
		s->off = 0;
		s->next++;
	}
}

int64_t
muxer_lag_ms(const struct muxer *s, const struct fanout_log *log)
{
	const struct entry *e = current(s, log);

	return e == NULL || s->waiting ? 0 : log->dts - e->dts;
}

void
muxer_limit(struct muxer *s, const struct fanout_log *log, int64_t max_ms)
{
	const struct frame_queue *l = &log->queue;
	uint64_t half = s->off > 0, to;	/* what is half sent must be finished */

	if (s->waiting || (s->next >= l->first && muxer_lag_ms(s, log) <= max_ms))
		return;
	if (frame_queue_has(l, log->key) && log->key > s->next)
		to = log->key;
	else if (half)
		return;
	else {
		to = l->end;
		s->waiting = true;
	}
	s->dropped += to - s->next - half;
	s->next = to - half;
	if (half)
		s->afresh = true;
	else
		begin_afresh(s);
}
