/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "media/muxer.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp.h"
#include "t.h"

static struct arena *arena;
static uint8_t wire[4 * 1024 * 1024];
static size_t wired;

static struct packet *
packet(uint8_t type, uint32_t len, uint8_t fill)
{
	struct packet *p = packet_new(arena, type, 0, len);

	memset(p->data, fill, len);
	return p;
}

static struct codec_headers *
codec_headers(uint8_t fill)
{
	static const uint8_t meta[] = "\x02\x00\x0aonMetaData";
	struct packet *m = packet(MSG_DATA, 40, fill), *v = packet(MSG_VIDEO, 30, fill),
	    *a = packet(MSG_AUDIO, 4, fill);
	struct codec_headers *p1, *p2, *p3;

	memcpy(m->data, meta, sizeof(meta) - 1);
	p1 = codec_headers_with(NULL, TRACK_DATA, m);
	p2 = codec_headers_with(p1, TRACK_VIDEO, v);
	p3 = codec_headers_with(p2, TRACK_AUDIO, a);
	codec_headers_unref(p1);
	codec_headers_unref(p2);
	packet_unref(m);
	packet_unref(v);
	packet_unref(a);
	return p3;
}

static void
push(struct fanout_log *log, struct codec_headers *pre, struct packet *pkt, int64_t dts,
    uint32_t flags)
{
	struct entry e = { .pkt = pkt, .headers = codec_headers_ref(pre), .dts = dts,
	    .flags = flags };

	fanout_log_push(log, &e);
}

/* A GOP of 10 frames, 40 ms each, with audio between. */
static void
gop(struct fanout_log *log, struct codec_headers *pre, int64_t dts, uint32_t key_len,
    uint32_t flags)
{
	int i;

	for (i = 0; i < 10; i++) {
		push(log, pre, packet(MSG_VIDEO, i == 0 ? key_len : 700 + (uint32_t)i,
		    (uint8_t)(0x40 + i)), dts + i * 40,
		    i == 0 ? ENTRY_KEY | flags : 0);
		push(log, pre, packet(MSG_AUDIO, 200, (uint8_t)(0x80 + i)),
		    dts + i * 40 + 10, 0);
	}
}

/* Takes all that is ready in writes of at most max bytes, keeping them. */
static void
drain(struct muxer *s, struct fanout_log *log, size_t max)
{
	static struct muxer_batch batch;
	size_t left, part;
	int i;

	for (;;) {
		muxer_fill(s, log, &batch, 65536);
		if (batch.n == 0)
			return;
		left = max < batch.bytes ? max : batch.bytes;
		muxer_sent(s, log, 0);
		for (i = 0, part = left; i < batch.n && part > 0; i++) {
			size_t n = batch.iov[i].iov_len < part ? batch.iov[i].iov_len : part;

			memcpy(wire + wired, batch.iov[i].iov_base, n);
			wired += n;
			part -= n;
		}
		muxer_sent(s, log, left);
	}
}

struct observed {
	int		n, keys;
	struct message	m[4000];
	uint32_t	sum[4000];
};

static void
parse(struct observed *seen)
{
	struct chunk_reader *r = chunk_reader_new(arena, 8 << 20, 65536);
	static const uint8_t size[] = { 2, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0, 0,
	    0, 0, RTMP_CHUNK_OUT >> 8, RTMP_CHUNK_OUT & 0xff };
	enum chunk_error err;
	struct message m;
	ptrdiff_t n;
	size_t at = 0;
	bool got;
	uint32_t i;

	memset(seen, 0, sizeof(*seen));
	t_int(chunk_read(r, size, sizeof(size), &m, &got, &err), sizeof(size));
	while (at < wired) {
		n = chunk_read(r, wire + at, wired - at, &m, &got, &err);
		if (n <= 0) {
			t_ok(n > 0);
			break;
		}
		at += (size_t)n;
		if (!got)
			continue;
		seen->m[seen->n] = m;
		for (i = 0; m.packet != NULL && i < m.len; i++)
			seen->sum[seen->n] += m.packet->data[i];
		packet_unref(m.packet);
		seen->n++;
	}
	chunk_reader_free(r);
}

/* A log and one who reads it; two preambles. */
struct stage {
	struct fanout_log	 log;
	struct muxer	 s;
	struct codec_headers	*headers, *other;
};

static void
begin(struct stage *t)
{
	memset(t, 0, sizeof(*t));
	arena = arena_new(65536);
	t->headers = codec_headers(1);
	t->other = codec_headers(2);
	fanout_log_init(&t->log, 1 << 24, 60000);
	wired = 0;
}

static void
end(struct stage *t)
{
	muxer_stop(&t->s);
	fanout_log_free(&t->log);
	codec_headers_unref(t->headers);
	codec_headers_unref(t->other);
	arena_free(arena);
}

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

