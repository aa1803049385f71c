/* SPDX-License-Identifier: ISC */
/* Reads the format of a track from its sequence header: codec, size, rates. Any bytes are safe input. */
#ifndef CODEC_FORMAT_H
#define CODEC_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does a track of this codec need a sequence header before its first frame? */
int		codec_needs_header(uint32_t fourcc);

/*
 * Is the decoder configuration record in a FRAME_HEADER body complete (decoder_config.h)? A broken one must
 * never reach a decoder.
 */
int	header_is_whole(uint8_t type, const uint8_t *body, size_t len);

struct video_format {
	uint32_t	 fourcc;
	unsigned int	 width, height;		/* 0: unknown */
	unsigned int	 profile, level;	/* as in the configuration record */
	double		 fps;			/* from the VUI timing, 0: unknown */
	bool		 fps_fixed;		/* that is the rate of every frame, and not the highest */
	unsigned int	 constraints, chroma, depth;	/* codec/sps.h; depth 0: unknown */
};

struct audio_format {
	uint32_t	 fourcc;
	unsigned int	 rate, channels;	/* 0: unknown */
	unsigned int	 frame_samples;		/* of one message at that rate: AAC 1024,
						   960, 2048 with explicit SBR; 0: unknown */
	unsigned int	 object_type;	/* of AAC, the first one: ISO 14496-3 table 1.17 */
};

/* Reads the format from a FRAME_HEADER body (for audio without headers: from any frame). 0, or -1:
 * the header is broken, or the codec is not supported here (then only fourcc is set). */
int	video_format_read(struct video_format *, const uint8_t *body, size_t len);
int	audio_format_read(struct audio_format *, const uint8_t *body, size_t len);

/* "h264 1920x1080 30" / "aac 48000 2", without unknown parts. dst is always terminated. */
void	video_format_print(const struct video_format *, char *dst, size_t size);
void	audio_format_print(const struct audio_format *, char *dst, size_t size);

#endif
