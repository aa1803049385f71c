/* SPDX-License-Identifier: ISC */
#include "fuzz/codec.c"
#include "codec/ertmp_header.h"
#include "corpus.h"
#include "from_hex.h"
#include "t.h"

#define AVC	FOURCC('a', 'v', 'c', '1')
#define HEVC	FOURCC('h', 'v', 'c', '1')
#define AV1	FOURCC('a', 'v', '0', '1')
#define VP9	FOURCC('v', 'p', '0', '9')
#define AAC	FOURCC('m', 'p', '4', 'a')
#define OPUS	FOURCC('O', 'p', 'u', 's')
#define MP3	FOURCC('.', 'm', 'p', '3')

struct expect {
	const char	*body;
	enum frame_kind	 kind;
	uint32_t	 fourcc;
	int32_t		 cts;
	uint8_t		 track;
};

static void
check(uint8_t type, const struct expect *e, size_t n)
{
	uint8_t body[512];
	struct frame f;
	size_t i;

	for (i = 0; i < n; i++) {
		f = frame_parse(type, body, from_hex(body, e[i].body));
		if (!t_int(f.kind, e[i].kind) || !t_int(f.fourcc, e[i].fourcc) ||
		    !t_int(f.cts, e[i].cts) || !t_int(f.track, e[i].track))
			printf("# in: %s\n", e[i].body);
	}
}

static void
legacy_video(void)
{
	static const struct expect e[] = {
		{ "17 00 000000 0164001f", FRAME_HEADER, AVC, 0, 0 },
		{ "17 01 000043 00000002 6588", FRAME_KEY, AVC, 0x43, 0 },
		{ "27 01 ffffd8 00000002 4188", FRAME_INTER, AVC, -40, 0 },
		{ "37 01 000000 00000002 0188", FRAME_INTER, AVC, 0, 0 },
		{ "47 01 000000 00000002 6588", FRAME_KEY, AVC, 0, 0 },
		{ "17 02 000000", FRAME_END, AVC, 0, 0 },
		{ "57 00", FRAME_OTHER, 0, 0, 0 },
		{ "1c 01 000000 00000002 2601", FRAME_KEY, HEVC, 0, 0 },
		{ "1c 00 000000 0101", FRAME_HEADER, HEVC, 0, 0 },
		{ "22 00 84", FRAME_INTER, 0, 0, 0 },		/* Sorenson */
		{ "14 00 84", FRAME_KEY, 0, 0, 0 },		/* VP6 */
		{ "", FRAME_BAD, 0, 0, 0 },
		{ "17", FRAME_BAD, AVC, 0, 0 },
		{ "17 01 0000", FRAME_BAD, AVC, 0, 0 },
		{ "17 01 000000", FRAME_BAD, AVC, 0, 0 },
		{ "17 00 000000", FRAME_BAD, AVC, 0, 0 },
		{ "17 07 000000 00", FRAME_BAD, AVC, 0, 0 },
		{ "07 01 000000 00000002 6588", FRAME_BAD, 0, 0, 0 },
		{ "77 01 000000 00000002 6588", FRAME_BAD, 0, 0, 0 },
	};

	check(MSG_VIDEO, e, nitems(e));
}

static void
keyframes_are_judged_by_their_slices(void)
{
	static const struct expect e[] = {
		/* delimiter, SPS, PPS, IDR */
		{ "17 01 000000 00000002 0910 00000002 6742 00000002 68ce 00000002 6588",
		    FRAME_KEY, AVC, 0, 0 },
		/* SEI with a recovery point, then an ordinary slice: an open group of pictures */
		{ "17 01 000000 00000003 060601 00000002 4188", FRAME_INTER, AVC, 0, 0 },
		/* lengths of two bytes, Annex B, a length past the end: the header is believed */
		{ "17 01 000000 0002 4188", FRAME_KEY, AVC, 0, 0 },
		{ "17 01 000000 00000001 41880000", FRAME_KEY, AVC, 0, 0 },
		{ "17 01 000000 00000009 4188", FRAME_KEY, AVC, 0, 0 },
		{ "17 01 000000 00000000 4188", FRAME_KEY, AVC, 0, 0 },
		/* HEVC: CRA 21 and BLA 16 start a decoder, TRAIL 1 does not */
		{ "1c 01 000000 00000003 4e0105 00000003 2a01ff", FRAME_KEY, HEVC, 0, 0 },
		{ "1c 01 000000 00000003 2001ff", FRAME_KEY, HEVC, 0, 0 },
		{ "1c 01 000000 00000003 0201ff", FRAME_INTER, HEVC, 0, 0 },
		/* no slice at all: parameter sets, which some encoders send in a message of their own */
		{ "17 01 000000 00000002 6742", FRAME_INTER, AVC, 0, 0 },
	};

	check(MSG_VIDEO, e, nitems(e));
}

