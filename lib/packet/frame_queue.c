/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/frame_queue.h"

struct codec_headers *
codec_headers_with(const struct codec_headers *old, enum track t, struct packet *part)
{
	struct codec_headers *p;
	int i;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	p->refs = 1;
	for (i = 0; i < TRACKS; i++)
		p->part[i] = packet_ref(i == (int)t ? part :
		    old != NULL ? old->part[i] : NULL);
	return p;
}

struct codec_headers *
codec_headers_ref(struct codec_headers *p)
{
	if (p != NULL)
		p->refs++;
	return p;
}

void
codec_headers_unref(struct codec_headers *p)
{
	int i;

	if (p == NULL || --p->refs > 0)
		return;
	for (i = 0; i < TRACKS; i++)
		packet_unref(p->part[i]);
	free(p);
}

size_t
codec_headers_size(const struct codec_headers *p)
{
	size_t n = sizeof(*p);
	int i;

	if (p == NULL)
		return 0;
	for (i = 0; i < TRACKS; i++)
		if (p->part[i] != NULL)
			n += packet_size(p->part[i]->len);
	return n;
}

void
entry_free(struct entry *e)
{
	packet_unref(e->pkt);
	codec_headers_unref(e->headers);
	memset(e, 0, sizeof(*e));
}

static int
frame_queue_resize(struct frame_queue *q, size_t cap)
{
	struct entry *ring;
	uint64_t n;

	if ((ring = calloc(cap, sizeof(*ring))) == NULL)
		return -1;
	for (n = q->first; n < q->end; n++)
		ring[n & (cap - 1)] = *frame_queue_at(q, n);
	free(q->ring);
	q->ring = ring;
	q->cap = cap;
	return 0;
}

/* Bytes that an entry holds besides its codec headers. */
static uint32_t
own_size(const struct entry *e)
{
	return (uint32_t)(packet_size(e->pkt->len) + FRAME_QUEUE_PLACE);
}

int
frame_queue_push(struct frame_queue *q, struct entry *e)
{
	bool empty = q->end == q->first;

	if (q->end - q->first == q->cap && frame_queue_resize(q, q->cap ? q->cap * 2 : 64) == -1) {
		entry_free(e);
		return -1;
	}
	e->held = own_size(e);
	if (empty || frame_queue_at(q, q->end - 1)->headers != e->headers)
		e->held += (uint32_t)codec_headers_size(e->headers);
	q->bytes += e->held;
	*frame_queue_at(q, q->end++) = *e;
	return 0;
}

/* Drops the first entry. The next one may share its codec headers: then it holds them now. */
static void
drop_first(struct frame_queue *q)
{
	struct entry *e = frame_queue_at(q, q->first++), *next = frame_queue_at(q, q->first);
	uint32_t headers = e->held - own_size(e);

	q->bytes -= e->held;
	if (q->first < q->end && next->headers == e->headers) {
		next->held += headers;
		q->bytes += headers;
	}
	entry_free(e);
}

void
frame_queue_drop(struct frame_queue *q, uint64_t n)
{
	if (n > q->end)
		n = q->end;
	while (q->first < n)
		drop_first(q);
	/* If there is no memory for a smaller ring, the larger one does. */
	while (q->cap > FRAME_QUEUE_CAP && q->end - q->first < q->cap / 8 &&
	    frame_queue_resize(q, q->cap / 2) == 0)
		continue;
}

void
frame_queue_cut(struct frame_queue *q, uint64_t n)
{
	struct entry *e;

	while (q->end > n && q->end > q->first) {
		e = frame_queue_at(q, --q->end);
		q->bytes -= e->held;
		entry_free(e);
	}
}

void
frame_queue_replace(struct frame_queue *q, uint64_t n, struct packet *p)
{
	struct entry *e = frame_queue_at(q, n);
	uint32_t old = own_size(e);

	packet_unref(e->pkt);
	e->pkt = p;
	e->held += own_size(e) - old;
	q->bytes += own_size(e);
	q->bytes -= old;
}

void
frame_queue_free(struct frame_queue *q)
{
	frame_queue_drop(q, q->end);
	free(q->ring);
	memset(q, 0, sizeof(*q));
}
