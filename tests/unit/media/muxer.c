/* SPDX-License-Identifier: ISC */
#include "muxer_stage.h"
#include "flv/flv.h"

static void
starts_with_headers_and_keyframe(void)
{
	struct stage t;
	struct observed seen;

	begin(&t);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	gop(&t.log, t.headers, 400, 5000, 0);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 20);
	t_int(seen.m[0].type, MSG_DATA);
	t_int(seen.m[0].len, 16 + 40);	/* @setDataFrame before it */
	t_int(seen.m[1].type, MSG_VIDEO);
	t_int(seen.m[1].len, 30);
	t_int(seen.m[2].type, MSG_AUDIO);
	t_int(seen.m[2].len, 4);
	t_int(seen.m[3].len, 5000);
	t_int(seen.m[3].time, 400);
	t_int(seen.m[3].msid, 1);
	end(&t);
}

static void
any_write_size_gives_the_same_bytes(void)
{
	static const size_t sizes[] = { 1, 2, 3, 7, 61, 999, 4097, 59999, 60000,
	    60001, 70000 };
	static uint8_t want[sizeof(wire)];
	struct stage t;
	size_t i, n = 0;

	begin(&t);
	gop(&t.log, t.headers, 0x00fffff0, 200000, ENTRY_CUT);	/* many chunks, extended time */
	gop(&t.log, t.other, 0x00fffff0 + 400, 300, ENTRY_CUT);
	for (i = 0; i <= nitems(sizes); i++) {
		t.log.key = t.log.queue.first;
		muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
		wired = 0;
		drain(&t.s, &t.log, i == 0 ? SIZE_MAX : sizes[i - 1]);
		if (i == 0) {
			n = wired;
			memcpy(want, wire, n);
		}
		t_int(wired, n);
		t_mem(wire, want, n);
	}
	end(&t);
}

static void
header_comes_again_when_it_changes(void)
{
	struct stage t;
	struct packet *v;
	struct observed seen;

	begin(&t);
	v = packet(MSG_VIDEO, 31, 9);
	codec_headers_unref(t.other);
	t.other = codec_headers_with(t.headers, TRACK_VIDEO, v);	/* only this differs */
	packet_unref(v);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	gop(&t.log, t.other, 400, 5000, 0);
	t.log.key = t.log.queue.first;
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 20 + 1 + 20);
	t_int(seen.m[23].len, 31);
	t_int(seen.m[24].len, 5000);
	end(&t);
}

static void
a_new_header_goes_with_its_own_track(void)
{
	static const uint8_t types[] = { MSG_VIDEO, MSG_AUDIO, MSG_AUDIO };
	struct stage t;
	struct packet *a;
	struct observed seen;
	size_t i;

	begin(&t);
	a = packet(MSG_AUDIO, 5, 9);
	codec_headers_unref(t.other);
	t.other = codec_headers_with(t.headers, TRACK_AUDIO, a);
	packet_unref(a);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	push(&t.log, t.other, packet(MSG_VIDEO, 300, 1), 400, 0);
	push(&t.log, t.other, packet(MSG_AUDIO, 200, 1), 400, 0);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 20 + 3);
	for (i = 0; i < nitems(types); i++)
		t_int(seen.m[23 + i].type, types[i]);
	t_int(seen.m[24].len, 5);
	end(&t);
}

/* After a cut a decoder begins anew: all headers, then the keyframe, though some may be those it has. */
static void
a_cut_sends_all_headers_first(void)
{
	static const uint8_t types[] = { MSG_VIDEO, MSG_AUDIO, MSG_VIDEO };
	struct stage t;
	struct packet *v;
	struct observed seen;
	size_t i;

	begin(&t);
	v = packet(MSG_VIDEO, 31, 9);
	codec_headers_unref(t.other);
	t.other = codec_headers_with(t.headers, TRACK_VIDEO, v);	/* only this differs */
	packet_unref(v);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	gop(&t.log, t.other, 400, 5000, ENTRY_CUT);
	t.log.key = t.log.queue.first;
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 20 + 2 + 20);
	for (i = 0; i < nitems(types); i++)
		t_int(seen.m[23 + i].type, types[i]);
	t_int(seen.m[23].len, 31);
	t_int(seen.m[25].len, 5000);
	end(&t);
}

/* Metadata goes before them if it is another one. */
static void
a_cut_sends_other_metadata_before_the_headers(void)
{
	static const uint8_t types[] = { MSG_DATA, MSG_VIDEO, MSG_AUDIO, MSG_VIDEO };
	struct stage t;
	struct observed seen;
	size_t i;

	begin(&t);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	gop(&t.log, t.other, 400, 5000, ENTRY_CUT);
	t.log.key = t.log.queue.first;
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 20 + 3 + 20);
	for (i = 0; i < nitems(types); i++) {
		t_int(seen.m[i].type, types[i]);
		t_int(seen.m[23 + i].type, types[i]);
	}
	t_int(seen.m[23].time, 400);
	end(&t);
}

