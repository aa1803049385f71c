/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/bits.h"
#include "codec/hevc_sps.h"

#define HEVC_NAL_SPS	33

/* Reads profile_tier_level() (H.265 7.3.3) and skips its sub-layers. */
static void
profile_read(struct sps *s, struct bits *b, unsigned int sublayers)
{
	unsigned int present[8], i;

	bits_skip(b, 3);		/* profile space, tier */
	s->profile = bits_get(b, 5);
	bits_skip(b, 32 + 48);		/* compatibility and constraint flags */
	s->level = bits_get(b, 8);
	for (i = 0; i < sublayers; i++)
		present[i] = bits_get(b, 2);
	if (sublayers > 0)
		bits_skip(b, 2 * (8 - sublayers));
	for (i = 0; i < sublayers; i++) {
		if (present[i] & 2)
			bits_skip(b, 88);
		if (present[i] & 1)
			bits_skip(b, 8);
	}
}

/* Applies the conformance window (7.4.3.2.1). */
static int
crop(struct sps *s, struct bits *b, unsigned int chroma)
{
	uint64_t x, y;

	x = bits_ue(b);
	x += bits_ue(b);
	y = bits_ue(b);
	y += bits_ue(b);
	if (chroma == 1 || chroma == 2)
		x *= 2;
	if (chroma == 1)
		y *= 2;
	if (b->bad || x >= s->width || y >= s->height)
		return -1;
	s->width -= (unsigned int)x;
	s->height -= (unsigned int)y;
	return 0;
}

/*
 * Does not read the rate: it stands after scaling lists and reference picture sets, whose parser
 * would be larger than all of this. The metadata has the rate.
 */
int
hevc_sps_read(struct sps *s, const uint8_t *nal, size_t len)
{
	struct bits b = bits_of(nal, len, true);
	unsigned int sublayers, chroma;

	memset(s, 0, sizeof(*s));
	if ((bits_get(&b, 16) >> 9 & 0x7f) != HEVC_NAL_SPS)
		return -1;
	bits_skip(&b, 4);		/* sps_video_parameter_set_id */
	if ((sublayers = bits_get(&b, 3)) > 6)
		return -1;
	bits_one(&b);			/* sps_temporal_id_nesting_flag */
	profile_read(s, &b, sublayers);
	bits_ue(&b);			/* sps_seq_parameter_set_id */
	if ((chroma = bits_ue(&b)) > 3)
		return -1;
	s->chroma = chroma;
	if (chroma == 3 && bits_one(&b))
		chroma = 0;		/* separate_colour_plane_flag */
	s->width = bits_ue(&b);
	s->height = bits_ue(&b);
	if (b.bad || s->width == 0 || s->height == 0 || s->width > 65535 ||
	    s->height > 65535)
		return -1;
	if (bits_one(&b) && crop(s, &b, chroma) == -1)
		return -1;
	s->depth = 8 + bits_ue(&b);	/* bit_depth_luma_minus8 */
	return b.bad ? -1 : 0;
}
