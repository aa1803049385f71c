/* SPDX-License-Identifier: ISC */
/*
 * What a media message is: header, keyframe, frame; in legacy FLV (FLV 10.1 E.4.2,
 * E.4.3) and Enhanced RTMP v2 (FourCC headers, ModEx and multitrack recognised). Looks,
 * never decodes. Any bytes are safe input.
 */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include <stddef.h>
#include <stdint.h>

enum frame_kind {
	FRAME_BAD,	/* too short or impossible: do not forward */
	FRAME_HEADER,	/* sequence header: AVCDecoderConfigurationRecord, ... */
	FRAME_KEY,	/* video that decoding can start at: AVC IDR, HEVC IRAP, AV1/VP9 key */
	FRAME_INTER,	/* any other video frame */
	FRAME_AUDIO,	/* audio that needs its header, or none for codecs without one (MP3) */
	FRAME_END,	/* end of sequence */
	FRAME_META,	/* onMetaData (with or without @setDataFrame), or Enhanced video metadata */
	FRAME_OTHER	/* means nothing to a cut: captions, cue points, info frames */
};

struct frame {
	enum frame_kind	 kind;
	uint32_t	 fourcc;	/* avc1 hvc1 av01 vp09 mp4a .mp3 Opus ac-3 ec-3 fLaC;
					   legacy ids are mapped; 0: none of these */
	int32_t		 cts;		/* video: PTS - DTS in ms (SI24); else 0 */
	uint8_t		 track;		/* multitrack: the first track's id; 0: the default */
};

#define FOURCC(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/*
 * Classifies the body of one message; type is MSG_VIDEO, MSG_AUDIO or MSG_DATA. A frame marked
 * as key by its FLV header is FRAME_KEY only if its NAL units say the same (AVC type 5, HEVC
 * 16 to 23); when they cannot be walked with lengths of four bytes, the FLV header is believed.
 */
struct frame	frame_parse(uint8_t type, const uint8_t *body, size_t len);

/* The same for a message of len bytes of which only the first have bytes are at hand. */
struct frame	frame_peek(uint8_t type, const uint8_t *body, size_t have, size_t len);

/* Does a track of this codec need a sequence header before its first frame? */
int		codec_needs_header(uint32_t fourcc);

/*
 * Is the configuration record in a FRAME_HEADER body whole (decoder_config.h)? One that is not must never
 * reach a decoder.
 */
int	header_is_whole(uint8_t type, const uint8_t *body, size_t len);

struct video_format {
	uint32_t	 fourcc;
	unsigned int	 width, height;		/* 0: unknown */
	unsigned int	 profile, level;	/* as in the configuration record */
	double		 fps;			/* from the VUI timing, 0: not told */
};

struct audio_format {
	uint32_t	 fourcc;
	unsigned int	 rate, channels;	/* 0: unknown */
	unsigned int	 frame_samples;		/* that a message carries at that rate: AAC 1024,
						   960, 2048 with explicit SBR; 0: unknown */
};

/* Reads the format out of a FRAME_HEADER body (for audio without headers: any frame). 0, or -1
 * when the header is broken or its codec is not one we look into (then only fourcc is set). */
int	video_format_read(struct video_format *, const uint8_t *body, size_t len);
int	audio_format_read(struct audio_format *, const uint8_t *body, size_t len);

/* "h264 1920x1080 30" / "aac 48000 2"; unknown parts left out. dst is always terminated. */
void	video_format_print(const struct video_format *, char *dst, size_t size);
void	audio_format_print(const struct audio_format *, char *dst, size_t size);

#endif
