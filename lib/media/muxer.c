/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "media/muxer.h"
#include "rtmp/amf0.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp.h"

/* The messages of one log entry on the wire: at most its codec headers and the frame. */
struct messages {
	struct packet	*pkt[TRACKS + 1];
	int		 n;
};

static void
forget(struct muxer *m, enum track t)
{
	packet_unref(m->has[t]);
	m->has[t] = NULL;
}

/* Forgets which headers the peer has: the next keyframe is sent with all of them. Its metadata is still true. */
static void
begin_afresh(struct muxer *m)
{
	forget(m, TRACK_VIDEO);
	forget(m, TRACK_AUDIO);
	m->afresh = false;
}

void
muxer_start(struct muxer *m, const struct fanout_log *log, enum muxer_format format,
    uint32_t msid)
{
	muxer_stop(m);
	m->format = format;
	m->msid = msid;
	m->waiting = !frame_queue_has(&log->queue, log->key);
	m->next = m->waiting ? log->queue.end : log->key;
	m->begun = m->waiting ? UINT64_MAX : log->key;
	sent_marks_clear(&m->marks);
}

void
muxer_stop(struct muxer *m)
{
	entry_free(&m->cur);
	begin_afresh(m);
	forget(m, TRACK_DATA);
	m->off = 0;
}

/* The entry to send; NULL: none is ready. */
static const struct entry *
entry_current(const struct muxer *m, const struct fanout_log *log)
{
	if (m->off > 0)
		return &m->cur;
	return frame_queue_has(&log->queue, m->next) ? frame_queue_at(&log->queue, m->next) :
	    NULL;
}

/* Does part t have to go out before this entry, to a peer that has these headers? */
static bool
needs_part(const struct entry *e, enum track t, struct packet *const has[])
{
	enum track own = packet_track(e->pkt);
	const struct packet *part = e->headers != NULL ? e->headers->part[t] : NULL;
	bool first = has[TRACK_VIDEO] == NULL && has[TRACK_AUDIO] == NULL;

	if (part == NULL)
		return false;
	/* metadata goes with video, and only where it changed: some take each as the start of another stream */
	if (t == TRACK_DATA)
		return own == TRACK_VIDEO && part != has[t];
	if ((e->flags & ENTRY_CUT) || first)
		return true;
	/* the header of the other track goes with that track's own frames */
	return part != has[t] && t == own;
}

static void
messages_of(struct messages *parts, const struct entry *e,
    struct packet *const has[])
{
	static const enum track order[] = { TRACK_DATA, TRACK_VIDEO, TRACK_AUDIO };
	size_t i;

	parts->n = 0;
	for (i = 0; i < nitems(order); i++)
		if (needs_part(e, order[i], has))
			parts->pkt[parts->n++] = e->headers->part[order[i]];
	parts->pkt[parts->n++] = e->pkt;
}

/* Updates has after the entry was sent. */
static void
note_sent(struct packet *has[], const struct messages *parts)
{
	int i;

	for (i = 0; i < parts->n - 1; i++)
		has[packet_track(parts->pkt[i])] = parts->pkt[i];
}

static unsigned int
csid_of(const struct packet *p)
{
	return p->type == MSG_VIDEO ? CSID_VIDEO :
	    p->type == MSG_AUDIO ? CSID_AUDIO : CSID_DATA;
}

/* A publisher sends metadata as the argument of @setDataFrame; players and files have it without that. */
static size_t
prefix_of(const struct packet *p)
{
	return p->type == MSG_DATA && amf0_starts(p->data, p->len,
	    "onMetaData") ? AMF0_DATA_FRAME_LEN : 0;
}

/* Adds bytes to the batch, without the *skip bytes that were sent before. */
static bool
batch_add(struct muxer_batch *batch, size_t *skip, const uint8_t *p, size_t len)
{
	if (*skip >= len) {
		*skip -= len;
		return true;
	}
	if (batch->n == MUXER_IOV)
		return false;
	/* writev(2) does not write to the buffers */
	batch->iov[batch->n].iov_base = (void *)(uintptr_t)(p + *skip);
	batch->iov[batch->n++].iov_len = len - *skip;
	batch->bytes += len - *skip;
	*skip = 0;
	return true;
}

