/* SPDX-License-Identifier: ISC */
/*
 * Classifies a media message: header, keyframe, other frame; in legacy FLV (FLV 10.1 E.4.2,
 * E.4.3) and Enhanced RTMP v2 (FourCC headers, ModEx and multitrack are recognised). It never
 * decodes. Any bytes are safe input.
 */
#ifndef CODEC_CODEC_H
#define CODEC_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum frame_kind {
	FRAME_BAD,	/* too short or impossible: do not forward */
	FRAME_HEADER,	/* sequence header: AVCDecoderConfigurationRecord, ... */
	FRAME_KEY,	/* video that decoding can start at: AVC IDR, HEVC IRAP, AV1/VP9 key */
	FRAME_INTER,	/* any other video frame */
	FRAME_AUDIO,	/* audio; it needs its header, unless the codec has none (MP3) */
	FRAME_END,	/* end of sequence */
	FRAME_META,	/* onMetaData (with or without @setDataFrame), or Enhanced video metadata */
	FRAME_OTHER	/* captions, cue points, info frames: no effect on a cut */
};

struct frame {
	enum frame_kind	 kind;
	uint32_t	 fourcc;	/* avc1 hvc1 av01 vp09 mp4a .mp3 Opus ac-3 ec-3 fLaC;
					   legacy ids are mapped; 0: none of these */
	int32_t		 cts;		/* video: PTS - DTS in ms (SI24); else 0 */
	uint8_t		 track;		/* multitrack: the first track's id; 0: the default */
	/*
	 * Some encoders send a picture in several messages: parameter sets and SEI apart, or each NAL unit. begins: a
	 * picture begins in this one (H.264 7.4.1.2.4, HEVC 7.4.2.4.4); it has slices. Both are set where it is not known.
	 */
	bool		 begins, slices;
	bool		 marked_key;	/* its FLV header says that it is a keyframe */
	size_t		 nals;		/* where its NAL units begin, each after four bytes of length; 0: not known */
};

#define FOURCC(a, b, c, d) \
	((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

/*
 * Classifies the body of one message; type is MSG_VIDEO, MSG_AUDIO or MSG_DATA. A frame marked
 * as key by its FLV header is FRAME_KEY only if its NAL units agree (one is AVC type 5, HEVC 16 to 23);
 * if they cannot be walked with lengths of four bytes, the FLV header decides.
 */
struct frame	frame_parse(uint8_t type, const uint8_t *body, size_t len);

/* The same for a message of len bytes of which only the first have bytes can be read. */
struct frame	frame_peek(uint8_t type, const uint8_t *body, size_t have, size_t len);

#endif
