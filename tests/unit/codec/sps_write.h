/* SPDX-License-Identifier: ISC */
/* Bits as the standards write parameter sets, without the code under test. */
#ifndef TESTS_UNIT_CODEC_SPS_WRITE_H
#define TESTS_UNIT_CODEC_SPS_WRITE_H

#include "base/base.h"
#include "codec/sps.h"
#include "t.h"

struct writer {
	uint8_t	 b[256];
	size_t	 n;		/* bits */
};

static void
put(struct writer *w, uint64_t v, unsigned int n)
{
	while (n-- > 0) {
		w->b[w->n / 8] |= (uint8_t)((v >> n & 1) << (7 - w->n % 8));
		w->n++;
	}
}

/* ue(v), Exp-Golomb (H.264 9.1) */
static void
put_ue(struct writer *w, uint32_t v)
{
	unsigned int bits = 0;

	while (((uint64_t)v + 1) >> (bits + 1) != 0)
		bits++;
	put(w, 0, bits);
	put(w, (uint64_t)v + 1, bits + 1);
}

/* se(v) */
__attribute__((unused)) static void
put_se(struct writer *w, int32_t v)
{
	put_ue(w, v > 0 ? (uint32_t)v * 2 - 1 : (uint32_t)-v * 2);
}

/* The NAL unit of it: the stop bit, and bytes that prevent a false start code (H.264 7.4.1). */
static size_t
nal_of(struct writer *w, uint8_t *dst)
{
	size_t i, n = 0, zeros = 0, len;

	put(w, 1, 1);
	len = (w->n + 7) / 8;
	for (i = 0; i < len; i++) {
		if (zeros == 2 && w->b[i] <= 3) {
			dst[n++] = 3;
			zeros = 0;
		}
		zeros = w->b[i] == 0 ? zeros + 1 : 0;
		dst[n++] = w->b[i];
	}
	return n;
}

#endif
