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

void
entry_free(struct entry *e)
{
	packet_unref(e->pkt);
	codec_headers_unref(e->headers);
	memset(e, 0, sizeof(*e));
}

static int
frame_queue_grow(struct frame_queue *q)
{
	size_t cap = q->cap ? q->cap * 2 : 64;
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

int
frame_queue_push(struct frame_queue *q, struct entry *e)
{
	if (q->end - q->first == q->cap && frame_queue_grow(q) == -1) {
		entry_free(e);
		return -1;
	}
	*frame_queue_at(q, q->end++) = *e;
	q->bytes += e->pkt->len;
	return 0;
}

void
frame_queue_drop(struct frame_queue *q, uint64_t n)
{
	struct entry *e;

	if (n > q->end)
		n = q->end;
	for (; q->first < n; q->first++) {
		e = frame_queue_at(q, q->first);
		q->bytes -= e->pkt->len;
		entry_free(e);
	}
}

void
frame_queue_free(struct frame_queue *q)
{
	frame_queue_drop(q, q->end);
	free(q->ring);
	memset(q, 0, sizeof(*q));
}
