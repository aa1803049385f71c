/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/handshake.h"
#include "t.h"

#include <errno.h>

static uint8_t s[HANDSHAKE_TAKES + 10];

static void
setup(uint8_t version)
{
	size_t i;

	for (i = 0; i < sizeof(s); i++)
		s[i] = (uint8_t)(i * 31);
	s[0] = version;
}

static void
begins_with_c0_c1(void)
{
	static const uint8_t zero[8];
	struct handshake h;
	struct buf out;

	buf_init(&out, 4096);
	t_int(handshake_start(&h, &out), 0);
	t_int(buf_len(&out), 1537);
	t_int(buf_head(&out)[0], 3);
	t_mem(buf_head(&out) + 1, zero, 8);
	t_ok(!handshake_done(&h));
	buf_free(&out);
}

/* Fed step bytes at a time. */
static void
any_split(size_t step, uint8_t version)
{
	struct handshake h;
	struct buf out;
	size_t off = 0, k;
	ptrdiff_t used;

	setup(version);
	buf_init(&out, 4096);
	t_int(handshake_start(&h, &out), 0);
	buf_clear(&out);
	while (!handshake_done(&h)) {
		t_int(buf_len(&out), off == 0 ? 0 : off > 1537 ? 1536 : off - 1);
		k = step < sizeof(s) - off ? step : sizeof(s) - off;
		used = handshake_read(&h, s + off, k, &out);
		if (!t_ok(used > 0))
			break;
		off += (size_t)used;
	}
	t_int(off, HANDSHAKE_TAKES);
	t_int(buf_len(&out), 1536);
	t_mem(buf_head(&out), s + 1, 1536);
	t_int(handshake_read(&h, s, 10, &out), 0);
	buf_free(&out);
}

static void
any_split_is_the_same(void)
{
	any_split(1, 3);
	any_split(7, 3);
	any_split(1536, 3);
	any_split(1537, 3);
	any_split(1538, 3);
	any_split(4000, 3);
}

static void
other_versions_are_let_pass(void)
{
	any_split(1000, 6);
	any_split(1000, 0);
}

static void
other_protocols_are_not(void)
{
	static const uint8_t http[] = "HTTP/1.1 400 Bad Request";
	struct handshake h;
	struct buf out;

	buf_init(&out, 4096);
	t_int(handshake_start(&h, &out), 0);
	t_int(handshake_read(&h, http, 0, &out), 0);
	errno = 0;
	t_int(handshake_read(&h, http, sizeof(http), &out), -1);
	t_int(errno, EPROTO);
	buf_free(&out);
}

static void
a_full_buffer_is_an_error(void)
{
	struct handshake h;
	struct buf out;

	buf_init(&out, 1000);
	t_int(handshake_start(&h, &out), -1);
	buf_free(&out);
	buf_init(&out, 1600);
	t_int(handshake_start(&h, &out), 0);
	setup(3);
	errno = 0;
	t_int(handshake_read(&h, s, sizeof(s), &out), -1);
	t_int(errno, ENOBUFS);
	buf_free(&out);
}

T_MAIN(
	{ "begins_with_c0_c1", begins_with_c0_c1 },
	{ "any_split_is_the_same", any_split_is_the_same },
	{ "other_versions_are_let_pass", other_versions_are_let_pass },
	{ "other_protocols_are_not", other_protocols_are_not },
	{ "a_full_buffer_is_an_error", a_full_buffer_is_an_error },
)