static void
where_a_picture_begins(void)
{
	static const struct {
		const char	*body;
		bool		 begins, slices;
		size_t		 nals;
	} e[] = {
		{ "17 01 000000 00000002 6742 00000002 6588", true, true, 5 },
		{ "17 01 000000 00000002 6742", false, false, 5 },
		{ "27 01 000000 00000002 4188", true, true, 5 },
		{ "27 01 000000 00000002 4140", false, true, 5 },	/* a later slice */
		{ "1c 01 000000 00000003 2601ff", true, true, 5 },
		{ "2c 01 000000 00000003 02017f", false, true, 5 },
		{ "93 61766331 00000002 6520", false, true, 5 },
		{ "91 68766331 000021 00000003 4e0105", false, false, 8 },
		{ "27 01 000000 0002 4140", true, true, 0 },		/* not known */
		{ "91 61763031 0a0b", true, true, 0 },
	};
	uint8_t body[64];
	struct frame f;
	size_t i;

	for (i = 0; i < nitems(e); i++) {
		f = frame_parse(MSG_VIDEO, body, from_hex(body, e[i].body));
		if (!t_int(f.begins, e[i].begins) || !t_int(f.slices, e[i].slices) || !t_int(f.nals, e[i].nals))
			printf("# in: %s\n", e[i].body);
	}
}

static void
a_look_at_the_start_is_enough(void)
{
	uint8_t body[64];
	size_t n = from_hex(body, "17 01 000000 00000002 0910 000186a0 6588 1122"), have;

	for (have = 16; have <= n; have++)
		t_int(frame_peek(MSG_VIDEO, body, have, 15 + 100000).kind, FRAME_KEY);
	n = from_hex(body, "17 01 000000 00000002 0910 000186a0 4188 1122");
	t_int(frame_peek(MSG_VIDEO, body, n, 15 + 100000).kind, FRAME_INTER);
	t_int(frame_peek(MSG_VIDEO, body, n, 14 + 100000).kind, FRAME_KEY);	/* does not fit */
	t_int(frame_peek(MSG_VIDEO, body, 12, 15 + 100000).kind, FRAME_KEY);	/* not seen */
	t_int(frame_peek(MSG_VIDEO, body, 0, 100).kind, FRAME_BAD);
}

static void
enhanced_video(void)
{
	static const struct expect e[] = {
		{ "90 68766331 0102", FRAME_HEADER, HEVC, 0, 0 },
		{ "91 68766331 000021 00000003 2601ff", FRAME_KEY, HEVC, 0x21, 0 },
		{ "a1 68766331 fffffe 00000003 0201ff", FRAME_INTER, HEVC, -2, 0 },
		{ "93 68766331 00000003 2601ff", FRAME_KEY, HEVC, 0, 0 },
		{ "93 61766331 00000002 6588", FRAME_KEY, AVC, 0, 0 },
		{ "93 61766331 00000002 4188", FRAME_INTER, AVC, 0, 0 },
		{ "91 61763031 0a0b", FRAME_KEY, AV1, 0, 0 },	/* no composition time */
		{ "a1 76703039 8249", FRAME_INTER, VP9, 0, 0 },
		{ "92 68766331", FRAME_END, HEVC, 0, 0 },
		{ "94 68766331 020009636f6c6f72496e666f", FRAME_META, HEVC, 0, 0 },
		{ "95 61763031 8000", FRAME_OTHER, AV1, 0, 0 },
		{ "d1 00", FRAME_OTHER, 0, 0, 0 },		/* a command */
		{ "90 68766331", FRAME_BAD, HEVC, 0, 0 },
		{ "91 68766331 0000", FRAME_BAD, HEVC, 0, 0 },
		{ "91 687663", FRAME_BAD, 0, 0, 0 },
		{ "91", FRAME_BAD, 0, 0, 0 },
	};

	check(MSG_VIDEO, e, nitems(e));
}