static bool
add_rtmp(const struct muxer *m, struct muxer_batch *batch, size_t *skip,
    const struct packet *p, uint32_t time)
{
	unsigned int csid = csid_of(p);
	size_t prefix = prefix_of(p), done, part, n;
	uint8_t *first = batch->slot[batch->slots], *next = first + MUXER_SLOT;

	if (batch->slots + 2 > MUXER_SLOTS)
		return false;
	batch->slots += 2;
	n = chunk_first(first, csid, time, (uint32_t)(prefix + p->len), p->type,
	    m->msid);
	memcpy(first + n, amf0_data_frame, prefix);
	if (!batch_add(batch, skip, first, n + prefix))
		return false;
	n = chunk_next(next, csid, time);
	for (done = 0; done < p->len || done == 0; done += part) {
		if (done > 0 && !batch_add(batch, skip, next, n))
			return false;
		part = RTMP_CHUNK_OUT - (done == 0 ? prefix : 0);
		if (part > p->len - done)
			part = p->len - done;
		if (!batch_add(batch, skip, p->data + done, part))
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
	return batch_add(batch, skip, head, FLV_TAG_HEADER) &&
	    batch_add(batch, skip, p->data, p->len) &&
	    batch_add(batch, skip, tail, FLV_TAG_TRAILER);
}

static size_t
message_size(const struct muxer *m, const struct packet *p, uint32_t time)
{
	uint8_t tmp[CHUNK_HEADER_MAX];
	size_t len, more;

	if (m->format == MUXER_FLV)
		return FLV_TAG_HEADER + p->len + FLV_TAG_TRAILER;
	len = prefix_of(p) + p->len;
	more = len > 0 ? (len - 1) / RTMP_CHUNK_OUT : 0;
	return chunk_first(tmp, csid_of(p), time, (uint32_t)len, p->type,
	    m->msid) + len + more * chunk_next(tmp, csid_of(p), time);
}

bool
muxer_at_keyframe(struct muxer *m, const struct fanout_log *log)
{
	const struct frame_queue *q = &log->queue;
	bool is_key;

	if (m->off > 0)
		return false;
	for (; frame_queue_has(q, m->next); m->next++) {
		is_key = frame_queue_at(q, m->next)->flags & ENTRY_KEY;
		m->waiting = m->waiting && !is_key;
		if (!m->waiting)
			return is_key;
	}
	return false;
}

void
muxer_fill(struct muxer *m, const struct fanout_log *log, struct muxer_batch *batch,
    size_t max)
{
	struct packet *has[TRACKS];
	const struct entry *e;
	struct messages parts;
	uint64_t at;
	size_t skip = m->off;
	int i;

	memcpy(has, m->has, sizeof(has));
	batch->n = 0;
	batch->bytes = 0;
	batch->slots = 0;
	if (m->waiting && !muxer_at_keyframe(m, log))
		return;
	at = m->next;
	for (e = entry_current(m, log); e != NULL && batch->bytes < max;
	    e = frame_queue_has(&log->queue, ++at) ? frame_queue_at(&log->queue, at) : NULL) {
		if ((e->flags & ENTRY_KEY) && batch->n > 0)
			return;
		messages_of(&parts, e, has);
		for (i = 0; i < parts.n; i++)
			if (!(m->format == MUXER_FLV ?
			    add_flv(batch, &skip, parts.pkt[i], (uint32_t)e->dts) :
			    add_rtmp(m, batch, &skip, parts.pkt[i],
			    (uint32_t)e->dts)))
				return;
		note_sent(has, &parts);
	}
}

void
muxer_sent(struct muxer *m, const struct fanout_log *log, size_t n)
{
	uint64_t end = m->bytes + n;
	const struct entry *e;
	struct messages parts;
	size_t total;
	int i;

	m->bytes += n;
	while (n > 0 && (e = entry_current(m, log)) != NULL) {
		sent_marks_add(&m->marks, end - n, e->dts);
		messages_of(&parts, e, m->has);
		for (total = 0, i = 0; i < parts.n; i++)
			total += message_size(m, parts.pkt[i], (uint32_t)e->dts);
		if (m->off + n < total) {
			if (m->off == 0) {
				m->cur = *e;
				packet_ref(m->cur.pkt);
				codec_headers_ref(m->cur.headers);
			}
			m->off += n;
			return;
		}
		n -= total - m->off;
		for (i = 0; i < parts.n - 1; i++) {
			packet_unref(m->has[packet_track(parts.pkt[i])]);
			m->has[packet_track(parts.pkt[i])] = packet_ref(parts.pkt[i]);
		}
		if (m->off > 0)
			entry_free(&m->cur);
		if (m->afresh)
			begin_afresh(m);
		m->off = 0;
		m->next++;
	}
}

int64_t
muxer_lag_ms(const struct muxer *m, const struct fanout_log *log)
{
	const struct entry *e = entry_current(m, log);

	return e == NULL || m->waiting ? 0 : log->dts - e->dts;
}

int64_t
muxer_unacked_ms(const struct muxer *m, const struct fanout_log *log, size_t unacked)
{
	int64_t lag = muxer_lag_ms(m, log), dts;

	if (unacked == 0 || !sent_marks_find(&m->marks, m->bytes > unacked ? m->bytes - unacked : 0, &dts))
		return lag;
	return log->dts - dts > lag ? log->dts - dts : lag;
}

void
muxer_limit(struct muxer *m, const struct fanout_log *log, int64_t max_ms)
{
	const struct frame_queue *q = &log->queue;
	uint64_t half = m->off > 0, to;	/* an entry that is half sent must be finished */

	if (m->waiting)
		return;
	if (m->next >= q->first && muxer_lag_ms(m, log) <= max_ms) {
		m->begun = UINT64_MAX;
		return;
	}
	if (m->next >= q->first && m->begun == log->key)
		return;
	if (frame_queue_has(q, log->key) && log->key > m->next)
		to = log->key;
	else if (half)
		return;
	else {
		to = q->end;
		m->waiting = true;
	}
	m->dropped += to - m->next - half;
	m->next = to - half;
	if (half)
		m->afresh = true;
	else
		begin_afresh(m);
}
