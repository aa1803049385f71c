/* SPDX-License-Identifier: ISC */
#include "../../fuzz/codec.c"
#include "corpus.h"
#include "media/exheader.h"
#include "t.h"

#define AVC	FOURCC('a', 'v', 'c', '1')
#define HEVC	FOURCC('h', 'v', 'c', '1')
#define AV1	FOURCC('a', 'v', '0', '1')
#define VP9	FOURCC('v', 'p', '0', '9')
#define AAC	FOURCC('m', 'p', '4', 'a')
#define OPUS	FOURCC('O', 'p', 'u', 's')
#define MP3	FOURCC('.', 'm', 'p', '3')

/* Bytes from hexadecimal, spaces allowed. */
static size_t
hex(uint8_t *dst, const char *s)
{
	size_t n = 0;
	unsigned int v;

	for (; *s != '\0'; s += 2) {
		while (*s == ' ')
			s++;
		if (*s == '\0' || sscanf(s, "%2x", &v) != 1)
			break;
		dst[n++] = (uint8_t)v;
	}
	return n;
}

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
		f = frame_parse(type, body, hex(body, e[i].body));
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
		/* no slice at all */
		{ "17 01 000000 00000002 0910", FRAME_KEY, AVC, 0, 0 },
	};

	check(MSG_VIDEO, e, nitems(e));
}