static void
modifiers_and_tracks(void)
{
	static const struct expect video[] = {
		/* nanosecond offset, then coded frames */
		{ "97 02 0003e8 01 61763031 0a0b", FRAME_KEY, AV1, 0, 0 },
		/* two modifiers, the second with a size of two bytes */
		{ "97 00 aa 07 ff 0001 bbbb 03 61766331 00000002 6588", FRAME_KEY, AVC, 0, 0 },
		{ "97 02 0003e8 07", FRAME_BAD, 0, 0, 0 },
		{ "97 ff 00", FRAME_BAD, 0, 0, 0 },
		{ "97 05 0000", FRAME_BAD, 0, 0, 0 },
		/* one track with id 3; many tracks; many codecs */
		{ "96 00 68766331 03 0102", FRAME_HEADER, HEVC, 0, 3 },
		{ "96 11 61763031 00 000002 0a0b 01 000002 0a0b", FRAME_KEY, AV1, 0, 0 },
		{ "a6 21 76703039 01 000002 0a0b", FRAME_INTER, VP9, 0, 1 },
		{ "96 06 68766331 03 0102", FRAME_BAD, 0, 0, 0 },
		{ "96 10 68766331 00 0000", FRAME_BAD, 0, 0, 0 },
	};
	static const struct expect audio[] = {
		{ "97 02 0003e8 01 4f707573 fc", FRAME_AUDIO, OPUS, 0, 0 },
		{ "95 01 6d703461 02 21", FRAME_AUDIO, AAC, 0, 2 },
	};
	uint8_t body[64];
	struct ertmp_header x;

	check(MSG_VIDEO, video, nitems(video));
	check(MSG_AUDIO, audio, nitems(audio));
	t_int(ertmp_header_read(&x, MSG_VIDEO, body, from_hex(body, video[0].body)), 0);
	t_int(x.nanos, 1000);
	t_int(x.body, 10);
}

static void
audio(void)
{
	static const struct expect e[] = {
		{ "af 00 1190", FRAME_HEADER, AAC, 0, 0 },
		{ "af 01 2110", FRAME_AUDIO, AAC, 0, 0 },
		{ "2f fffb90", FRAME_AUDIO, MP3, 0, 0 },
		{ "ef fffb90", FRAME_AUDIO, MP3, 0, 0 },
		{ "b2 0102", FRAME_AUDIO, 0, 0, 0 },		/* Speex */
		{ "90 4f707573 4f70757348656164", FRAME_HEADER, OPUS, 0, 0 },
		{ "91 4f707573 fc", FRAME_AUDIO, OPUS, 0, 0 },
		{ "92 4f707573", FRAME_END, OPUS, 0, 0 },
		{ "94 4f707573 0002", FRAME_OTHER, OPUS, 0, 0 },
		{ "91 2e6d7033 fffb90", FRAME_AUDIO, MP3, 0, 0 },
		{ "", FRAME_BAD, 0, 0, 0 },
		{ "af", FRAME_BAD, AAC, 0, 0 },
		{ "af 00", FRAME_BAD, AAC, 0, 0 },
		{ "af 01", FRAME_BAD, AAC, 0, 0 },
		{ "af 02 00", FRAME_BAD, AAC, 0, 0 },
		{ "91 4f7075", FRAME_BAD, 0, 0, 0 },
	};

	check(MSG_AUDIO, e, nitems(e));
}

static void
data(void)
{
	static const struct expect e[] = {
		{ "02000a 6f6e4d65746144617461 08", FRAME_META, 0, 0, 0 },
		{ "02000d 40736574446174614672616d65 02000a 6f6e4d65746144617461", FRAME_META, 0, 0, 0 },
		{ "02000a 6f6e54657874446174610a", FRAME_OTHER, 0, 0, 0 },
		{ "02000a 6f6e4d6574614461", FRAME_OTHER, 0, 0, 0 },
		{ "02", FRAME_OTHER, 0, 0, 0 },
		{ "", FRAME_BAD, 0, 0, 0 },
	};

	check(MSG_DATA, e, nitems(e));
}

static void
which_need_headers(void)
{
	t_ok(codec_needs_header(AVC) && codec_needs_header(HEVC) && codec_needs_header(AAC));
	t_ok(codec_needs_header(OPUS) && codec_needs_header(AV1));
	t_ok(!codec_needs_header(MP3) && !codec_needs_header(0));
}

static void
corpus(void)
{
	t_corpus("codec", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "legacy_video", legacy_video },
	{ "keyframes_are_judged_by_their_slices", keyframes_are_judged_by_their_slices },
	{ "where_a_picture_begins", where_a_picture_begins },
	{ "a_look_at_the_start_is_enough", a_look_at_the_start_is_enough },
	{ "enhanced_video", enhanced_video },
	{ "modifiers_and_tracks", modifiers_and_tracks },
	{ "audio", audio },
	{ "data", data },
	{ "which_need_headers", which_need_headers },
	{ "corpus", corpus },
)
