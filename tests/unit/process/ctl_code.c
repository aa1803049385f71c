/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "process/ctl_code.h"
#include "t.h"

static void
each_has_a_name_of_its_own(void)
{
	enum ctl_code c;

	for (c = CTL_OK; c < CTL_CODES; c++)
		t_int(ctl_code_find(ctl_code_name(c)), c);
	t_str(ctl_code_name(CTL_OK), "ok");
	t_str(ctl_code_name(CTL_NEEDS_RESTART), "needs-restart");
}

static void
nothing_else_is_one(void)
{
	static const char *const none[] = { NULL, "", "OK", "restart", "needs-restart ", "ok\n" };
	size_t i;

	for (i = 0; i < nitems(none); i++)
		t_int(ctl_code_find(none[i]), CTL_CODES);
}

T_MAIN({ "each_has_a_name_of_its_own", each_has_a_name_of_its_own },
    { "nothing_else_is_one", nothing_else_is_one })
