/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/chunk.h"
#include "rtmp/rtmp_role.h"
#include "rtmp/window.h"
#include "t.h"

static struct buf out;

/* The number of the one message of this type that was added; 0: none was. */
static uint32_t
said(uint8_t type)
{
	uint32_t n = 0;

	if (buf_len(&out) == 16 && t_int(buf_head(&out)[7], type))
		n = be32(buf_head(&out) + 12);
	else
		t_int(buf_len(&out), 0);
	buf_clear(&out);
	return n;
}

static void
announces_once_and_within_bounds(void)
{
	struct window w = { .in = 0 };

	buf_init(&out, 4096);
	t_int(window_announce(&w, &out, 0), 0);
	t_int(said(MSG_WINDOW), RTMP_WINDOW_OUT);
	t_int(window_announce(&w, &out, UINT32_MAX), 0);
	t_int(said(MSG_WINDOW), 0);
	t_int(window_announce(&w, &out, 1000), 0);
	t_int(said(MSG_WINDOW), 1000);
	buf_free(&out);
}

static void
acknowledges_at_half(void)
{
	struct window w = { .in = 1249999 };

	buf_init(&out, 4096);
	t_int(window_acknowledge(&w, &out), 0);
	t_int(said(MSG_ACK), 0);
	w.in++;
	t_int(window_acknowledge(&w, &out), 0);
	t_int(said(MSG_ACK), 1250000);
	w.theirs = 1;			/* half of which is nothing: still no word without bytes */
	t_int(window_acknowledge(&w, &out), 0);
	t_int(said(MSG_ACK), 0);
	w.in++;
	t_int(window_acknowledge(&w, &out), 0);
	t_int(said(MSG_ACK), 1250001);
	buf_free(&out);
}

static void
says_when_it_is_full(void)
{
	struct window w = { .in = 5000000 };

	buf_init(&out, 15);
	t_int(window_announce(&w, &out, 1), -1);
	t_int(window_acknowledge(&w, &out), -1);
	buf_free(&out);
}

#define T(name)	{ #name, name }

T_MAIN(
	T(announces_once_and_within_bounds),
	T(acknowledges_at_half),
	T(says_when_it_is_full),
)
