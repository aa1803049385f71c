/* SPDX-License-Identifier: ISC */
/*
 * Reads bits from bytes, most significant first, as codec headers are written. A read past
 * the end gives zeros and sets bad: a parser checks bad once, at its end.
 */
#ifndef CODEC_BITS_H
#define CODEC_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bits {
	const uint8_t	*p;		/* borrowed */
	size_t		 len;		/* bytes */
	size_t		 pos;		/* bits */
	bool		 nal;		/* skip emulation prevention bytes, 00 00 03 (H.264 7.4.1) */
	bool		 bad;
};

static inline struct bits
bits_of(const uint8_t *p, size_t len, bool nal)
{
	return (struct bits){ .p = p, .len = len, .nal = nal };
}

static inline unsigned int
bits_one(struct bits *b)
{
	size_t i = b->pos / 8;

	if (b->nal && b->pos % 8 == 0 && i >= 2 && i < b->len && b->p[i] == 3 &&
	    b->p[i - 1] == 0 && b->p[i - 2] == 0) {
		b->pos += 8;
		i++;
	}
	if (i >= b->len) {
		b->bad = true;
		return 0;
	}
	return b->p[i] >> (7 - b->pos++ % 8) & 1;
}

/* n bits, 0 to 32. */
static inline uint32_t
bits_get(struct bits *b, unsigned int n)
{
	uint32_t v = 0;

	while (n-- > 0)
		v = v << 1 | bits_one(b);
	return v;
}

static inline void
bits_skip(struct bits *b, unsigned int n)
{
	while (n-- > 0)
		bits_one(b);
}

/* ue(v), Exp-Golomb (H.264 9.1); more than 31 leading zeros set bad. */
static inline uint32_t
bits_ue(struct bits *b)
{
	unsigned int zeros = 0;

	while (!b->bad && bits_one(b) == 0)
		zeros++;
	if (zeros > 31)
		b->bad = true;
	if (b->bad)
		return 0;
	return (1u << zeros) - 1 + bits_get(b, zeros);
}

/* se(v). */
static inline int32_t
bits_se(struct bits *b)
{
	uint32_t v = bits_ue(b);

	return v & 1 ? (int32_t)(v / 2 + 1) : -(int32_t)(v / 2);
}

#endif