/* After a cut a decoder begins anew: all headers, then the keyframe, though some may be those it has. */
static void
a_cut_sends_all_headers_first(void)
{
	static const uint8_t types[] = { MSG_DATA, MSG_VIDEO, MSG_AUDIO, MSG_VIDEO };
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
	t_int(seen.n, 3 + 20 + 3 + 20);
	for (i = 0; i < nitems(types); i++)
		t_int(seen.m[23 + i].type, types[i]);
	t_int(seen.m[24].len, 31);
	t_int(seen.m[26].len, 5000);
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
a_lot_has_its_size(void)
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

/* A lagging reader loses whole GOPs, never half a message, never a header. */
static void
lag_drops_whole_gops(void)
{
	struct stage t;
	struct muxer_batch batch;
	struct observed seen;
	int i;

	begin(&t);
	gop(&t.log, t.headers, 0, 5000, ENTRY_CUT);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	muxer_fill(&t.s, &t.log, &batch, 100);
	for (i = 0; wired < 60; i++) {
		size_t n = batch.iov[i].iov_len;

		memcpy(wire + wired, batch.iov[i].iov_base, n);
		wired += n;
	}
	muxer_sent(&t.s, &t.log, wired);
	t_ok(!muxer_between(&t.s));
	for (i = 1; i < 20; i++)
		gop(&t.log, i < 10 ? t.headers : t.other, i * 400, 5000, i == 10 ? ENTRY_CUT : 0);
	fanout_log_trim(&t.log, UINT64_MAX);	/* what it was sending is gone from the log */
	muxer_limit(&t.s, &t.log, 1000);
	while (!muxer_between(&t.s)) {	/* but not from the muxer */
		muxer_fill(&t.s, &t.log, &batch, 1);
		memcpy(wire + wired, batch.iov[0].iov_base, batch.iov[0].iov_len);
		wired += batch.iov[0].iov_len;
		muxer_sent(&t.s, &t.log, batch.iov[0].iov_len);
	}
	muxer_limit(&t.s, &t.log, 1000);
	drain(&t.s, &t.log, SIZE_MAX);
	parse(&seen);
	t_int(seen.n, 3 + 1 + 3 + 20);
	t_int(seen.m[3].len, 5000);
	t_int(seen.m[4].type, MSG_DATA);
	t_int(seen.m[7].len, 5000);
	t_int(seen.m[7].time, 19 * 400);
	t_ok(t.s.dropped > 0);
	end(&t);
}

/* A socket that takes a little each time, hardly ever up to the end of a message. */
static void
slow_reader_is_kept_within_the_limit(void)
{
	struct stage t;
	struct muxer_batch batch;
	static struct observed seen;
	int64_t worst = 0, lag;
	size_t n, left;
	int i, k;

	begin(&t);
	muxer_start(&t.s, &t.log, MUXER_RTMP, 1);
	for (i = 0; i < 150; i++) {	/* a minute of 400 ms each */
		gop(&t.log, i % 4 < 2 ? t.headers : t.other, i * 400, 5000, i % 2 ? 0 : ENTRY_CUT);
		muxer_limit(&t.s, &t.log, 2000);
		muxer_fill(&t.s, &t.log, &batch, 65536);
		for (k = 0, left = 4999; k < batch.n && left > 0; k++, left -= n) {
			n = batch.iov[k].iov_len < left ? batch.iov[k].iov_len : left;
			memcpy(wire + wired, batch.iov[k].iov_base, n);
			wired += n;
		}
		muxer_sent(&t.s, &t.log, 4999 - left);
		fanout_log_trim(&t.log, t.s.next);
		lag = muxer_lag_ms(&t.s, &t.log);
		worst = lag > worst ? lag : worst;
	}
	t_ok(worst <= 2000 + 400);
	if (worst > 2400)
		printf("# %lld ms\n", (long long)worst);
	t_ok(t.s.dropped > 1000);
	muxer_limit(&t.s, &t.log, 0);
	drain(&t.s, &t.log, SIZE_MAX);
	t_int(t.s.next, t.log.queue.end);
	parse(&seen);
	for (i = 1; i < seen.n; i++)	/* where it goes on, all headers come first */
		if (seen.m[i].time - seen.m[i - 1].time > 50) {
			t_int(seen.m[i].type, MSG_DATA);
			t_int(seen.m[i + 1].len, 30);
			t_int(seen.m[i + 2].len, 4);
			t_int(seen.m[i + 3].len, 5000);
		}
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
	{ "a_cut_sends_all_headers_first", a_cut_sends_all_headers_first },
	{ "new_metadata_goes_with_the_picture", new_metadata_goes_with_the_picture },
	{ "metadata_of_any_length", metadata_of_any_length },
	{ "a_lot_has_its_size", a_lot_has_its_size },
	{ "lag_drops_whole_gops", lag_drops_whole_gops },
	{ "slow_reader_is_kept_within_the_limit", slow_reader_is_kept_within_the_limit },
	{ "waits_for_a_keyframe", waits_for_a_keyframe },
	{ "flv_tags", flv_tags },
)
