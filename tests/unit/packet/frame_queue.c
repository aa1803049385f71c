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
	t_int(l.bytes, (packet_size(100) + FRAME_QUEUE_PLACE) * (l.end - l.first));
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

static void
push_with(struct frame_queue *l, struct codec_headers *h)
{
	struct entry e = { .pkt = packet_new(arena, MSG_DATA, 0, 1), .headers = codec_headers_ref(h) };

	t_int(frame_queue_push(l, &e), 0);
}

/* The codec headers are counted with the first entry of those in a row that share them, whichever that is. */
static void
headers_count_once_for_those_that_share_them(void)
{
	struct frame_queue l = { 0 };
	struct codec_headers *one, *two;
	struct packet *p;
	size_t own, a, b;

	arena = arena_new(65536);
	p = packet_new(arena, MSG_DATA, 0, 60000);
	one = codec_headers_with(NULL, TRACK_DATA, p);
	two = codec_headers_with(one, TRACK_VIDEO, p);
	packet_unref(p);
	a = codec_headers_size(one);
	b = codec_headers_size(two);
	t_ok(a > 60000 && b > 120000 && codec_headers_size(NULL) == 0);
	own = packet_size(1) + FRAME_QUEUE_PLACE;
	push_with(&l, one);
	push_with(&l, one);
	t_int(l.bytes, 2 * own + a);
	push_with(&l, two);
	push_with(&l, one);
	push_with(&l, NULL);
	t_int(l.bytes, 5 * own + a + b + a);
	frame_queue_drop(&l, 1);
	t_int(l.bytes, 4 * own + a + b + a);
	frame_queue_drop(&l, 3);
	t_int(l.bytes, 2 * own + a);
	frame_queue_drop(&l, 5);
	t_int(l.bytes, 0);
	frame_queue_free(&l);
	codec_headers_unref(one);
	codec_headers_unref(two);
	arena_free(arena);
}

static void
what_is_taken_back_or_replaced_is_not_counted(void)
{
	struct frame_queue l = { 0 };
	struct codec_headers *h;
	struct packet *p;
	size_t one;

	arena = arena_new(65536);
	p = packet_new(arena, MSG_DATA, 0, 100);
	h = codec_headers_with(NULL, TRACK_DATA, p);
	packet_unref(p);
	push_with(&l, h);
	one = l.bytes;
	push_with(&l, h);
	push_with(&l, NULL);
	frame_queue_cut(&l, 1);
	t_int(l.end, 1);
	t_int(l.bytes, one);
	push_with(&l, h);
	frame_queue_replace(&l, 1, packet_new(arena, MSG_VIDEO, 0, 1000));
	t_int(frame_queue_at(&l, 1)->pkt->len, 1000);
	t_int(l.bytes, one + packet_size(1000) + FRAME_QUEUE_PLACE);
	frame_queue_drop(&l, 1);
	t_int(l.bytes, one + packet_size(1000) - packet_size(1));
	frame_queue_cut(&l, 0);
	t_int(l.end, 1);
	t_int(l.bytes, 0);
	codec_headers_unref(h);
	frame_queue_free(&l);
	arena_free(arena);
}

/* 4 MB of messages of one byte: what is counted is what is mapped and allocated. After a flood the ring is small. */
static void
tiny_messages_count_as_what_they_hold(void)
{
	struct frame_queue l = { 0 };
	size_t really;
	int i;

	arena = arena_new(65536);
	for (i = 0; i < 100000; i++)
		push_with(&l, NULL);
	really = arena_mapped(arena) + l.cap * sizeof(struct entry);
	t_ok(l.bytes > really / 2 && l.bytes < 2 * really);
	frame_queue_drop(&l, 99990);
	t_int(l.cap, FRAME_QUEUE_CAP);
	for (i = 0; i < 10; i++)
		t_ok(frame_queue_at(&l, 99990 + (uint64_t)i)->pkt != NULL);
	frame_queue_free(&l);
	arena_free(arena);
}

T_MAIN(
	{ "headers_count_once_for_those_that_share_them", headers_count_once_for_those_that_share_them },
	{ "what_is_taken_back_or_replaced_is_not_counted", what_is_taken_back_or_replaced_is_not_counted },
	{ "tiny_messages_count_as_what_they_hold", tiny_messages_count_as_what_they_hold },
	{ "numbers_only_rise", numbers_only_rise },
	{ "codec_headers_shares_its_parts", codec_headers_shares_its_parts },
)
