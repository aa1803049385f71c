/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-health/render_plain.h"
#include "t.h"

static void
no_byte_moves_a_terminal(void)
{
	struct buf b;

	buf_init(&b, 64);
	t_int(render_plain(&b, "a\033[2J\x7f\r\nb\xc3\xa4"), 0);
	t_mem(buf_head(&b), "a?[2J???b\xc3\xa4", buf_len(&b));
	buf_free(&b);
}

T_MAIN({ "no byte moves a terminal", no_byte_moves_a_terminal })
