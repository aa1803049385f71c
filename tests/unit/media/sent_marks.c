/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "media/sent_marks.h"
#include "t.h"

static struct sent_marks s;

static int64_t
at(uint64_t byte)
{
	int64_t dts = -1;

	t_ok(sent_marks_find(&s, byte, &dts));
	return dts;
}

static void
finds_what_stands_at_a_byte(void)
{
	int64_t dts = 7;

	sent_marks_clear(&s);
	t_ok(!sent_marks_find(&s, 0, &dts));
	t_int(dts, 7);
	sent_marks_add(&s, 1000, 0);
	t_int(at(0), 0);
	t_int(at(5000), 0);
	sent_marks_add(&s, 2000, 100);
	sent_marks_add(&s, 3000, 400);
	t_int(at(999), 0);
	t_int(at(1999), 0);
	t_int(at(2000), 100);
	t_int(at(2999), 100);
	t_int(at(3000), 400);
	t_int(at(UINT64_MAX), 400);
	sent_marks_clear(&s);
	t_ok(!sent_marks_find(&s, 1000, &dts));
}

/* 60 frames a second make 10 marks. */
static void
marks_are_100_ms_apart(void)
{
	uint64_t i;

	sent_marks_clear(&s);
	for (i = 0; i < 60; i++)
		sent_marks_add(&s, i * 1000, (int64_t)i * 1000 / 60);
	t_int(s.n, 10);
	for (i = 0; i < 60; i++)
		t_ok(at(i * 1000) <= (int64_t)i * 1000 / 60 && at(i * 1000) > (int64_t)i * 1000 / 60 - SENT_MARK_MS);
}

static void
the_newest_are_kept(void)
{
	uint64_t i;

	sent_marks_clear(&s);
	for (i = 0; i < 3 * SENT_MARKS; i++)
		sent_marks_add(&s, i * 1000, (int64_t)i * SENT_MARK_MS);
	t_int(at(3 * SENT_MARKS * 1000), (3 * SENT_MARKS - 1) * SENT_MARK_MS);
	t_int(at((2 * SENT_MARKS + 7) * 1000), (2 * SENT_MARKS + 7) * SENT_MARK_MS);
	t_int(at(2 * SENT_MARKS * 1000), 2 * SENT_MARKS * SENT_MARK_MS);
	t_int(at(0), 2 * SENT_MARKS * SENT_MARK_MS);	/* and no further */
}

T_MAIN(
	{ "finds_what_stands_at_a_byte", finds_what_stands_at_a_byte },
	{ "marks_are_100_ms_apart", marks_are_100_ms_apart },
	{ "the_newest_are_kept", the_newest_are_kept },
)
