/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/frame_queue.h"

struct preamble *
preamble_with(const struct preamble *old, enum track t, struct packet *part)
{
	struct preamble *p;
	int i;

	if ((p = calloc(1, sizeof(*p))) == NULL)
		return NULL;
	p->refs = 1;
	for (i = 0; i < TRACKS; i++)
		p->part[i] = packet_ref(i == (int)t ? part :
		    old != NULL ? old->part[i] : NULL);
	return p;
}

struct preamble *
preamble_ref(struct preamble *p)
{
	if (p != NULL)
		p->refs++;
	return p;
}

void
preamble_unref(struct preamble *p)
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
	preamble_unref(e->pre);
	memset(e, 0, sizeof(*e));
}

static int
lane_grow(struct lane *l)
{
	size_t cap = l->cap ? l->cap * 2 : 64;
	struct entry *ring;
	uint64_t n;

	if ((ring = calloc(cap, sizeof(*ring))) == NULL)
		return -1;
	for (n = l->first; n < l->end; n++)
		ring[n & (cap - 1)] = *lane_at(l, n);
	free(l->ring);
	l->ring = ring;
	l->cap = cap;
	return 0;
}

int
lane_push(struct lane *l, struct entry *e)
{
	if (l->end - l->first == l->cap && lane_grow(l) == -1) {
		entry_free(e);
		return -1;
	}
	*lane_at(l, l->end++) = *e;
	l->bytes += e->pkt->len;
	return 0;
}

void
lane_drop(struct lane *l, uint64_t n)
{
	struct entry *e;

	if (n > l->end)
		n = l->end;
	for (; l->first < n; l->first++) {
		e = lane_at(l, l->first);
		l->bytes -= e->pkt->len;
		entry_free(e);
	}
}

void
lane_free(struct lane *l)
{
	lane_drop(l, l->end);
	free(l->ring);
	memset(l, 0, sizeof(*l));
}
