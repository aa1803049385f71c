/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/ertmp_header.h"
#include "packet/packet.h"

#define MODEX			7	/* same for audio and video */
#define MODEX_NANOS		0
#define AUDIO_MULTITRACK	5
#define VIDEO_MULTITRACK	6
#define VIDEO_METADATA		4
#define VIDEO_FRAME_COMMAND	5
#define ONE_TRACK		0	/* AvMultitrackType */

static enum ex_packet
packet_type(uint8_t type, unsigned int wire)
{
	static const enum ex_packet video[] = {
		EX_SEQUENCE_START, EX_CODED_FRAMES, EX_SEQUENCE_END,
		EX_CODED_FRAMES_X, EX_METADATA
	};
	static const enum ex_packet audio[] = {
		EX_SEQUENCE_START, EX_CODED_FRAMES, EX_SEQUENCE_END
	};

	if (type == MSG_VIDEO)
		return wire < nitems(video) ? video[wire] : EX_OTHER;
	return wire < nitems(audio) ? audio[wire] : EX_OTHER;
}

/* Reads one modifier: its size, its data, and a byte with its type and the next packet type. */
static int
modifier_read(struct ertmp_header *x, unsigned int *wire, const uint8_t *p, size_t n)
{
	size_t size, pos = x->body;

	if (n - pos < 1)
		return -1;
	size = p[pos++] + 1u;
	if (size == 256) {
		if (n - pos < 2)
			return -1;
		size = be16(p + pos) + 1u;
		pos += 2;
	}
	if (n - pos <= size)
		return -1;
	if (p[pos + size] >> 4 == MODEX_NANOS && size >= 3)
		x->nanos = be24(p + pos);
	*wire = p[pos + size] & 0x0f;
	x->body = pos + size + 1;
	return 0;
}

static int
fourcc_read(struct ertmp_header *x, const uint8_t *p, size_t n)
{
	if (n - x->body < 4)
		return -1;
	x->fourcc = be32(p + x->body);
	x->body += 4;
	return 0;
}

/* Reads codec, id and, with more than one track, size: for the first track, all three multitrack
 * types have this order. */
static int
track_read(struct ertmp_header *x, unsigned int *wire, unsigned int multitrack,
    const uint8_t *p, size_t n)
{
	unsigned int kind;
	size_t more;

	if (n - x->body < 1)
		return -1;
	kind = p[x->body] >> 4;
	*wire = p[x->body++] & 0x0f;
	if (*wire == multitrack || fourcc_read(x, p, n) == -1)
		return -1;
	more = kind == ONE_TRACK ? 1 : 4;
	if (n - x->body < more)
		return -1;
	x->track = p[x->body];
	x->body += more;
	return 0;
}

int
ertmp_header_read(struct ertmp_header *x, uint8_t type, const uint8_t *p, size_t n)
{
	unsigned int multitrack, wire;

	memset(x, 0, sizeof(*x));
	if (n < 1)
		return -1;
	multitrack = type == MSG_VIDEO ? VIDEO_MULTITRACK : AUDIO_MULTITRACK;
	wire = p[0] & 0x0f;
	x->body = 1;
	while (wire == MODEX) {
		if (modifier_read(x, &wire, p, n) == -1)
			return -1;
	}
	if (type == MSG_VIDEO && wire != VIDEO_METADATA &&
	    (p[0] >> 4 & 7) == VIDEO_FRAME_COMMAND) {
		x->packet = EX_OTHER;
		return 0;
	}
	if (wire == multitrack) {
		if (track_read(x, &wire, multitrack, p, n) == -1)
			return -1;
	} else if (fourcc_read(x, p, n) == -1)
		return -1;
	x->packet = packet_type(type, wire);
	return 0;
}
