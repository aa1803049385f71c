/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "rtmp/aggregate.h"
#include "t.h"
#include "wire.h"

static struct wire w;

static void
part(unsigned int type, uint32_t time, const char *body, bool back)
{
	w_byte(&w, type);
	w_int(&w, strlen(body), 3);
	w_int(&w, time & 0xffffff, 3);
	w_byte(&w, time >> 24);
	w_int(&w, 1, 3);
	w_bytes(&w, body, strlen(body));
	if (back)
		w_int(&w, 11 + strlen(body), 4);
}

static void
comes_apart_with_times_rebased(void)
{
	struct aggregate_part p;
	struct aggregate a;

	w.n = 0;
	part(8, 100, "aa", true);
	part(9, 0x01000064, "vvv", true);
	part(18, 90, "", false);
	aggregate_start(&a, 0xfffffff0, w.b, w.n);
	t_int(aggregate_next(&a, &p), 1);
	t_int(p.type, 8);
	t_int(p.time, 0xfffffff0);
	t_int(p.len, 2);
	t_mem(p.body, "aa", 2);
	t_int(aggregate_next(&a, &p), 1);
	t_int(p.type, 9);
	t_int(p.time, 0x00fffff0);
	t_mem(p.body, "vvv", 3);
	t_int(aggregate_next(&a, &p), 1);
	t_int(p.type, 18);
	t_int(p.time, 0xffffffe6);
	t_int(p.len, 0);
	t_int(aggregate_next(&a, &p), 0);
}

static void
every_cut_ends(void)
{
	struct aggregate_part p;
	struct aggregate a;
	size_t i;
	int n, rc;

	w.n = 0;
	part(8, 100, "aa", true);
	part(9, 120, "vvv", true);
	for (i = 0; i <= w.n; i++) {
		aggregate_start(&a, 0, w.b, i);
		for (n = 0; (rc = aggregate_next(&a, &p)) == 1; n++)
			;
		t_int(n, i < 13 ? 0 : i < 31 ? 1 : 2);
		t_int(rc, i == 11 || i == 12 || (i >= 28 && i < 31) ? -1 : 0);
		t_int(aggregate_next(&a, &p), 0);
	}
}

T_MAIN(
	{ "comes_apart_with_times_rebased", comes_apart_with_times_rebased },
	{ "every_cut_ends", every_cut_ends },
)
