/* SPDX-License-Identifier: ISC */
/*
 * The Enhanced RTMP v2 header of an audio or video message (ExAudioTagHeader,
 * ExVideoTagHeader). Skips modifiers, and reads the first track of a multitrack message.
 */
#ifndef CODEC_ERTMP_HEADER_H
#define CODEC_ERTMP_HEADER_H

#include <stddef.h>
#include <stdint.h>

#define EX_AUDIO_FORMAT	9	/* SoundFormat that announces an ExAudioTagHeader */

/* AudioPacketType and VideoPacketType in one enumeration. */
enum ex_packet {
	EX_SEQUENCE_START,
	EX_CODED_FRAMES,
	EX_SEQUENCE_END,
	EX_CODED_FRAMES_X,	/* video: composition time 0, not written */
	EX_METADATA,		/* video: AMF, colour */
	EX_OTHER		/* MPEG-2 TS start, channel layout, commands, reserved */
};

struct ertmp_header {
	enum ex_packet	 packet;
	uint32_t	 fourcc;	/* 0 with a command */
	uint8_t		 track;
	uint32_t	 nanos;		/* TimestampOffsetNano: is added to the message's time */
	size_t		 body;		/* where the codec's own bytes begin */
};

/* type is MSG_VIDEO (its first byte has bit 7) or MSG_AUDIO. 0, or -1: too short or not valid. */
int	ertmp_header_read(struct ertmp_header *, uint8_t type, const uint8_t *, size_t);

#endif
