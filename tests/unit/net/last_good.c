/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "net/last_good.h"
#include "t.h"

static struct race_list
list(int n)
{
	struct race_list l = { .n = n };

	return l;
}

static void
what_was_put_last_is_there(void)
{
	struct race_list l = list(1), got;

	t_ok(!last_good_get("a", "1", &got, 1000));
	last_good_put("a", "1", &l, 1000);
	l = list(2);
	last_good_put("a", "2", &l, 1000);
	t_ok(last_good_get("a", "1", &got, 1000) && got.n == 1);
	l = list(3);
	last_good_put("a", "1", &l, 1000);
	t_ok(last_good_get("a", "1", &got, 1000) && got.n == 3);
	t_ok(last_good_get("a", "2", &got, 1000) && got.n == 2);
	/* an address may be somebody else's after a day */
	t_ok(last_good_get("a", "2", &got, 1000 + LAST_GOOD_MS) && !last_good_get("a", "2", &got, 1001 + LAST_GOOD_MS));
}

static void
the_oldest_makes_room(void)
{
	struct race_list l = list(1), got;
	char name[16];
	int i;

	last_good_put("first", "1", &l, 1000);
	last_good_put("kept", "1", &l, 1000);
	for (i = 0; i < LAST_GOOD - 1; i++) {
		snprintf(name, sizeof(name), "n%d", i);
		last_good_put(name, "1", &l, 1000);
		if (i == LAST_GOOD / 2)
			last_good_put("kept", "1", &l, 1000);
	}
	t_ok(!last_good_get("first", "1", &got, 1000));
	t_ok(last_good_get("kept", "1", &got, 1000));
	t_ok(last_good_get("n0", "1", &got, 1000));
}

#define T(name)	{ #name, name }

T_MAIN(
	T(what_was_put_last_is_there),
	T(the_oldest_makes_room),
)
