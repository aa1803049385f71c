/* SPDX-License-Identifier: ISC */
/* Enhanced RTMP v2, "ExVideoTagHeader" and "ExAudioTagHeader": what a message says before its codec's own bytes. */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/ertmp_header.h"
#include "packet/packet.h"
#include "t.h"

#define HEVC	FOURCC('h', 'v', 'c', '1')
#define OPUS	FOURCC('O', 'p', 'u', 's')

/* Bytes from hexadecimal, spaces allowed. */
static size_t
hex(uint8_t *dst, const char *s)
{
	size_t n = 0;
	unsigned int v;

	for (; sscanf(s, "%2x", &v) == 1; s += 2) {
		while (*s == ' ')
			s++;
		dst[n++] = (uint8_t)v;
	}
	return n;
}

struct expect {
	const char	*bytes;
	enum ex_packet	 packet;
	uint32_t	 fourcc;
	size_t		 body;
	uint8_t		 track;
	uint32_t	 nanos;
};

static void
check(uint8_t type, const struct expect *e, size_t n)
{
	struct ertmp_header x;
	uint8_t b[600];
	size_t i;

	for (i = 0; i < n; i++) {
		if (!t_int(ertmp_header_read(&x, type, b, hex(b, e[i].bytes)), 0) ||
		    !t_int(x.packet, e[i].packet) || !t_int(x.fourcc, e[i].fourcc) ||
		    !t_int(x.body, e[i].body) || !t_int(x.track, e[i].track) ||
		    !t_int(x.nanos, e[i].nanos))
			printf("# in: %s\n", e[i].bytes);
	}
}

static void
video_packets(void)
{
	static const struct expect e[] = {
		{ "90 68766331 01", EX_SEQUENCE_START, HEVC, 5, 0, 0 },
		{ "91 68766331 01", EX_CODED_FRAMES, HEVC, 5, 0, 0 },
		{ "92 68766331", EX_SEQUENCE_END, HEVC, 5, 0, 0 },
		{ "a3 68766331 01", EX_CODED_FRAMES_X, HEVC, 5, 0, 0 },
		{ "94 68766331 02", EX_METADATA, HEVC, 5, 0, 0 },
		{ "95 68766331 47", EX_OTHER, HEVC, 5, 0, 0 },	/* MPEG-2 TS */
		{ "98 68766331", EX_OTHER, HEVC, 5, 0, 0 },		/* reserved */
		{ "d1 00", EX_OTHER, 0, 1, 0, 0 },			/* a command has no codec, */
		{ "d4 68766331 02", EX_METADATA, HEVC, 5, 0, 0 },	/* metadata has, whatever the frame type */
	};

	check(MSG_VIDEO, e, nitems(e));
}

static void
audio_packets(void)
{
	static const struct expect e[] = {
		{ "90 4f707573 01", EX_SEQUENCE_START, OPUS, 5, 0, 0 },
		{ "91 4f707573 01", EX_CODED_FRAMES, OPUS, 5, 0, 0 },
		{ "92 4f707573", EX_SEQUENCE_END, OPUS, 5, 0, 0 },
		{ "93 4f707573", EX_OTHER, OPUS, 5, 0, 0 },		/* video's CodedFramesX */
		{ "94 4f707573 00", EX_OTHER, OPUS, 5, 0, 0 },	/* channels */
		{ "d1 4f707573 01", EX_CODED_FRAMES, OPUS, 5, 0, 0 },	/* no command: that is video's */
	};

	check(MSG_AUDIO, e, nitems(e));
}

static void
modifiers_are_passed_over(void)
{
	static const struct expect e[] = {
		{ "97 02 0003e8 01 68766331 01", EX_CODED_FRAMES, HEVC, 10, 0, 1000 },
		/* too short for nanoseconds, another kind: nothing of ours */
		{ "97 01 03e8 01 68766331 01", EX_CODED_FRAMES, HEVC, 9, 0, 0 },
		{ "97 02 0003e8 11 68766331 01", EX_CODED_FRAMES, HEVC, 10, 0, 0 },
		/* the last of two counts, and what follows it */
		{ "97 02 000001 07 03 00000200 03 68766331", EX_CODED_FRAMES_X, HEVC, 16, 0, 2 },
		{ "97 ff 0002 000005 00 68766331", EX_SEQUENCE_START, HEVC, 12, 0, 5 },
	};

	check(MSG_VIDEO, e, nitems(e));
}

static void
the_first_track_is_taken(void)
{
	static const struct expect video[] = {
		{ "96 00 68766331 03 01", EX_SEQUENCE_START, HEVC, 7, 3, 0 },
		{ "96 11 68766331 04 000002 aabb 05 000001 cc", EX_CODED_FRAMES, HEVC, 10, 4, 0 },
		{ "96 21 68766331 06 000001 aa 61763031 07 000001 bb", EX_CODED_FRAMES, HEVC, 10, 6, 0 },
		{ "97 02 000009 06 01 68766331 02 01", EX_CODED_FRAMES, HEVC, 12, 2, 9 },
		{ "95 00 68766331 03 01", EX_OTHER, 0x00687663, 5, 0, 0 },	/* 5 is audio's multitrack */
	};
	static const struct expect audio[] = {
		{ "95 01 4f707573 02 01", EX_CODED_FRAMES, OPUS, 7, 2, 0 },
		{ "96 01 4f7075 73", EX_OTHER, 0x014f7075, 5, 0, 0 },	/* 6 is video's */
	};

	check(MSG_VIDEO, video, nitems(video));
	check(MSG_AUDIO, audio, nitems(audio));
}

static void
against_the_rules(void)
{
	static const char *const bad[] = { "", "91", "91 687663", "97", "97 02 0003e8", "97 02 0003e8 01 687663",
	    "97 ff", "97 ff 00", "97 ff 0002 0000", "96", "96 00", "96 00 687663", "96 00 68766331",
	    "96 11 68766331 00 0000", "96 06 68766331 03 01" /* tracks in tracks */ };
	uint8_t b[32], *exact;
	struct ertmp_header x;
	size_t i, n;

	for (i = 0; i < nitems(bad); i++) {
		n = hex(b, bad[i]);
		exact = malloc(n + 1);		/* to the byte, for the sanitizer */
		memcpy(exact, b, n);
		if (!t_int(ertmp_header_read(&x, MSG_VIDEO, exact, n), -1))
			printf("# in: %s\n", bad[i]);
		free(exact);
	}
	t_int(ertmp_header_read(&x, MSG_AUDIO, b, hex(b, "95 05 4f707573 02 01")), -1);
}

T_MAIN(
	{ "video_packets", video_packets },
	{ "audio_packets", audio_packets },
	{ "modifiers_are_passed_over", modifiers_are_passed_over },
	{ "the_first_track_is_taken", the_first_track_is_taken },
	{ "against_the_rules", against_the_rules },
)
