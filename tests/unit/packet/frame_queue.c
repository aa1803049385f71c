/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "packet/frame_queue.h"
#include "t.h"

static struct arena *arena;

static void
push(struct frame_queue *l, int64_t dts)
{
	struct entry e = { .pkt = packet_new(arena, MSG_VIDEO, 0, 100),
	    .dts = dts };

	t_int(frame_queue_push(l, &e), 0);
}

static void
numbers_only_rise(void)
{
	struct frame_queue l = { 0 };
	uint64_t i;

	arena = arena_new(65536);
	for (i = 0; i < 1000; i++) {
		push(&l, (int64_t)i);
		if (i >= 50)
			frame_queue_drop(&l, i - 50);
		t_int(frame_queue_at(&l, l.first)->dts, l.first);
		t_int(frame_queue_at(&l, l.end - 1)->dts, i);
	}
	t_int(l.bytes, 100 * (l.end - l.first));
	t_ok(!frame_queue_has(&l, l.first - 1));
	t_ok(frame_queue_has(&l, l.first));
	t_ok(!frame_queue_has(&l, l.end));
	frame_queue_drop(&l, UINT64_MAX);
	t_int(l.first, 1000);
	t_int(l.bytes, 0);
	frame_queue_free(&l);
	arena_free(arena);
}

static void
codec_headers_shares_its_parts(void)
{
	struct packet *v, *a;
	struct codec_headers *one, *two;

	arena = arena_new(65536);
	v = packet_new(arena, MSG_VIDEO, 0, 10);
	a = packet_new(arena, MSG_AUDIO, 0, 10);
	one = codec_headers_with(NULL, TRACK_VIDEO, v);
	two = codec_headers_with(one, TRACK_AUDIO, a);
	t_ok(one->part[TRACK_AUDIO] == NULL);
	t_ok(two->part[TRACK_VIDEO] == v);
	t_int(v->refs, 3);
	codec_headers_unref(one);
	codec_headers_unref(codec_headers_ref(two));
	codec_headers_unref(two);
	codec_headers_unref(NULL);
	t_int(v->refs, 1);
	packet_unref(v);
	packet_unref(a);
	arena_free(arena);
}

T_MAIN(
	{ "numbers_only_rise", numbers_only_rise },
	{ "codec_headers_shares_its_parts", codec_headers_shares_its_parts },
)