static void
a_look_at_the_start_is_enough(void)
{
	uint8_t body[64];
	size_t n = hex(body, "17 01 000000 00000002 0910 000186a0 6588 1122"), have;

	for (have = 16; have <= n; have++)
		t_int(frame_peek(MSG_VIDEO, body, have, 15 + 100000).kind, FRAME_KEY);
	n = hex(body, "17 01 000000 00000002 0910 000186a0 4188 1122");
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
	struct exheader x;

	check(MSG_VIDEO, video, nitems(video));
	check(MSG_AUDIO, audio, nitems(audio));
	t_int(exheader_read(&x, MSG_VIDEO, body, hex(body, video[0].body)), 0);
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
video_format(const char *body, int rc, const char *text)
{
	uint8_t room[512];
	struct video_format v;
	char got[64];
	size_t n = hex(room, body), cut;

	t_int(video_format_read(&v, room, n), rc);
	video_format_print(&v, got, sizeof(got));
	t_str(got, text);
	/* Cut short anywhere it is refused or at least safe. */
	for (cut = 0; cut < n; cut++)
		video_format_read(&v, room, cut);
}

static void
video_formats(void)
{
	struct video_format v;
	uint8_t room[512];
	size_t n;

	/* as x264 writes them: cropped 1080p, NTSC; 4:2:2 interlaced; even sizes */
	video_format("1700000000 0142c028ffe10017 6742c028da01e0089f97011000003e90000ea600f1832a"
	    " 01000468ce0fc8", 0, "h264 1920x1080 29.97");
	video_format("1700000000 017a0028ffe10019 67 7a0028bce8078044fcb8088000000300800000190f8b1750"
	    " 01000468de0fc8", 0, "h264 1920x1080 25");
	video_format("1700000000 014d400affe10016 674d400aeca313f36022000007d20001d4c01e244b2c"
	    " 01000568ce013720", 0, "h264 96x54 29.97");
	n = hex(room, "1700000000 014d400dffe10018 674d400deca0a0fd808800001f480005dc0078a14cb0"
	    " 01000468ce3c80");
	t_int(video_format_read(&v, room, n), 0);
	t_int(v.profile, 77);
	t_int(v.level, 13);
	video_format("9061766331 0142c028ffe10017 6742c028da01e0089f97011000003e90000ea600f1832a",
	    0, "h264 1920x1080 29.97");

	/* as x265 writes it: VPS, then SPS */
	video_format("9068766331 01016000000090000000000078f000fcfdf8f800000f02"
	    " a000010018 40010c01ffff016000000300900000030000030078959409"
	    " a10001002b 420101016000000300900000030000030078a00280802d16595952930bc05a02"
	    "0000030002000003006410", 0, "hevc 1280x720");
	n = hex(room, "90 61763031 81084c00 0a0b");
	t_int(video_format_read(&v, room, n), 0);
	t_int(v.level, 8);
	video_format("90 61763031 81084c00", 0, "av1");
	video_format("90 76703039 01000000 001f80 020202 0000", 0, "vp9");

	video_format("1700000000 0142c028ffe1ffff 6742c028", -1, "h264");
	video_format("1700000000 0142c028ffe0", -1, "h264");
	video_format("2701000000 000000024188", -1, "h264");
	video_format("", -1, "unknown");
	/* too large to be true: 2^20 macroblocks wide */
	video_format("1700000000 0142c028ffe10009 6742c028 f8000008000004", -1, "h264");
}

static void
audio_format(const char *body, int rc, const char *text, unsigned int samples)
{
	uint8_t room[128];
	struct audio_format a;
	char got[64];
	size_t n = hex(room, body), cut;

	t_int(audio_format_read(&a, room, n), rc);
	audio_format_print(&a, got, sizeof(got));
	t_str(got, text);
	t_int(a.frame_samples, samples);
	for (cut = 0; cut < n; cut++)
		audio_format_read(&a, room, cut);
}

static void
audio_formats(void)
{
	audio_format("af00 1190", 0, "aac 48000 2", 1024);
	audio_format("af00 1210", 0, "aac 44100 2", 1024);
	audio_format("af00 120856e500", 0, "aac 44100 1", 1024);
	audio_format("af00 1194", 0, "aac 48000 2", 960);
	/* explicit SBR: 24000 doubled; with parametric stereo */
	audio_format("af00 2b118800", 0, "aac 48000 2", 2048);
	audio_format("af00 eb098800", 0, "aac 48000 2", 2048);
	/* an escaped rate of 44056 */
	audio_format("af00 1780560c10", 0, "aac 44056 2", 1024);
	audio_format("af00 11b8", 0, "aac 48000 8", 1024);
	audio_format("90 6d703461 1190", 0, "aac 48000 2", 1024);
	audio_format("90 4f707573 4f70757348656164 01 02 3801 80bb0000 0000 00", 0, "opus 48000 2", 0);
	audio_format("2f fffb9064", 0, "mp3 44100 2", 1152);
	audio_format("2f fff394c4", 0, "mp3 24000 1", 576);
	audio_format("91 2e6d7033 fffb9464", 0, "mp3 48000 2", 1152);
	audio_format("af00 00", -1, "aac", 0);
	audio_format("af01 1190", -1, "aac", 0);
	audio_format("2f 00000000", -1, "mp3", 0);
	audio_format("b2 0102", -1, "unknown", 0);
}

static void
which_need_headers(void)
{
	t_ok(codec_needs_header(AVC) && codec_needs_header(HEVC) && codec_needs_header(AAC));
	t_ok(codec_needs_header(OPUS) && codec_needs_header(AV1));
	t_ok(!codec_needs_header(MP3) && !codec_needs_header(0));
}

static void
printing_never_overruns(void)
{
	struct video_format v = { AVC, 1920, 1080, 100, 40, 29.97 };
	char text[32];
	size_t n;

	for (n = 0; n < sizeof(text); n++) {
		memset(text, 'x', sizeof(text));
		video_format_print(&v, text, n);
		t_int(text[n], 'x');
		t_ok(n == 0 || strlen(text) < n);
	}
}

static void
corpus(void)
{
	t_corpus("codec", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "legacy_video", legacy_video },
	{ "keyframes_are_judged_by_their_slices", keyframes_are_judged_by_their_slices },
	{ "a_look_at_the_start_is_enough", a_look_at_the_start_is_enough },
	{ "enhanced_video", enhanced_video },
	{ "modifiers_and_tracks", modifiers_and_tracks },
	{ "audio", audio },
	{ "data", data },
	{ "video_formats", video_formats },
	{ "audio_formats", audio_formats },
	{ "which_need_headers", which_need_headers },
	{ "printing_never_overruns", printing_never_overruns },
	{ "corpus", corpus },
)