/* A stream whose codecs have no headers has metadata all the same, once. */
static void
metadata_without_headers_goes_once(void)
{
	struct stage t;
	struct packet *m;
	struct observed seen;

	begin(&t);
	m = packet(MSG_DATA, 77, 9);
	codec_headers_unref(t.other);
	t.other = codec_headers_with(NULL, TRACK_DATA, m);
	packet_unref(m);
	gop(&t.log, t.other, 0, 5000, ENTRY_CUT);
	gop(&t.log, t.other, 400, 5000, ENTRY_CUT);
	t.log.key = t.log.queue.first;
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 1 + 20 + 20);
	t_int(seen.m[0].type, MSG_DATA);
	t_int(seen.m[1].len, 5000);
	end(&t);
}

/* New metadata goes with the next picture, and not with the sound before it. */
static void
new_metadata_goes_with_the_picture(void)
{
	struct stage t;
	struct packet *m;
	struct observed seen;

	begin(&t);
	m = packet(MSG_DATA, 77, 9);
	codec_headers_unref(t.other);
	t.other = codec_headers_with(t.headers, TRACK_DATA, m);
	packet_unref(m);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	push(&t.log, t.other, packet(MSG_AUDIO, 200, 1), 400, 0);
	push(&t.log, t.other, packet(MSG_VIDEO, 300, 1), 400, 0);
	push(&t.log, t.other, packet(MSG_VIDEO, 300, 1), 440, 0);
	t.log.key = t.log.queue.first;
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 20 + 4);
	t_int(seen.m[23].type, MSG_AUDIO);
	t_int(seen.m[24].type, MSG_DATA);
	t_int(seen.m[24].len, 77);
	t_int(seen.m[25].type, MSG_VIDEO);
	t_int(seen.m[26].type, MSG_VIDEO);
	end(&t);
}

/* With what goes before it, metadata may fill a chunk and a little more. */
static void
metadata_of_any_length(void)
{
	static const uint32_t lens[] = { RTMP_CHUNK_OUT - 17, RTMP_CHUNK_OUT - 16, RTMP_CHUNK_OUT - 15,
	    RTMP_CHUNK_OUT, RTMP_CHUNK_OUT + 1, 2 * RTMP_CHUNK_OUT - 16, 2 * RTMP_CHUNK_OUT };
	struct stage t;
	struct packet *m;
	struct observed seen;
	size_t i;

	for (i = 0; i < nitems(lens); i++) {
		begin(&t);
		m = packet(MSG_DATA, lens[i], 3);
		memcpy(m->data, "\x02\x00\x0aonMetaData", 13);
		codec_headers_unref(t.other);
		t.other = codec_headers_with(t.headers, TRACK_DATA, m);
		packet_unref(m);
		gop(&t.log, t.other, 0, 500, ENTRY_CUT);
		muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
		drain(&t.s, &t.log, 7777);
		parse(&seen);
		t_int(seen.n, 3 + 20);
		t_int(seen.m[0].len, lens[i] + 16);
		t_int(seen.m[3].len, 500);
		end(&t);
	}
}

/* However much is there, one batch is no larger than it can be; the rest comes with the next. */
static void
a_batch_has_its_size(void)
{
	static struct muxer_batch batch;
	struct stage t;
	size_t total = 0;
	int i;

	begin(&t);
	for (i = 0; i < 60; i++)	/* eight pieces each */
		push(&t.log, t.headers, packet(MSG_VIDEO, 200000, 1), i * 40, i == 0 ? ENTRY_KEY : 0);
	for (i = 0; i < 200; i++)	/* two each */
		push(&t.log, t.headers, packet(MSG_VIDEO, 10, 1), 2400 + i * 40, 0);
	t.log.key = t.log.queue.first;
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	for (;;) {
		muxer_fill(&t.s, &t.log, &batch, SIZE_MAX);
		if (batch.n == 0)
			break;
		t_ok(batch.n <= MUXER_IOV && batch.slots <= MUXER_SLOTS);
		total += batch.bytes;
		muxer_sent(&t.s, &t.log, batch.bytes);
	}
	t_ok(total > 60 * 200000);
	t_int(t.s.bytes, total);
	t_int(t.s.next, t.log.queue.end);
	end(&t);
}

