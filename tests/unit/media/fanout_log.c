/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/fanout_log.h"
#include "t.h"

static struct arena *arena;
static struct fanout_log fanout_log;

static void
begin(size_t max_bytes, int64_t max_ms)
{
	arena = arena_new(65536);
	fanout_log_init(&fanout_log, max_bytes, max_ms);
}

static void
end(void)
{
	fanout_log_free(&fanout_log);
	arena_free(arena);
}

static void
push(int64_t dts, bool key)
{
	struct entry e = { .pkt = packet_new(arena, MSG_VIDEO, 0, 100), .dts = dts,
	    .flags = key ? ENTRY_KEY : 0 };

	fanout_log_push(&fanout_log, &e);
}

static void
knows_its_newest_keyframe_and_frame(void)
{
	begin(1 << 20, 5000);
	t_ok(!frame_queue_has(&fanout_log.queue, fanout_log.key));
	push(0, false);
	t_ok(!frame_queue_has(&fanout_log.queue, fanout_log.key));	/* nobody can begin here */
	push(40, true);
	push(80, false);
	t_int(fanout_log.key, 1);
	t_int(fanout_log.dts, 80);
	push(120, true);
	t_int(fanout_log.key, 3);
	end();
}

static void
reaches_back_to_the_keyframe(void)
{
	int i;

	begin(1 << 20, 5000);
	for (i = 0; i < 300; i++) {
		push(i * 40, i % 50 == 0);
		fanout_log_trim(&fanout_log, UINT64_MAX);	/* nobody lags */
		t_ok(frame_queue_has(&fanout_log.queue, fanout_log.key));
		t_int(fanout_log.queue.first, (uint64_t)(i / 50 * 50));
	}
	end();
}

static void
reaches_back_to_a_muxer_that_lags(void)
{
	int i;

	begin(1 << 20, 5000);
	for (i = 0; i < 100; i++) {
		push(i * 40, i % 10 == 0);
		fanout_log_trim(&fanout_log, 7);
		t_int(fanout_log.queue.first, i < 10 ? 0 : 7);	/* and to the keyframe */
	}
	fanout_log_trim(&fanout_log, 95);		/* the keyframe is before it */
	t_int(fanout_log.queue.first, 90);
	end();
}

/* Who starts now begins there, however far the keyframes are apart. */
static void
keeps_its_newest_keyframe_at_any_age(void)
{
	int i;

	begin(1 << 20, 5000);
	for (i = 0; i < 250; i++) {
		push(i * 40, i == 10);
		fanout_log_trim(&fanout_log, UINT64_MAX);
	}
	t_int(fanout_log.queue.first, 10);
	fanout_log.max_bytes = 30000;
	for (; i < 300; i++) {
		push(i * 40, false);
		fanout_log_trim(&fanout_log, UINT64_MAX);
	}
	t_ok(fanout_log.queue.bytes <= 30000);		/* but not at any size */
	t_ok(!frame_queue_has(&fanout_log.queue, fanout_log.key));
	end();
}

static void
is_bounded_in_time(void)
{
	int i;

	begin(1 << 20, 5000);
	for (i = 0; i < 1000; i++) {
		push(i * 40, i % 50 == 0);
		fanout_log_trim(&fanout_log, 0);	/* one reader is stuck */
		t_ok(fanout_log.dts - frame_queue_at(&fanout_log.queue, fanout_log.queue.first)->dts <= 5000);
	}
	t_int(fanout_log.dts - frame_queue_at(&fanout_log.queue, fanout_log.queue.first)->dts, 5000);
	end();
}

static void
is_bounded_in_bytes(void)
{
	size_t each = packet_size(100) + FRAME_QUEUE_PLACE;
	int i;

	begin(100 * each, INT64_MAX);
	for (i = 0; i < 1000; i++) {
		push(i, i == 0);
		fanout_log_trim(&fanout_log, 0);
		t_int(fanout_log.queue.bytes, each * (i < 100 ? (size_t)i + 1 : 100));
	}
	t_ok(!frame_queue_has(&fanout_log.queue, fanout_log.key));	/* not even the keyframe is kept beyond that */
	end();
}

T_MAIN(
	{ "knows_its_newest_keyframe_and_frame", knows_its_newest_keyframe_and_frame },
	{ "reaches_back_to_the_keyframe", reaches_back_to_the_keyframe },
	{ "reaches_back_to_a_muxer_that_lags", reaches_back_to_a_muxer_that_lags },
	{ "keeps_its_newest_keyframe_at_any_age", keeps_its_newest_keyframe_at_any_age },
	{ "is_bounded_in_time", is_bounded_in_time },
	{ "is_bounded_in_bytes", is_bounded_in_bytes },
)
