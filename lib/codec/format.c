/* SPDX-License-Identifier: ISC */
/* Reads the format of a track from its sequence header. */
#include "base/base.h"
#include "codec/bits.h"
#include "codec/codec.h"
#include "codec/decoder_config.h"
#include "codec/ertmp_header.h"
#include "codec/format.h"
#include "codec/h264_sps.h"
#include "codec/hevc_sps.h"
#include "packet/packet.h"

#include <stdarg.h>

#define HEVC_NAL_SPS	33
#define AAC_SBR		5	/* audio object types, ISO 14496-3 table 1.17 */
#define AAC_PS		29

/* Finds the decoder configuration record in a message body; a legacy header has skip bytes. */
static int
config_find(uint8_t type, bool enhanced, const uint8_t **p, size_t *n, size_t skip)
{
	struct ertmp_header x;

	if (enhanced) {
		if (ertmp_header_read(&x, type, *p, *n) == -1)
			return -1;
		skip = x.body;
	}
	if (skip > *n)
		return -1;
	*p += skip;
	*n -= skip;
	return 0;
}

/* AVCDecoderConfigurationRecord, ISO 14496-15 5.3.3.1. */
static int
avcc_read(struct sps *s, const uint8_t *p, size_t n)
{
	size_t len;

	if (n < 8 || p[0] != 1 || (p[5] & 0x1f) == 0)
		return -1;
	len = be16(p + 6);
	if (len > n - 8)
		return -1;
	return h264_sps_read(s, p + 8, len);
}

/* HEVCDecoderConfigurationRecord, ISO 14496-15 8.3.3.1. */
static int
hvcc_read(struct sps *s, const uint8_t *p, size_t n)
{
	unsigned int arrays, nals, type;
	size_t pos = 23, len;

	if (n < 23 || p[0] != 1)
		return -1;
	for (arrays = p[22]; arrays > 0; arrays--) {
		if (n - pos < 3)
			return -1;
		type = p[pos] & 0x3f;
		nals = be16(p + pos + 1);
		for (pos += 3; nals > 0; nals--) {
			if (n - pos < 2 || (len = be16(p + pos)) > n - pos - 2)
				return -1;
			if (type == HEVC_NAL_SPS)
				return hevc_sps_read(s, p + pos + 2, len);
			pos += 2 + len;
		}
	}
	return -1;
}

/* av1C and vpcC have profile and level; the size is in the metadata only. */
static int
plain_read(struct sps *s, uint32_t fourcc, const uint8_t *p, size_t n)
{
	memset(s, 0, sizeof(*s));
	if (fourcc == FOURCC('a', 'v', '0', '1') && n >= 4 && p[0] == 0x81) {
		s->profile = p[1] >> 5;
		s->level = p[1] & 0x1f;
		s->depth = (p[2] & 0x40) == 0 ? 8 : p[2] & 0x20 ? 12 : 10;
		s->chroma = p[2] & 0x10 ? 0 : (p[2] & 0x08) == 0 ? 3 : p[2] & 0x04 ? 1 : 2;
		return 0;
	}
	if (fourcc == FOURCC('v', 'p', '0', '9') && n >= 7) {
		s->profile = p[4];	/* after version and flags */
		s->level = p[5];
		s->depth = p[6] >> 4;
		s->chroma = (p[6] >> 1 & 7) > 1 ? (p[6] >> 1 & 7) : 1;	/* 0 and 1 are 4:2:0 */
		return 0;
	}
	return -1;
}

int
header_is_whole(uint8_t type, const uint8_t *body, size_t len)
{
	struct frame f = frame_parse(type, body, len);
	bool enhanced;

	if (f.kind != FRAME_HEADER)
		return 0;
	enhanced = type == MSG_VIDEO ? body[0] & 0x80 :
	    body[0] >> 4 == EX_AUDIO_FORMAT;
	return config_find(type, enhanced, &body, &len,
	    type == MSG_VIDEO ? 5 : 2) == 0 &&
	    decoder_config_is_whole(f.fourcc, body, len);
}

int
video_format_read(struct video_format *v, const uint8_t *body, size_t len)
{
	struct frame f = frame_parse(MSG_VIDEO, body, len);
	struct sps s = { 0 };
	int rc;

	memset(v, 0, sizeof(*v));
	v->fourcc = f.fourcc;
	if (f.kind != FRAME_HEADER ||
	    config_find(MSG_VIDEO, body[0] & 0x80, &body, &len, 5) == -1)
		return -1;
	if (f.fourcc == FOURCC('a', 'v', 'c', '1'))
		rc = avcc_read(&s, body, len);
	else if (f.fourcc == FOURCC('h', 'v', 'c', '1'))
		rc = hvcc_read(&s, body, len);
	else
		rc = plain_read(&s, f.fourcc, body, len);
	if (rc == -1)
		return -1;
	v->width = s.width;
	v->height = s.height;
	v->profile = s.profile;
	v->level = s.level;
	v->fps = s.fps;
	v->fps_fixed = s.fixed;
	v->constraints = s.constraints;
	v->chroma = s.chroma;
	v->depth = s.depth;
	return 0;
}

static unsigned int
aac_object_type(struct bits *b)
{
	unsigned int type = bits_get(b, 5);

	return type == 31 ? 32 + bits_get(b, 6) : type;
}

static unsigned int
aac_rate(struct bits *b)
{
	static const unsigned int rates[] = {
		96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050,
		16000, 12000, 11025, 8000, 7350
	};
	unsigned int i = bits_get(b, 4);

	if (i == 15)
		return bits_get(b, 24);
	return i < nitems(rates) ? rates[i] : 0;
}

