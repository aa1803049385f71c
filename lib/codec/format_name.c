/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/format_name.h"

#define AVC	FOURCC('a', 'v', 'c', '1')
#define HEVC	FOURCC('h', 'v', 'c', '1')
#define AV1	FOURCC('a', 'v', '0', '1')
#define VP9	FOURCC('v', 'p', '0', '9')
#define AAC	FOURCC('m', 'p', '4', 'a')

#define H264_BASELINE	66
#define CONSTRAINT_SET1	0x40	/* H.264 A.2.1.1: a baseline stream that is also main */
#define SEVEN_BITS	31	/* AV1 A.3: no limits */

struct name {
	uint32_t	 fourcc;
	unsigned int	 number;
	const char	*text;
};

static const struct name names[] = {
	{ AVC, H264_BASELINE, "Baseline" },
	{ AVC, 77, "Main" },
	{ AVC, 88, "Extended" },
	{ AVC, 100, "High" },
	{ AVC, 110, "High 10" },
	{ AVC, 122, "High 4:2:2" },
	{ AVC, 244, "High 4:4:4 Predictive" },
	{ AVC, 44, "CAVLC 4:4:4" },
	{ HEVC, 1, "Main" },
	{ HEVC, 2, "Main 10" },
	{ HEVC, 3, "Main Still Picture" },
	{ HEVC, 4, "Rext" },
	{ AV1, 0, "Main" },
	{ AV1, 1, "High" },
	{ AV1, 2, "Professional" },
	{ VP9, 0, "Profile 0" },
	{ VP9, 1, "Profile 1" },
	{ VP9, 2, "Profile 2" },
	{ VP9, 3, "Profile 3" },
	{ AAC, 1, "Main" },
	{ AAC, 2, "LC" },
	{ AAC, 3, "SSR" },
	{ AAC, 4, "LTP" },
	{ AAC, 5, "HE-AAC" },
	{ AAC, 29, "HE-AACv2" },
	{ AAC, 42, "xHE-AAC" }
};

static char *
name_print(uint32_t fourcc, unsigned int number, char *dst, size_t size)
{
	const char *text = "";
	size_t i;

	for (i = 0; i < nitems(names); i++)
		if (names[i].fourcc == fourcc && names[i].number == number)
			text = names[i].text;
	strlcpy(dst, text, size);
	return dst;
}

char *
video_profile_print(const struct video_format *v, char *dst, size_t size)
{
	if (v->fourcc != AVC || v->profile != H264_BASELINE || (v->constraints & CONSTRAINT_SET1) == 0)
		return name_print(v->fourcc, v->profile, dst, size);
	strlcpy(dst, "Constrained Baseline", size);
	return dst;
}

/* H.264 and VP9 write a tenth of a level, H.265 a thirtieth, and AV1 numbers them (A.3). */
char *
video_level_print(const struct video_format *v, char *dst, size_t size)
{
	unsigned int tenths = v->level;

	if (v->fourcc == HEVC)
		tenths = v->level / 3;
	else if (v->fourcc == AV1)
		tenths = v->level == SEVEN_BITS ? 0 : (2 + v->level / 4) * 10 + v->level % 4;
	if (tenths == 9 && v->fourcc == AVC)
		strlcpy(dst, "1b", size);
	else if (tenths > 0)
		snprintf(dst, size, "%u.%u", tenths / 10, tenths % 10);
	else
		strlcpy(dst, "", size);
	return dst;
}

char *
video_pixels_print(const struct video_format *v, char *dst, size_t size)
{
	static const char *const layouts[] = { "gray", "yuv420p", "yuv422p", "yuv444p" };

	strlcpy(dst, "", size);
	if (v->depth < 8 || v->depth > 16 || v->chroma >= nitems(layouts))
		return dst;
	if (v->depth == 8)
		strlcpy(dst, layouts[v->chroma], size);
	else
		snprintf(dst, size, "%s%ule", layouts[v->chroma], v->depth);
	return dst;
}

char *
audio_profile_print(const struct audio_format *a, char *dst, size_t size)
{
	return name_print(a->fourcc, a->object_type, dst, size);
}
