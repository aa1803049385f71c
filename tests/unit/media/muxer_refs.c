/* SPDX-License-Identifier: ISC */
/* Who holds what: packets are shared, and go with the last who needs them. */
#include "base/base.h"
#include "media/muxer.h"
#include "t.h"

static struct arena *arena;
static struct fanout_log fanout_log;
static struct muxer muxer;
static struct packet *header, *frame;
static struct codec_headers *pre;

/* One keyframe in the log, with its header; the test holds both, too. */
static void
begin(void)
{
	struct entry e = { .flags = ENTRY_KEY };

	arena = arena_new(65536);
	fanout_log_init(&fanout_log, 1 << 20, 60000);
	header = packet_new(arena, MSG_VIDEO, 0, 20);
	frame = packet_new(arena, MSG_VIDEO, 0, 5000);
	memset(header->data, 1, 20);
	memset(frame->data, 2, 5000);
	pre = codec_headers_with(NULL, TRACK_VIDEO, header);
	e.pkt = packet_ref(frame);
	e.headers = codec_headers_ref(pre);
	fanout_log_push(&fanout_log, &e);
	memset(&muxer, 0, sizeof(muxer));
	muxer_start(&muxer, &fanout_log, MUXER_RTMP, 1);
}

static void
end(void)
{
	muxer_stop(&muxer);
	fanout_log_free(&fanout_log);
	t_int(frame->refs, 1);
	t_int(pre->refs, 1);
	codec_headers_unref(pre);
	t_int(header->refs, 1);
	packet_unref(header);
	packet_unref(frame);
	arena_free(arena);
}

static void
send_bytes(size_t n)
{
	static struct muxer_batch batch;

	muxer_fill(&muxer, &fanout_log, &batch, SIZE_MAX);
	t_ok(n <= batch.bytes);
	muxer_sent(&muxer, &fanout_log, n > 0 ? n : batch.bytes);
}

static void
what_is_half_sent_is_held(void)
{
	begin();
	t_int(frame->refs, 2);
	send_bytes(100);
	t_ok(!muxer_between(&muxer));
	t_int(frame->refs, 3);
	t_int(pre->refs, 3);
	fanout_log_trim(&fanout_log, UINT64_MAX);
	fanout_log.max_bytes = 0;
	fanout_log_trim(&fanout_log, UINT64_MAX);	/* gone from the log, and not from here */
	t_int(frame->refs, 2);
	send_bytes(0);
	t_ok(muxer_between(&muxer));
	t_int(frame->refs, 1);
	t_int(pre->refs, 1);
	t_int(header->refs, 3);			/* ours, the codec headers's, and what the peer has */
	end();
}

static void
a_stop_lets_go_of_all(void)
{
	begin();
	send_bytes(100);
	muxer_stop(&muxer);
	t_int(frame->refs, 2);
	t_int(pre->refs, 2);
	t_int(header->refs, 2);
	muxer_start(&muxer, &fanout_log, MUXER_RTMP, 1);
	send_bytes(0);
	t_int(header->refs, 3);
	muxer_start(&muxer, &fanout_log, MUXER_FLV, 0);	/* a new connection has nothing */
	t_int(header->refs, 2);
	end();
}

T_MAIN(
	{ "what_is_half_sent_is_held", what_is_half_sent_is_held },
	{ "a_stop_lets_go_of_all", a_stop_lets_go_of_all },
)
