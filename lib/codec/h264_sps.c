/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/bits.h"
#include "codec/h264_sps.h"

#define H264_NAL_SPS	7
#define EXTENDED_SAR	255

/* H.264 7.3.2.1.1: the profiles whose SPS has chroma format and bit depth. */
static bool
has_chroma(unsigned int profile)
{
	static const uint8_t with[] = {
		100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135
	};
	size_t i;

	for (i = 0; i < nitems(with); i++) {
		if (with[i] == profile)
			return true;
	}
	return false;
}

static void
scaling_list_skip(struct bits *b, unsigned int size)
{
	int32_t last = 8, next = 8;
	unsigned int i;

	for (i = 0; i < size && next != 0 && !b->bad; i++) {
		next = (int32_t)(((uint32_t)last + (uint32_t)bits_se(b)) & 0xff);
		if (next != 0)
			last = next;
	}
}

/* Returns chroma_format_idc, 0 for separate colour planes (ChromaArrayType). */
static unsigned int
chroma_read(struct sps *s, struct bits *b)
{
	unsigned int chroma = bits_ue(b), planes = 0, i;

	if (chroma > 3)
		b->bad = true;
	s->chroma = chroma;
	if (chroma == 3)
		planes = bits_one(b);
	s->depth = 8 + bits_ue(b);	/* bit_depth_luma_minus8 */
	bits_ue(b);			/* bit_depth_chroma_minus8 */
	bits_one(b);			/* qpprime_y_zero_transform_bypass_flag */
	if (bits_one(b)) {		/* seq_scaling_matrix_present_flag */
		for (i = 0; i < (chroma == 3 ? 12 : 8); i++) {
			if (bits_one(b))
				scaling_list_skip(b, i < 6 ? 16 : 64);
		}
	}
	return planes ? 0 : chroma;
}

static void
poc_skip(struct bits *b)
{
	unsigned int type = bits_ue(b), n;

	if (type == 0) {
		bits_ue(b);		/* log2_max_pic_order_cnt_lsb_minus4 */
	} else if (type == 1) {
		bits_one(b);		/* delta_pic_order_always_zero_flag */
		bits_se(b);		/* offset_for_non_ref_pic */
		bits_se(b);		/* offset_for_top_to_bottom_field */
		for (n = bits_ue(b); n > 0 && !b->bad; n--)
			bits_se(b);
	} else if (type != 2)
		b->bad = true;
}

/* Reads the VUI up to its timing (E.1.1). */
static void
vui_read(struct sps *s, struct bits *b)
{
	uint32_t units, scale;

	if (bits_one(b) && bits_get(b, 8) == EXTENDED_SAR)
		bits_skip(b, 32);
	if (bits_one(b))		/* overscan_info_present_flag */
		bits_one(b);
	if (bits_one(b)) {		/* video_signal_type_present_flag */
		bits_skip(b, 4);
		if (bits_one(b))	/* colour_description_present_flag */
			bits_skip(b, 24);
	}
	if (bits_one(b)) {		/* chroma_loc_info_present_flag */
		bits_ue(b);
		bits_ue(b);
	}
	if (!bits_one(b))		/* timing_info_present_flag */
		return;
	units = bits_get(b, 32);
	scale = bits_get(b, 32);
	if (b->bad || units == 0)
		return;
	s->fps = scale / (2.0 * units);	/* a tick is a field, E.2.1 */
	s->fixed = bits_one(b);
}

/* Applies the cropping (7.4.2.1.1); chroma is ChromaArrayType, frames is frame_mbs_only_flag. */
static int
crop(struct sps *s, struct bits *b, unsigned int chroma, unsigned int frames)
{
	uint32_t left = bits_ue(b), right = bits_ue(b);
	uint32_t top = bits_ue(b), bottom = bits_ue(b);
	uint64_t x = (uint64_t)left + right, y = (uint64_t)top + bottom;

	if (chroma == 1 || chroma == 2)
		x *= 2;
	if (chroma == 1)
		y *= 2;
	y *= 2 - frames;
	if (b->bad || x >= s->width || y >= s->height)
		return -1;
	s->width -= (unsigned int)x;
	s->height -= (unsigned int)y;
	return 0;
}

int
h264_sps_read(struct sps *s, const uint8_t *nal, size_t len)
{
	struct bits b = bits_of(nal, len, true);
	unsigned int chroma = 1, frames;
	uint32_t w, h;

	memset(s, 0, sizeof(*s));
	if ((bits_get(&b, 8) & 0x9f) != H264_NAL_SPS)
		return -1;
	s->profile = bits_get(&b, 8);
	s->constraints = bits_get(&b, 8);
	s->level = bits_get(&b, 8);
	s->chroma = 1;
	s->depth = 8;
	bits_ue(&b);			/* seq_parameter_set_id */
	if (has_chroma(s->profile))
		chroma = chroma_read(s, &b);
	bits_ue(&b);			/* log2_max_frame_num_minus4 */
	poc_skip(&b);
	bits_ue(&b);			/* max_num_ref_frames */
	bits_one(&b);			/* gaps_in_frame_num_value_allowed_flag */
	w = bits_ue(&b);
	h = bits_ue(&b);
	frames = bits_one(&b);
	if (!frames)
		bits_one(&b);		/* mb_adaptive_frame_field_flag */
	bits_one(&b);			/* direct_8x8_inference_flag */
	if (b.bad || w >= 4096 || h >= 4096)
		return -1;
	s->width = (w + 1) * 16;
	s->height = (h + 1) * 16 * (2 - frames);
	if (bits_one(&b) && crop(s, &b, chroma, frames) == -1)
		return -1;
	if (bits_one(&b))		/* vui_parameters_present_flag */
		vui_read(s, &b);
	return b.bad ? -1 : 0;
}
