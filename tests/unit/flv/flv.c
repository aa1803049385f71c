/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "flv/flv.h"
#include "packet/packet.h"
#include "t.h"

static void
file_header_round_trip(void)
{
	uint8_t h[FLV_FILE_HEADER];
	size_t n;

	flv_file_header(h);
	t_mem(h, "FLV\1\5\0\0\0\11\0\0\0\0", sizeof(h));
	for (n = 0; n < sizeof(h); n++)
		t_int(flv_file_header_read(h, n), 0);
	t_int(flv_file_header_read(h, sizeof(h)), FLV_FILE_HEADER);
}

static void
other_files_are_told_at_once(void)
{
	const uint8_t mp4[] = "\0\0\0\40ftyp", long_header[] = "FLV\1\5\377\377\377\377";

	t_int(flv_file_header_read(mp4, 1), -1);
	t_int(flv_file_header_read((const uint8_t *)"FLX", 3), -1);
	t_int(flv_file_header_read((const uint8_t *)"FLV\2", 4), -1);
	t_int(flv_file_header_read(long_header, 9), -1);
	t_int(flv_file_header_read((const uint8_t *)"FLV\1\5\0\0\0\10", 9), -1);
}

static void
tag_round_trip(void)
{
	static const uint32_t times[] = { 0, 1, 0xffffff, 0x1000000, 0x7fffffff, 0xffffffff };
	static const uint8_t types[] = { MSG_AUDIO, MSG_VIDEO, MSG_DATA };
	uint8_t h[FLV_TAG_HEADER];
	size_t i, j;

	for (i = 0; i < nitems(times); i++) {
		for (j = 0; j < nitems(types); j++) {
			struct flv_tag t = { types[j], 0xabcdef, times[i] }, got;

			flv_tag_header(h, &t);
			t_int(flv_tag_read(&got, h, sizeof(h)), FLV_TAG_HEADER);
			t_int(got.type, t.type);
			t_int(got.len, t.len);
			t_int(got.time, t.time);
		}
	}
}

static void
extended_time_is_the_high_byte(void)
{
	const uint8_t h[] = { 9, 0, 0, 1, 0x22, 0x33, 0x44, 0x11, 0, 0, 0 };
	struct flv_tag t;

	t_int(flv_tag_read(&t, h, sizeof(h)), FLV_TAG_HEADER);
	t_int(t.time, 0x11223344);
}

static void
short_headers_ask_for_more(void)
{
	const uint8_t h[] = { 8, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 };
	struct flv_tag t;
	size_t n;

	for (n = 0; n < sizeof(h); n++)
		t_int(flv_tag_read(&t, h, n), 0);
}

static void
no_tag_is_like_this(void)
{
	uint8_t h[] = { 8, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 };
	struct flv_tag t;
	int type;

	for (type = 0; type < 256; type++) {
		h[0] = (uint8_t)type;
		t_int(flv_tag_read(&t, h, sizeof(h)),
		    type == 8 || type == 9 || type == 18 ? FLV_TAG_HEADER : -1);
	}
	t_int(flv_tag_read(&t, (const uint8_t *)"\50", 1), -1);	/* encrypted audio */
	h[0] = 8;
	h[10] = 1;	/* stream id */
	t_int(flv_tag_read(&t, h, sizeof(h)), -1);
}

T_MAIN(
	{ "file_header_round_trip", file_header_round_trip },
	{ "other_files_are_told_at_once", other_files_are_told_at_once },
	{ "tag_round_trip", tag_round_trip },
	{ "extended_time_is_the_high_byte", extended_time_is_the_high_byte },
	{ "short_headers_ask_for_more", short_headers_ask_for_more },
	{ "no_tag_is_like_this", no_tag_is_like_this },
)
