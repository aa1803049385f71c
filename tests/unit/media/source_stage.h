/* SPDX-License-Identifier: ISC */
/* The stage for tests of source: one source, and what an encoder sends it. */
#ifndef TESTS_UNIT_MEDIA_SOURCE_STAGE_H
#define TESTS_UNIT_MEDIA_SOURCE_STAGE_H

#include "base/base.h"
#include "media/source.h"
#include "media/source_health.h"
#include "media/source_hold.h"
#include "t.h"

static struct arena *arena;
static struct source src;

__attribute__((unused)) static const uint8_t avcc[] = { 0x17, 0, 0, 0, 0, 1, 66, 0, 30, 0xff, 0xe1, 0, 4,
    0x67, 66, 0, 30, 1, 0, 2, 0x68, 0xce };
__attribute__((unused)) static const uint8_t avcc2[] = { 0x17, 0, 0, 0, 0, 1, 77, 0, 30, 0xff, 0xe1, 0, 4,
    0x67, 77, 0, 30, 1, 0, 2, 0x68, 0xce };
__attribute__((unused)) static const uint8_t asc[] = { 0xaf, 0, 0x11, 0x90 };
__attribute__((unused)) static const uint8_t idr[] = { 0x17, 1, 0, 0, 0, 0, 0, 0, 2, 0x65, 0x88 };
__attribute__((unused)) static const uint8_t inter[] = { 0x27, 1, 0, 0, 0, 0, 0, 0, 2, 0x41, 0x88 };
__attribute__((unused)) static const uint8_t aac[] = { 0xaf, 1, 0x21, 0x10 };
__attribute__((unused)) static const uint8_t meta[] = "\x02\x00\x0aonMetaData\x08\0\0\0\0\0\0\x09";

#define PUSH(type, bytes, time, now) push(type, bytes, sizeof(bytes), time, now)

__attribute__((unused)) static void
push(uint8_t type, const uint8_t *p, size_t n, int64_t time, int64_t now)
{
	struct packet *pkt = packet_new(arena, type, (uint32_t)time, (uint32_t)n);

	if (n > 0)
		memcpy(pkt->data, p, n);
	source_push(&src, pkt, now);
}

__attribute__((unused)) static void
begin(void)
{
	struct source_limits lim = { .delay_ms = 2000, .stall_ms = 1500,
	    .prove_ms = 1000, .max_ms = 20000, .max_bytes = 1 << 24 };

	arena = arena_new(65536);
	source_init(&src, &lim);
	source_connected(&src);
}

__attribute__((unused)) static void
end(void)
{
	source_free(&src);
	arena_free(arena);
}

__attribute__((unused)) static void
headers(int64_t now)
{
	PUSH(MSG_DATA, meta, 0, now);
	PUSH(MSG_VIDEO, avcc, 0, now);
	PUSH(MSG_AUDIO, asc, 0, now);
}

/* One second of media from time on, arriving at its pace: keyframe, 24 frames, audio along. */
__attribute__((unused)) static void
second(int64_t time, int64_t now)
{
	int i;

	for (i = 0; i < 25; i++) {
		if (i == 0)
			PUSH(MSG_VIDEO, idr, time, now);
		else
			PUSH(MSG_VIDEO, inter, time + i * 40, now + i * 40);
		PUSH(MSG_AUDIO, aac, time + i * 40, now + i * 40);
	}
}

#endif
