/* SPDX-License-Identifier: ISC */
/*
 * Sequence parameter sets: profile and samples, the size of the picture after cropping, and its rate if the VUI has it
 * (H.264 7.3.2.1.1 and annex E; H.265 7.3.2.2 and annex E). Any bytes are safe input.
 */
#ifndef CODEC_SPS_H
#define CODEC_SPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sps {
	unsigned int	 width, height;		/* luma samples shown */
	unsigned int	 profile, level;	/* profile_idc, level_idc */
	double		 fps;			/* frames, not fields, a second; 0: unknown */
	bool		 fixed;			/* every frame has this rate: fixed_frame_rate_flag */
	unsigned int	 constraints;		/* H.264: the byte of the constraint_set flags */
	unsigned int	 chroma, depth;		/* chroma_format_idc; bits of a luma sample */
};

#endif
