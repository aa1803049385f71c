/* SPDX-License-Identifier: ISC */
/* The first byte is the message type, the rest its body. What holds for every input is checked. */
#include "base/base.h"
#include "codec/codec.h"
#include "codec/format.h"
#include "packet/packet.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
agree(uint8_t type, const uint8_t *p, size_t n)
{
	struct frame f = frame_parse(type, p, n), g;
	size_t have;

	if (n == 0 && f.kind != FRAME_BAD)
		abort();
	if (type != MSG_VIDEO && f.cts != 0)
		abort();
	if (f.cts < -0x800000 || f.cts > 0x7fffff)
		abort();
	/* Fewer bytes at hand may cost certainty, never turn one codec into another. */
	for (have = 0; have <= n && have < 64; have++) {
		g = frame_peek(type, p, have, n);
		if (g.fourcc != 0 && g.fourcc != f.fourcc)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct video_format v;
	struct audio_format a;
	char text[40];

	if (n < 1)
		return 0;
	agree(p[0], p + 1, n - 1);
	if (video_format_read(&v, p + 1, n - 1) == 0 && (v.width > 131072 || v.height > 131072))
		abort();
	if (audio_format_read(&a, p + 1, n - 1) == 0 && a.rate == 0)
		abort();
	video_format_print(&v, text, sizeof(text));
	audio_format_print(&a, text, sizeof(text));
	return 0;
}
