/* SPDX-License-Identifier: ISC */
/* What the numbers of a picture mean as colours, in the words of ffprobe: ITU-T H.273, section 8. */
#ifndef PREPARE_PREPARE_COLOURS_H
#define PREPARE_PREPARE_COLOURS_H

#include <stdbool.h>
#include <stddef.h>

struct colours {
	char	 primaries[24], transfer[24], matrix[24];	/* "": unknown */
	bool	 full;		/* numbers from 0 to 255 */
};

/* Keeps a word if it is one that video may be tagged with, or else makes it "". */
void		 colours_check(struct colours *);

bool		 colours_complete(const struct colours *);

/* "HLG" or "PQ" if a screen for BT.709 cannot show it as it is, or NULL. */
const char	*colours_hdr(const struct colours *);

/*
 * Fills in what is unknown: BT.709 from 1280x720 on, BT.2020 if it is HDR, or else what video of standard definition
 * has. fps: above 27, NTSC.
 */
void		 colours_fill(struct colours *, int width, int height, double fps);

/* BT.709, not full. */
extern const struct colours colours_bt709;

/* The option of ffmpeg's scale that stands for the matrix. */
const char	*colours_scale(const struct colours *);

/* The values of ffmpeg's h264_metadata that tag a stream: "colour_primaries=1:...". Returns dst. */
char		*colours_tags(const struct colours *, char *dst, size_t size);

/* The same for the filter setparams. Returns dst. */
char		*colours_params(const struct colours *, char *dst, size_t size);

#endif
