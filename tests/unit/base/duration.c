/* SPDX-License-Identifier: ISC */
#include "t.h"

#include "base/duration.h"

static void
reads_units(void)
{
	t_int(duration_s("90", 1000), 90);
	t_int(duration_s("90s", 1000), 90);
	t_int(duration_s("10m", 1000), 600);
	t_int(duration_s("2h", 86400), 7200);
	t_int(duration_s("1d", 86400), 86400);
}

static void
refuses_the_rest(void)
{
	static const char *const bad[] = { "", "m", "0", "0s", "-1", "+5", " 5", "5 m", "5w", "5mm", "1.5h",
	    "2d", "86401", "99999999999999999999", "0x10" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		t_int(duration_s(bad[i], 86400), -1);
}

T_MAIN(
	{ "reads_units", reads_units },
	{ "refuses_the_rest", refuses_the_rest },
)
