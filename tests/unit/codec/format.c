/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/format.h"
#include "from_hex.h"
#include "t.h"

static void
video_format(const char *body, int rc, const char *text)
{
	uint8_t room[512];
	struct video_format v;
	char got[64];
	size_t n = from_hex(room, body), cut;

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
	n = from_hex(room, "1700000000 014d400dffe10018 674d400deca0a0fd808800001f480005dc0078a14cb0"
	    " 01000468ce3c80");
	t_int(video_format_read(&v, room, n), 0);
	t_int(v.profile, 77);
	t_int(v.level, 13);
	t_ok(!v.fps_fixed);
	n = from_hex(room, "1700000000 0142c028ffe10017 6742c028da01e0089f97011000003e90000ea608f1832a 01000468ce0fc8");
	t_int(video_format_read(&v, room, n), 0);
	t_ok(v.fps_fixed);
	video_format("9061766331 0142c028ffe10017 6742c028da01e0089f97011000003e90000ea600f1832a",
	    0, "h264 1920x1080 29.97");

	/* as x265 writes it: VPS, then SPS */
	video_format("9068766331 01016000000090000000000078f000fcfdf8f800000f02"
	    " a000010018 40010c01ffff016000000300900000030000030078959409"
	    " a10001002b 420101016000000300900000030000030078a00280802d16595952930bc05a02"
	    "0000030002000003006410", 0, "hevc 1280x720");
	n = from_hex(room, "90 61763031 81084c00 0a0b");
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
	size_t n = from_hex(room, body), cut;

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
printing_never_overruns(void)
{
	struct video_format v = { .fourcc = FOURCC('a', 'v', 'c', '1'), .width = 1920, .height = 1080, .fps = 29.97 };
	char text[32];
	size_t n;

	for (n = 0; n < sizeof(text); n++) {
		memset(text, 'x', sizeof(text));
		video_format_print(&v, text, n);
		t_int(text[n], 'x');
		t_ok(n == 0 || strlen(text) < n);
	}
}

T_MAIN(
	{ "video_formats", video_formats },
	{ "audio_formats", audio_formats },
	{ "printing_never_overruns", printing_never_overruns },
)
