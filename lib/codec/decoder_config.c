/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/decoder_config.h"

#define AVC_SPS		7
#define AVC_PPS		8
#define HEVC_SPS	33
#define HEVC_PPS	34

/* Skips count NAL units of one type, each after its 16-bit length; 0: one does not fit. */
static size_t
nals_skip(const uint8_t *p, size_t n, size_t pos, unsigned int count,
    unsigned int type)
{
	size_t len;

	for (; count > 0; count--, pos += 2 + len) {
		if (n - pos < 3 || (len = be16(p + pos)) == 0 ||
		    len > n - pos - 2 || (p[pos + 2] & 0x1f) != type)
			return 0;
	}
	return pos;
}

static bool
avcc_is_whole(const uint8_t *p, size_t n)
{
	size_t pos;

	if (n < 7 || p[0] != 1 || (p[5] & 0x1f) == 0)
		return false;
	pos = nals_skip(p, n, 6, p[5] & 0x1f, AVC_SPS);
	return pos != 0 && pos < n && p[pos] != 0 &&
	    nals_skip(p, n, pos + 1, p[pos], AVC_PPS) != 0;
}

static bool
hvcc_is_whole(const uint8_t *p, size_t n)
{
	unsigned int arrays, nals, type, kinds = 0;
	size_t pos = 23, len;

	if (n < 23 || p[0] != 1)
		return false;
	for (arrays = p[22]; arrays > 0; arrays--) {
		if (n - pos < 3)
			return false;
		type = p[pos] & 0x3f;
		nals = be16(p + pos + 1);
		if (nals > 0 && (type == HEVC_SPS || type == HEVC_PPS))
			kinds |= 1u << (type - HEVC_SPS);
		for (pos += 3; nals > 0; nals--, pos += 2 + len)
			if (n - pos < 2 || (len = be16(p + pos)) == 0 ||
			    len > n - pos - 2)
				return false;
	}
	return kinds == 3;
}

/* Object type 0 is "null"; frequency indices 13 and 14 are reserved. */
static bool
asc_is_whole(const uint8_t *p, size_t n)
{
	unsigned int rate;

	if (n < 2 || p[0] >> 3 == 0)
		return false;
	rate = (unsigned int)(p[0] & 7) << 1 | p[1] >> 7;
	return p[0] >> 3 == 31 || (rate != 13 && rate != 14);
}

bool
decoder_config_is_whole(uint32_t fourcc, const uint8_t *p, size_t n)
{
	switch (fourcc) {
	case FOURCC('a', 'v', 'c', '1'):
		return avcc_is_whole(p, n);
	case FOURCC('h', 'v', 'c', '1'):
		return hvcc_is_whole(p, n);
	case FOURCC('m', 'p', '4', 'a'):
		return asc_is_whole(p, n);
	default:
		return n > 0;
	}
}
