/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/format.h"
#include "codec/decoder_config.h"
#include "packet/packet.h"
#include "t.h"

#define AVC	FOURCC('a', 'v', 'c', '1')
#define AAC	FOURCC('m', 'p', '4', 'a')
#define HEVC	FOURCC('h', 'v', 'c', '1')

static void
avc_must_end_where_it_says(void)
{
	static const uint8_t good[] = { 1, 66, 0, 30, 0xff, 0xe1, 0, 4, 0x67, 66, 0, 30,
	    1, 0, 2, 0x68, 0xce };
	uint8_t p[sizeof(good)];
	size_t n;

	t_ok(decoder_config_is_whole(AVC, good, sizeof(good)));
	for (n = 0; n < sizeof(good); n++)
		t_ok(!decoder_config_is_whole(AVC, good, n));
	memcpy(p, good, sizeof(p));
	p[5] = 0xe0;			/* no SPS */
	t_ok(!decoder_config_is_whole(AVC, p, sizeof(p)));
	memcpy(p, good, sizeof(p));
	p[8] = 0x68;			/* a PPS in its place */
	t_ok(!decoder_config_is_whole(AVC, p, sizeof(p)));
	memcpy(p, good, sizeof(p));
	p[12] = 0;			/* no PPS */
	t_ok(!decoder_config_is_whole(AVC, p, sizeof(p)));
}

static void
hevc_needs_its_parameter_sets(void)
{
	uint8_t p[41] = { 1 };

	p[22] = 2;
	p[23] = 33, p[25] = 1, p[27] = 3;
	t_ok(!decoder_config_is_whole(HEVC, p, 31));
	p[31] = 34, p[33] = 1, p[35] = 3;
	t_ok(decoder_config_is_whole(HEVC, p, 39));
	t_ok(!decoder_config_is_whole(HEVC, p, 38));
	p[31] = 39;			/* SEI instead of a PPS */
	t_ok(!decoder_config_is_whole(HEVC, p, 39));
}

static void
aac_must_name_a_codec(void)
{
	static const uint8_t good[] = { 0x11, 0x90 }, null[] = { 0x01, 0x90 },
	    reserved[] = { 0x16, 0x90 };

	t_ok(decoder_config_is_whole(AAC, good, 2));
	t_ok(!decoder_config_is_whole(AAC, good, 1));
	t_ok(!decoder_config_is_whole(AAC, null, 2));
	t_ok(!decoder_config_is_whole(AAC, reserved, 2));
}

static void
the_record_is_found_in_its_message(void)
{
	static const uint8_t bad[] = { 0x17, 0, 0, 0, 0, 1, 0xff },
	    aac[] = { 0xaf, 0, 0x11, 0x90 }, raw[] = { 0xaf, 1, 0x11, 0x90 },
	    ex[] = { 0x94, 'm', 'p', '4', 'a', 0x11, 0x90 };

	t_ok(!header_is_whole(MSG_VIDEO, bad, sizeof(bad)));
	t_ok(header_is_whole(MSG_AUDIO, aac, sizeof(aac)));
	t_ok(!header_is_whole(MSG_AUDIO, raw, sizeof(raw)));
	t_ok(!header_is_whole(MSG_AUDIO, ex, 3));
}

T_MAIN(
	{ "avc_must_end_where_it_says", avc_must_end_where_it_says },
	{ "hevc_needs_its_parameter_sets", hevc_needs_its_parameter_sets },
	{ "aac_must_name_a_codec", aac_must_name_a_codec },
	{ "the_record_is_found_in_its_message", the_record_is_found_in_its_message },
)
