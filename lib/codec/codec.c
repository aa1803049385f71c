/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/ertmp_header.h"
#include "packet/packet.h"

/* FLV 10.1 E.4.3.1 */
#define FLV_FRAME_KEY		1
#define FLV_FRAME_GENERATED	4
#define FLV_FRAME_COMMAND	5
#define FLV_VIDEO_AVC		7
#define FLV_VIDEO_HEVC		12	/* not in the specification, but in wide use */
/* E.4.2.1 */
#define FLV_AUDIO_MP3		2
#define FLV_AUDIO_AAC		10
#define FLV_AUDIO_MP3_8K	14

#define H264_NAL_IDR		5	/* 1 to 5 are slices; all slices of a picture are IDR, or none is */
#define HEVC_NAL_IRAP_FIRST	16
#define HEVC_NAL_IRAP_LAST	23
#define HEVC_NAL_VCL_LAST	31

/* A message as it arrived; only its first have bytes can be read. */
struct view {
	const uint8_t	*p;
	size_t		 have, len;
};

struct nals {
	bool	whole;		/* all that could be read is NAL units */
	bool	slices, begins, key;
};

/* Reads the type of a NAL unit of n bytes, of which have can be read: the first five at least. */
static void
nal_read(struct nals *f, uint32_t fourcc, const uint8_t *p, size_t have, size_t n)
{
	bool avc = fourcc == FOURCC('a', 'v', 'c', '1');
	unsigned int type = avc ? p[0] & 0x1f : p[0] >> 1 & 0x3f;
	size_t header = avc ? 1 : 2;

	if (f->slices || (avc ? type < 1 || type > H264_NAL_IDR : type > HEVC_NAL_VCL_LAST))
		return;
	f->slices = true;
	f->key = avc ? type == H264_NAL_IDR : type >= HEVC_NAL_IRAP_FIRST && type <= HEVC_NAL_IRAP_LAST;
	/* first_mb_in_slice, ue(v), is 0; first_slice_segment_in_pic_flag is 1 */
	f->begins = n <= header || have <= header || (p[header] & 0x80);
}

/*
 * Walks the NAL units from pos on, as far as they can be read, or to the first slice. The size of their lengths is in the
 * sequence header, which is another message; every encoder uses four bytes, and with another size
 * the lengths do not fit.
 */
static struct nals
nals_walk(const struct view *v, size_t pos, uint32_t fourcc, bool to_slice)
{
	struct nals f = { 0 };
	uint32_t n;

	if (fourcc != FOURCC('a', 'v', 'c', '1') &&
	    fourcc != FOURCC('h', 'v', 'c', '1'))
		return f;
	for (; pos < v->len && !(to_slice && f.slices); pos += 4 + n) {
		if (v->len - pos < 5)
			return f;
		if (pos + 5 > v->have)
			break;
		n = be32(v->p + pos);
		if (n == 0 || n > v->len - pos - 4 || v->p[pos + 4] & 0x80)
			return f;
		nal_read(&f, fourcc, v->p + pos + 4, v->have - pos - 4, n);
	}
	f.whole = f.slices || pos >= v->len;
	return f;
}

/* Sets what the frame is, from the codec's own bytes at pos. */
static void
video_read(struct frame *f, const struct view *v, size_t pos, unsigned int flv_type)
{
	bool key = flv_type == FLV_FRAME_KEY || flv_type == FLV_FRAME_GENERATED;
	struct nals nals;

	if (pos >= v->len)
		return;
	f->begins = f->slices = true;
	f->marked_key = key;
	nals = nals_walk(v, pos, f->fourcc, !key);
	if (nals.whole) {
		f->nals = pos;
		f->begins = nals.begins;
		f->slices = nals.slices;
		key = key && nals.key;
	}
	f->kind = key ? FRAME_KEY : FRAME_INTER;
}

static int32_t
si24(const uint8_t *p)
{
	int32_t v = (int32_t)be24(p);

	return v >= 0x800000 ? v - 0x1000000 : v;
}

static void
video_enhanced(struct frame *f, const struct view *v)
{
	struct ertmp_header x;
	unsigned int type = v->p[0] >> 4 & 7;

	if (ertmp_header_read(&x, MSG_VIDEO, v->p, v->have) == -1)
		return;
	f->fourcc = x.fourcc;
	f->track = x.track;
	switch (x.packet) {
	case EX_SEQUENCE_START:
		f->kind = x.body < v->len ? FRAME_HEADER : FRAME_BAD;
		return;
	case EX_CODED_FRAMES:
		if (x.fourcc == FOURCC('a', 'v', 'c', '1') ||
		    x.fourcc == FOURCC('h', 'v', 'c', '1') ||
		    x.fourcc == FOURCC('v', 'v', 'c', '1')) {
			if (v->have < x.body + 3)
				return;
			f->cts = si24(v->p + x.body);
			x.body += 3;
		}
		video_read(f, v, x.body, type);
		return;
	case EX_CODED_FRAMES_X:
		video_read(f, v, x.body, type);
		return;
	case EX_SEQUENCE_END:
		f->kind = FRAME_END;
		return;
	case EX_METADATA:
		f->kind = FRAME_META;
		return;
	default:
		f->kind = FRAME_OTHER;
	}
}

