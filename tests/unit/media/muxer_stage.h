/* SPDX-License-Identifier: ISC */
/* The stage for tests of muxer: a log that the test writes, one who reads it, and what came out taken apart. */
#ifndef TESTS_UNIT_MEDIA_MUXER_STAGE_H
#define TESTS_UNIT_MEDIA_MUXER_STAGE_H

#include "base/base.h"
#include "media/muxer.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp.h"
#include "t.h"

static struct arena *arena;
static uint8_t wire[4 * 1024 * 1024];
static size_t wired;

__attribute__((unused)) static struct packet *
packet(uint8_t type, uint32_t len, uint8_t fill)
{
	struct packet *p = packet_new(arena, type, 0, len);

	memset(p->data, fill, len);
	return p;
}

__attribute__((unused)) static struct codec_headers *
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

__attribute__((unused)) static void
push(struct fanout_log *log, struct codec_headers *pre, struct packet *pkt, int64_t dts,
    uint32_t flags)
{
	struct entry e = { .pkt = pkt, .headers = codec_headers_ref(pre), .dts = dts,
	    .flags = flags };

	fanout_log_push(log, &e);
}

/* A GOP of 10 frames, 40 ms each, with audio between. */
__attribute__((unused)) static void
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
__attribute__((unused)) static void
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

__attribute__((unused)) static void
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

/* A log and a muxer that reads it; two codec headers. */
struct stage {
	struct fanout_log	 log;
	struct muxer	 s;
	struct codec_headers	*headers, *other;
};

__attribute__((unused)) static void
begin(struct stage *t)
{
	memset(t, 0, sizeof(*t));
	arena = arena_new(65536);
	t->headers = codec_headers(1);
	t->other = codec_headers(2);
	fanout_log_init(&t->log, 1 << 24, 60000);
	wired = 0;
}

__attribute__((unused)) static void
end(struct stage *t)
{
	muxer_stop(&t->s);
	fanout_log_free(&t->log);
	codec_headers_unref(t->headers);
	codec_headers_unref(t->other);
	arena_free(arena);
}

#endif