/* And no more than was asked for, but for the rest of an entry. */
static void
a_batch_is_as_large_as_asked_for(void)
{
	static struct muxer_batch batch;
	struct stage t;

	begin(&t);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	muxer_fill(&t.s, &t.log, &batch, 1);
	t_int(batch.bytes, 12 + 16 + 40 + 12 + 30 + 12 + 4 + 12 + 5000);
	muxer_fill(&t.s, &t.log, &batch, batch.bytes + 1);
	t_int(batch.bytes, 12 + 16 + 40 + 12 + 30 + 12 + 4 + 12 + 5000 + 12 + 200);
	end(&t);
}

/* A keyframe begins a batch, for an owner that leaves the peer there; and a muxer that waits for one is at it. */
static void
a_batch_ends_before_a_keyframe(void)
{
	static struct muxer_batch batch;
	struct stage t;
	uint64_t second;

	begin(&t);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	push(&t.log, t.headers, packet(MSG_VIDEO, 10, 1), 0, 0);
	t_ok(!muxer_at_keyframe(&t.s, &t.log));
	gop(&t.log, t.headers, 40, 100, ENTRY_CUT);
	t_ok(muxer_at_keyframe(&t.s, &t.log));
	muxer_fill(&t.s, &t.log, &batch, 1);
	muxer_sent(&t.s, &t.log, 1);
	t_ok(!muxer_at_keyframe(&t.s, &t.log));	/* it is half sent */
	second = t.log.queue.end;
	gop(&t.log, t.headers, 2040, 100, 0);
	muxer_fill(&t.s, &t.log, &batch, SIZE_MAX);
	muxer_sent(&t.s, &t.log, batch.bytes - 1);
	t_ok(!muxer_at_keyframe(&t.s, &t.log));
	muxer_fill(&t.s, &t.log, &batch, SIZE_MAX);
	t_int(batch.bytes, 1);
	muxer_sent(&t.s, &t.log, 1);
	t_int(t.s.next, second);
	t_ok(muxer_at_keyframe(&t.s, &t.log));
	end(&t);
}

static void
waits_for_a_keyframe(void)
{
	struct stage t;
	struct observed seen;

	begin(&t);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	push(&t.log, t.headers, packet(MSG_VIDEO, 100, 1), 0, 0);
	push(&t.log, t.headers, packet(MSG_AUDIO, 100, 1), 10, 0);
	t_int(muxer_lag_ms(&t.s, &t.log), 0);
	drain(&t.s, &t.log, SIZE_MAX);
	t_int(wired, 0);
	gop(&t.log, t.headers, 40, 500, 0);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 20);
	t_int(seen.m[3].time, 40);
	end(&t);
}

static void
flv_tags(void)
{
	struct stage t;
	struct flv_tag tag;
	size_t at;
	int n = 0;

	begin(&t);
	gop(&t.log, t.headers, 0x01000000, 200000, ENTRY_CUT);
	muxer_start(&t.s, &t.log, MUXER_FLV, 0);
	drain(&t.s, &t.log, 1000);
	for (at = 0; at < wired; n++) {
		t_int(flv_tag_read(&tag, wire + at, wired - at), FLV_TAG_HEADER);
		at += FLV_TAG_HEADER + tag.len;
		t_int(be32(wire + at), FLV_TAG_HEADER + tag.len);
		at += 4;
		t_ok(tag.time >= 0x01000000);
	}
	t_int(at, wired);
	t_int(n, 3 + 20);
	end(&t);
}

T_MAIN(
	{ "starts_with_headers_and_keyframe", starts_with_headers_and_keyframe },
	{ "any_write_size_gives_the_same_bytes", any_write_size_gives_the_same_bytes },
	{ "header_comes_again_when_it_changes", header_comes_again_when_it_changes },
	{ "a_new_header_goes_with_its_own_track", a_new_header_goes_with_its_own_track },
	{ "a_cut_sends_all_headers_first", a_cut_sends_all_headers_first },
	{ "a_cut_sends_other_metadata_before_the_headers", a_cut_sends_other_metadata_before_the_headers },
	{ "metadata_without_headers_goes_once", metadata_without_headers_goes_once },
	{ "new_metadata_goes_with_the_picture", new_metadata_goes_with_the_picture },
	{ "metadata_of_any_length", metadata_of_any_length },
	{ "a_batch_has_its_size", a_batch_has_its_size },
	{ "a_batch_is_as_large_as_asked_for", a_batch_is_as_large_as_asked_for },
	{ "a_batch_ends_before_a_keyframe", a_batch_ends_before_a_keyframe },
	{ "waits_for_a_keyframe", waits_for_a_keyframe },
	{ "flv_tags", flv_tags },
)