static void
video_legacy(struct frame *f, const struct view *v)
{
	unsigned int type = v->p[0] >> 4, codec = v->p[0] & 0x0f;

	if (type == FLV_FRAME_COMMAND)
		f->kind = FRAME_OTHER;
	if (type < FLV_FRAME_KEY || type >= FLV_FRAME_COMMAND)
		return;
	if (codec != FLV_VIDEO_AVC && codec != FLV_VIDEO_HEVC) {
		video_read(f, v, 1, type);
		return;
	}
	f->fourcc = codec == FLV_VIDEO_AVC ? FOURCC('a', 'v', 'c', '1') :
	    FOURCC('h', 'v', 'c', '1');
	if (v->have < 2)
		return;
	if (v->p[1] == 2) {
		f->kind = FRAME_END;
		return;
	}
	if (v->have < 5)
		return;
	if (v->p[1] == 0)
		f->kind = v->len > 5 ? FRAME_HEADER : FRAME_BAD;
	else if (v->p[1] == 1) {
		f->cts = si24(v->p + 2);
		video_read(f, v, 5, type);
	}
}

static void
audio_enhanced(struct frame *f, const struct view *v)
{
	struct ertmp_header x;

	if (ertmp_header_read(&x, MSG_AUDIO, v->p, v->have) == -1)
		return;
	f->fourcc = x.fourcc;
	f->track = x.track;
	if (x.packet == EX_SEQUENCE_START)
		f->kind = x.body < v->len ? FRAME_HEADER : FRAME_BAD;
	else if (x.packet == EX_CODED_FRAMES)
		f->kind = x.body < v->len ? FRAME_AUDIO : FRAME_BAD;
	else
		f->kind = x.packet == EX_SEQUENCE_END ? FRAME_END : FRAME_OTHER;
}

static void
audio_legacy(struct frame *f, const struct view *v)
{
	unsigned int format = v->p[0] >> 4;

	if (format == FLV_AUDIO_MP3 || format == FLV_AUDIO_MP3_8K)
		f->fourcc = FOURCC('.', 'm', 'p', '3');
	if (format != FLV_AUDIO_AAC) {
		f->kind = v->len > 1 ? FRAME_AUDIO : FRAME_BAD;
		return;
	}
	f->fourcc = FOURCC('m', 'p', '4', 'a');
	if (v->have < 2 || v->len < 3 || v->p[1] > 1)
		return;
	f->kind = v->p[1] == 0 ? FRAME_HEADER : FRAME_AUDIO;
}

/* AMF0: a string; before it another one if the server did not remove the encoder's @setDataFrame. */
static enum frame_kind
data_kind(const struct view *v)
{
	static const char set[] = "\2\0\15@setDataFrame", meta[] = "\2\0\12onMetaData";
	size_t pos = 0;

	if (v->have >= sizeof(set) - 1 && memcmp(v->p, set, sizeof(set) - 1) == 0)
		pos = sizeof(set) - 1;
	if (v->have - pos >= sizeof(meta) - 1 &&
	    memcmp(v->p + pos, meta, sizeof(meta) - 1) == 0)
		return FRAME_META;
	return FRAME_OTHER;
}

struct frame
frame_peek(uint8_t type, const uint8_t *body, size_t have, size_t len)
{
	struct frame f = { .kind = FRAME_BAD };
	const struct view v = { body, have < len ? have : len, len };

	if (v.have == 0)
		return f;
	switch (type) {
	case MSG_VIDEO:
		if (body[0] & 0x80)
			video_enhanced(&f, &v);
		else
			video_legacy(&f, &v);
		break;
	case MSG_AUDIO:
		if (body[0] >> 4 == EX_AUDIO_FORMAT)
			audio_enhanced(&f, &v);
		else
			audio_legacy(&f, &v);
		break;
	case MSG_DATA:
		f.kind = data_kind(&v);
		break;
	}
	return f;
}

struct frame
frame_parse(uint8_t type, const uint8_t *body, size_t len)
{
	return frame_peek(type, body, len, len);
}
