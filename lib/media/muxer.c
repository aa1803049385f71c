/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "media/muxer.h"
#include "rtmp/amf0.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp.h"

/* What one log entry is on the wire: at most its preamble and itself. */
struct messages {
	struct packet	*pkt[TRACKS + 1];
	int		 n;
};

static void
forget_headers(struct sink *s)
{
	int t;

	for (t = 0; t < TRACKS; t++) {
		packet_unref(s->has[t]);
		s->has[t] = NULL;
	}
}

/* It goes on as if it began. */
static void
begin_afresh(struct sink *s)
{
	forget_headers(s);
	s->afresh = false;
}

void
sink_start(struct sink *s, const struct outlog *log, enum sink_format format,
    uint32_t msid)
{
	sink_stop(s);
	s->format = format;
	s->msid = msid;
	s->waiting = !lane_has(&log->lane, log->key);
	s->next = s->waiting ? log->lane.end : log->key;
}

void
sink_stop(struct sink *s)
{
	entry_free(&s->cur);
	begin_afresh(s);
	s->off = 0;
}

/* The entry to send, NULL: none is ready. */
static const struct entry *
current(const struct sink *s, const struct outlog *log)
{
	if (s->off > 0)
		return &s->cur;
	return lane_has(&log->lane, s->next) ? lane_at(&log->lane, s->next) :
	    NULL;
}

/* Does part t have to go out before this entry, to a peer that has these headers? */
static bool
needs(const struct entry *e, enum track t, struct packet *const has[])
{
	enum track own = packet_track(e->pkt);
	const struct packet *part = e->pre != NULL ? e->pre->part[t] : NULL;
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
			m->pkt[m->n++] = e->pre->part[order[i]];
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

/* Adds bytes to the lot, less what of them was sent before. */
static bool
add(struct sink_lot *lot, size_t *skip, const uint8_t *p, size_t len)
{
	if (*skip >= len) {
		*skip -= len;
		return true;
	}
	if (lot->n == SINK_IOV)
		return false;
	/* writev(2) does not write to what it is given */
	lot->iov[lot->n].iov_base = (void *)(uintptr_t)(p + *skip);
	lot->iov[lot->n++].iov_len = len - *skip;
	lot->bytes += len - *skip;
	*skip = 0;
	return true;
}

static bool
add_rtmp(const struct sink *s, struct sink_lot *lot, size_t *skip,
    const struct packet *p, uint32_t time)
{
	unsigned int csid = csid_of(p);
	size_t prefix = prefix_of(p), done, part, n;
	uint8_t *first = lot->slot[lot->slots], *next = first + SINK_SLOT;

	if (lot->slots + 2 > SINK_SLOTS)
		return false;
	lot->slots += 2;
	n = chunk_first(first, csid, time, (uint32_t)(prefix + p->len), p->type,
	    s->msid);
	memcpy(first + n, amf0_data_frame, prefix);
	if (!add(lot, skip, first, n + prefix))
		return false;
	n = chunk_next(next, csid, time);
	for (done = 0; done < p->len || done == 0; done += part) {
		if (done > 0 && !add(lot, skip, next, n))
			return false;
		part = RTMP_CHUNK_OUT - (done == 0 ? prefix : 0);
		if (part > p->len - done)
			part = p->len - done;
		if (!add(lot, skip, p->data + done, part))
			return false;
		if (part == 0)
			break;
	}
	return true;
}

static bool
add_flv(struct sink_lot *lot, size_t *skip, const struct packet *p,
    uint32_t time)
{
	struct flv_tag tag = { .type = p->type, .len = p->len, .time = time };
	uint8_t *head = lot->slot[lot->slots], *tail = head + SINK_SLOT;

	if (lot->slots + 2 > SINK_SLOTS)
		return false;
	lot->slots += 2;
	flv_tag_header(head, &tag);
	put_be32(tail, FLV_TAG_HEADER + p->len);
	return add(lot, skip, head, FLV_TAG_HEADER) &&
	    add(lot, skip, p->data, p->len) &&
	    add(lot, skip, tail, FLV_TAG_TRAILER);
}

static size_t
message_size(const struct sink *s, const struct packet *p, uint32_t time)
{
	uint8_t tmp[CHUNK_HEADER_MAX];
	size_t len, more;

	if (s->format == SINK_FLV)
		return FLV_TAG_HEADER + p->len + FLV_TAG_TRAILER;
	len = prefix_of(p) + p->len;
	more = len > 0 ? (len - 1) / RTMP_CHUNK_OUT : 0;
	return chunk_first(tmp, csid_of(p), time, (uint32_t)len, p->type,
	    s->msid) + len + more * chunk_next(tmp, csid_of(p), time);
}

void
sink_fill(struct sink *s, const struct outlog *log, struct sink_lot *lot,
    size_t max)
{
	struct packet *has[TRACKS];
	const struct entry *e;
	struct messages m;
	uint64_t at = s->next;
	size_t skip = s->off;
	int i;

	memcpy(has, s->has, sizeof(has));
	lot->n = 0;
	lot->bytes = 0;
	lot->slots = 0;
	for (e = current(s, log); e != NULL && lot->bytes < max;
	    e = lane_has(&log->lane, ++at) ? lane_at(&log->lane, at) : NULL) {
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
			if (!(s->format == SINK_FLV ?
			    add_flv(lot, &skip, m.pkt[i], (uint32_t)e->dts) :
			    add_rtmp(s, lot, &skip, m.pkt[i],
			    (uint32_t)e->dts)))
				return;
		note_sent(has, &m);
		if (s->afresh && at == s->next)
			memset(has, 0, sizeof(has));
	}
}

void
sink_sent(struct sink *s, const struct outlog *log, size_t n)
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
				preamble_ref(s->cur.pre);
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
sink_lag_ms(const struct sink *s, const struct outlog *log)
{
	const struct entry *e = current(s, log);

	return e == NULL || s->waiting ? 0 : log->dts - e->dts;
}

void
sink_limit(struct sink *s, const struct outlog *log, int64_t max_ms)
{
	const struct lane *l = &log->lane;
	uint64_t half = s->off > 0, to;	/* what is half sent must be finished */

	if (s->waiting || (s->next >= l->first && sink_lag_ms(s, log) <= max_ms))
		return;
	if (lane_has(l, log->key) && log->key > s->next)
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
