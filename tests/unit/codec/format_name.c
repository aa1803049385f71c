/* SPDX-License-Identifier: ISC */
/* The names are those that ffprobe(1) prints of the same headers. */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/format_name.h"
#include "from_hex.h"
#include "t.h"

static void
video(const char *body, const char *profile, const char *level, const char *pixels)
{
	uint8_t room[512];
	struct video_format v;
	char text[40];
	size_t n = from_hex(room, body);

	t_int(video_format_read(&v, room, n), 0);
	t_str(video_profile_print(&v, text, sizeof(text)), profile);
	t_str(video_level_print(&v, text, sizeof(text)), level);
	t_str(video_pixels_print(&v, text, sizeof(text)), pixels);
}

static void
video_names(void)
{
	/* as x264 writes them */
	video("1700000000 0142c028ffe10017 6742c028da01e0089f97011000003e90000ea600f1832a"
	    " 01000468ce0fc8", "Constrained Baseline", "4.0", "yuv420p");
	video("1700000000 017a0028ffe10019 67 7a0028bce8078044fcb8088000000300800000190f8b1750"
	    " 01000468de0fc8", "High 4:2:2", "4.0", "yuv422p");
	video("1700000000 014d400dffe10018 674d400deca0a0fd808800001f480005dc0078a14cb0"
	    " 01000468ce3c80", "Main", "1.3", "yuv420p");
	/* as x265 writes it */
	video("9068766331 01016000000090000000000078f000fcfdf8f800000f02"
	    " a000010018 40010c01ffff016000000300900000030000030078959409"
	    " a10001002b 420101016000000300900000030000030078a00280802d16595952930bc05a02"
	    "0000030002000003006410", "Main", "4.0", "yuv420p");
	video("90 61763031 81084c00 0a0b", "Main", "4.0", "yuv420p10le");
	video("90 61763031 81080c00", "Main", "4.0", "yuv420p");
	video("90 61763031 811f7000", "Main", "", "gray12le");
	video("90 61763031 81284000", "High", "4.0", "yuv444p10le");
	video("90 61763031 81480800", "Professional", "4.0", "yuv422p");
	video("90 76703039 01000000 001f80 020202 0000", "Profile 0", "3.1", "yuv420p");
	video("90 76703039 01000000 021fa4 020202 0000", "Profile 2", "3.1", "yuv422p10le");
	video("90 76703039 01000000 011f86 020202 0000", "Profile 1", "3.1", "yuv444p");
}

static void
made(uint32_t fourcc, unsigned int profile, unsigned int level, const char *name, const char *number)
{
	struct video_format v = { .fourcc = fourcc, .profile = profile, .level = level };
	char text[40];

	t_str(video_profile_print(&v, text, sizeof(text)), name);
	t_str(video_level_print(&v, text, sizeof(text)), number);
	t_str(video_pixels_print(&v, text, sizeof(text)), "");	/* of unknown depth */
}

static void
unknown_numbers_have_no_name(void)
{
	made(FOURCC('a', 'v', 'c', '1'), 100, 42, "High", "4.2");
	made(FOURCC('a', 'v', 'c', '1'), 66, 9, "Baseline", "1b");
	made(FOURCC('a', 'v', 'c', '1'), 7, 0, "", "");
	made(FOURCC('h', 'v', 'c', '1'), 2, 153, "Main 10", "5.1");
	made(FOURCC('v', 'v', 'c', '1'), 1, 0, "", "");
}

static void
pixels_of_any_number_are_safe(void)
{
	struct video_format v = { .fourcc = FOURCC('a', 'v', 'c', '1'), .depth = 10, .chroma = 1 };
	char text[8];

	t_str(video_pixels_print(&v, text, sizeof(text)), "yuv420p");	/* cut short */
	v.chroma = 7;
	t_str(video_pixels_print(&v, text, sizeof(text)), "");
	v.chroma = 1;
	v.depth = 4000000000;
	t_str(video_pixels_print(&v, text, sizeof(text)), "");
}

static void
audio(const char *body, const char *profile)
{
	uint8_t room[128];
	struct audio_format a;
	char text[40];

	t_int(audio_format_read(&a, room, from_hex(room, body)), 0);
	t_str(audio_profile_print(&a, text, sizeof(text)), profile);
}

static void
audio_names(void)
{
	audio("af00 1190", "LC");
	audio("af00 0990", "Main");
	audio("af00 2b118800", "HE-AAC");
	audio("af00 eb098800", "HE-AACv2");
	audio("2f fffb9064", "");
}

T_MAIN(
	{ "video_names", video_names },
	{ "unknown_numbers_have_no_name", unknown_numbers_have_no_name },
	{ "pixels_of_any_number_are_safe", pixels_of_any_number_are_safe },
	{ "audio_names", audio_names },
)
