/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/fanout_log.h"
#include "packet/clock_offset.h"
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

static void
log_reaches_back_to_the_keyframe(void)
{
	struct fanout_log log;
	struct entry e;
	int i;

	arena = arena_new(65536);
	fanout_log_init(&log, 1 << 20, 5000);
	for (i = 0; i < 300; i++) {
		e = (struct entry){ .pkt = packet_new(arena, MSG_VIDEO, 0, 100),
		    .dts = i * 40, .flags = i % 50 == 0 ? ENTRY_KEY : 0 };
		fanout_log_push(&log, &e);
		fanout_log_trim(&log, UINT64_MAX);	/* nobody lags */
		t_ok(frame_queue_has(&log.queue, log.key));
		t_int(log.queue.first, (uint64_t)(i / 50 * 50));
	}
	for (; i < 1000; i++) {			/* one reader is stuck at 300 */
		e = (struct entry){ .pkt = packet_new(arena, MSG_VIDEO, 0, 100),
		    .dts = i * 40, .flags = i % 50 == 0 ? ENTRY_KEY : 0 };
		fanout_log_push(&log, &e);
		fanout_log_trim(&log, 300);
	}
	t_int(log.dts - frame_queue_at(&log.queue, log.queue.first)->dts, 5000);
	fanout_log_free(&log);
	arena_free(arena);
}

static void
log_is_bounded_in_bytes(void)
{
	struct fanout_log log;
	struct entry e;
	int i;

	arena = arena_new(65536);
	fanout_log_init(&log, 10000, INT64_MAX);
	for (i = 0; i < 1000; i++) {
		e = (struct entry){ .pkt = packet_new(arena, MSG_VIDEO, 0, 100),
		    .dts = i, .flags = i == 0 ? ENTRY_KEY : 0 };
		fanout_log_push(&log, &e);
		fanout_log_trim(&log, 0);
		t_ok(log.queue.bytes <= 10000);
	}
	t_ok(!frame_queue_has(&log.queue, log.key));
	fanout_log_free(&log);
	arena_free(arena);
}

static void
pace_follows_a_drifting_clock(void)
{
	struct clock_offset p = { 0 };
	int64_t now, ts;

	t_int(clock_offset_ms(&p), 0);
	for (now = 5000; now < 4000000; now += 20) {	/* 100 ppm slow, up to 90 ms late */
		ts = now - now / 10000;
		clock_offset_add(&p, now + now * 7 % 90, ts);
		t_ok(now < 6000 || (clock_offset_ms(&p) - (now - ts) <= 2 &&
		    clock_offset_ms(&p) - (now - ts) >= -3));
		if (t_failed)
			return;
	}
}

T_MAIN(
	{ "numbers_only_rise", numbers_only_rise },
	{ "preamble_shares_its_parts", codec_headers_shares_its_parts },
	{ "log_reaches_back_to_the_keyframe", log_reaches_back_to_the_keyframe },
	{ "log_is_bounded_in_bytes", log_is_bounded_in_bytes },
	{ "pace_follows_a_drifting_clock", pace_follows_a_drifting_clock },
)