/* AudioSpecificConfig, ISO 14496-3 1.6.2.1. */
static int
asc_read(struct audio_format *a, const uint8_t *p, size_t n)
{
	static const uint8_t channels[16] = {
		0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 24, 8, 0
	};
	struct bits b = bits_of(p, n, false);
	unsigned int type, core, out, config;

	a->object_type = type = aac_object_type(&b);
	core = out = aac_rate(&b);
	config = bits_get(&b, 4);
	a->channels = channels[config];
	if (type == AAC_SBR || type == AAC_PS) {
		if (type == AAC_PS && config == 1)
			a->channels = 2;
		out = aac_rate(&b);
		type = aac_object_type(&b);
	}
	if (b.bad || type == 0 || core == 0 || out == 0)
		return -1;
	a->rate = out;
	/* The general audio coder (GASpecificConfig) has its frame length in the next bit. */
	if (type <= 4 && (out == core || out == 2 * core))
		a->frame_samples = (bits_one(&b) ? 960 : 1024) * (out / core);
	return 0;
}

/* The frame header, ISO 11172-3 2.4.1.3 and 13818-3. Layer III. */
static int
mp3_read(struct audio_format *a, const uint8_t *p, size_t n)
{
	static const unsigned int rates[] = { 44100, 48000, 32000 };
	unsigned int version, rate;

	if (n < 4 || be16(p) >> 5 != 0x7ff || (p[1] >> 1 & 3) != 1)
		return -1;
	version = p[1] >> 3 & 3;	/* 3: MPEG-1, 2: MPEG-2, 0: 2.5 */
	rate = p[2] >> 2 & 3;
	if (version == 1 || rate == 3)
		return -1;
	a->rate = rates[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
	a->channels = p[3] >> 6 == 3 ? 1 : 2;
	a->frame_samples = version == 3 ? 1152 : 576;
	return 0;
}

/* ID header, RFC 7845 section 5.1. Each packet has its own duration. */
static int
opus_read(struct audio_format *a, const uint8_t *p, size_t n)
{
	if (n < 19 || memcmp(p, "OpusHead", 8) != 0)
		return -1;
	a->rate = 48000;
	a->channels = p[9];
	return 0;
}

int
audio_format_read(struct audio_format *a, const uint8_t *body, size_t len)
{
	struct frame f = frame_parse(MSG_AUDIO, body, len);
	bool enhanced = len > 0 && body[0] >> 4 == EX_AUDIO_FORMAT;

	memset(a, 0, sizeof(*a));
	a->fourcc = f.fourcc;
	if (f.kind != (codec_needs_header(f.fourcc) ? FRAME_HEADER : FRAME_AUDIO))
		return -1;
	if (config_find(MSG_AUDIO, enhanced, &body, &len,
	    f.fourcc == FOURCC('m', 'p', '4', 'a') ? 2 : 1) == -1)
		return -1;
	if (f.fourcc == FOURCC('m', 'p', '4', 'a'))
		return asc_read(a, body, len);
	if (f.fourcc == FOURCC('.', 'm', 'p', '3'))
		return mp3_read(a, body, len);
	if (f.fourcc == FOURCC('O', 'p', 'u', 's'))
		return opus_read(a, body, len);
	return -1;
}

struct codec {
	uint32_t	 fourcc;
	const char	*name;
	int		 needs_header;
};

static const struct codec *
codec_find(uint32_t fourcc)
{
	static const struct codec codecs[] = {
		{ FOURCC('a', 'v', 'c', '1'), "h264", 1 },
		{ FOURCC('h', 'v', 'c', '1'), "hevc", 1 },
		{ FOURCC('v', 'v', 'c', '1'), "vvc", 1 },
		{ FOURCC('a', 'v', '0', '1'), "av1", 1 },
		{ FOURCC('v', 'p', '0', '9'), "vp9", 1 },
		{ FOURCC('v', 'p', '0', '8'), "vp8", 1 },
		{ FOURCC('m', 'p', '4', 'a'), "aac", 1 },
		{ FOURCC('O', 'p', 'u', 's'), "opus", 1 },
		{ FOURCC('f', 'L', 'a', 'C'), "flac", 1 },
		{ FOURCC('.', 'm', 'p', '3'), "mp3", 0 },
		{ FOURCC('a', 'c', '-', '3'), "ac3", 0 },
		{ FOURCC('e', 'c', '-', '3'), "eac3", 0 },
	};
	static const struct codec unknown = { 0, "unknown", 0 };
	size_t i;

	for (i = 0; i < nitems(codecs); i++) {
		if (codecs[i].fourcc == fourcc)
			return &codecs[i];
	}
	return &unknown;
}

int
codec_needs_header(uint32_t fourcc)
{
	return codec_find(fourcc)->needs_header;
}

/* Appends to the string in dst. */
static void
append(char *dst, size_t size, const char *fmt, ...) printf_like(3, 4);

static void
append(char *dst, size_t size, const char *fmt, ...)
{
	size_t at = strlen(dst);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(dst + at, size - at, fmt, ap);
	va_end(ap);
}

void
video_format_print(const struct video_format *v, char *dst, size_t size)
{
	if (size == 0)
		return;
	strlcpy(dst, codec_find(v->fourcc)->name, size);
	if (v->width > 0 && v->height > 0)
		append(dst, size, " %ux%u", v->width, v->height);
	if (v->fps > 0)
		append(dst, size, " %.5g", v->fps);
}

void
audio_format_print(const struct audio_format *a, char *dst, size_t size)
{
	if (size == 0)
		return;
	strlcpy(dst, codec_find(a->fourcc)->name, size);
	if (a->rate > 0)
		append(dst, size, " %u", a->rate);
	if (a->channels > 0)
		append(dst, size, " %u", a->channels);
}
