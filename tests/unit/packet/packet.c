/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/packet.h"
#include "t.h"

static void
steady_state_maps_nothing(void)
{
	struct arena *a = arena_new(65536);
	struct packet *ring[64] = { NULL };
	uint64_t maps = 0;
	int i;

	for (i = 0; i < 100000; i++) {
		packet_unref(ring[i % 64]);
		ring[i % 64] = packet_new(a, MSG_VIDEO, 0,
		    (uint32_t)(i * 7919 % 9000));
		if (i == 1000)
			maps = arena_maps(a);
	}
	t_int(arena_maps(a), maps);
	for (i = 0; i < 64; i++)
		packet_unref(ring[i]);
	arena_free(a);
}

static void
large_packets_reuse_their_slab(void)
{
	struct arena *a = arena_new(65536);
	struct packet *p, *q;
	int i;

	for (i = 0; i < 100; i++) {
		p = packet_new(a, MSG_VIDEO, 0, 300000);
		memset(p->data, i, p->len);
		q = packet_new(a, MSG_AUDIO, 0, 300);
		memset(q->data, i, q->len);
		packet_unref(p);
		packet_unref(q);
	}
	t_ok(arena_maps(a) <= 3);
	arena_free(a);
}

static void
packets_outlive_the_arena(void)
{
	struct arena *a = arena_new(65536);
	struct packet *p = packet_new(a, MSG_VIDEO, 7, 100);
	struct packet *q = packet_ref(p);

	t_ok(p == q);
	arena_free(a);
	memset(q->data, 1, q->len);
	packet_unref(p);
	packet_unref(q);
	packet_unref(NULL);
	arena_free(NULL);
}

static size_t
take_until_it_refuses(struct arena *a, struct packet **p, size_t max, uint32_t len)
{
	size_t n = 0;

	while (n < max && (p[n] = packet_new(a, MSG_DATA, 0, len)) != NULL)
		n++;
	return n;
}

/* What counts is the memory that is mapped: a packet of a byte keeps its slab, whatever was beside it. */
static void
an_arena_has_a_limit(void)
{
	static struct packet *p[100000];
	struct arena *a = arena_new(65536);
	size_t n, i;

	arena_limit(a, 1 << 20);
	n = take_until_it_refuses(a, p, nitems(p), 1);
	t_ok(n > 10000 && n < nitems(p));
	t_ok(arena_mapped(a) <= 1 << 20);
	for (i = 0; i < n; i++)
		if (i % 500 != 0)
			packet_unref(p[i]);
	t_ok(packet_new(a, MSG_DATA, 0, 1) == NULL);	/* each slab has one that lives */
	for (i = 0; i < n; i += 500)
		packet_unref(p[i]);
	n = take_until_it_refuses(a, p, nitems(p), 200000);	/* the spares make room */
	t_ok(n >= 2);
	t_ok(arena_mapped(a) <= 1 << 20);
	for (i = 0; i < n; i++)
		packet_unref(p[i]);
	arena_free(a);
}

T_MAIN(
	{ "an_arena_has_a_limit", an_arena_has_a_limit },
	{ "steady_state_maps_nothing", steady_state_maps_nothing },
	{ "large_packets_reuse_their_slab", large_packets_reuse_their_slab },
	{ "packets_outlive_the_arena", packets_outlive_the_arena },
)
