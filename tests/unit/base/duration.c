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
what_is_no_duration_is_told_apart_from_what_is_out_of_range(void)
{
	static const char *const bad[] = { "", "m", "-1", "+5", " 5", "5 m", "5w", "5mm", "1.5h", "0x10", "h2" };
	static const char *const far[] = { "0", "0s", "2d", "86401", "99999999999999999999" };
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		t_int(duration_s(bad[i], 86400), DURATION_BAD);
	for (i = 0; i < sizeof(far) / sizeof(far[0]); i++)
		t_int(duration_s(far[i], 86400), DURATION_RANGE);
}

static void
the_reason_names_the_limit_as_people_write_it(void)
{
	char text[64];

	t_str(duration_reason(text, sizeof(text), DURATION_BAD, 60), "not a duration: write 90s, 10m, 2h or 1d");
	t_str(duration_reason(text, sizeof(text), DURATION_RANGE, 30 * 86400), "must be 1s to 30d");
	t_str(duration_reason(text, sizeof(text), DURATION_RANGE, 3600), "must be 1s to 1h");
	t_str(duration_reason(text, sizeof(text), DURATION_RANGE, 90), "must be 1s to 90s");
}

static void
short_forms_have_two_units(void)
{
	static const struct {
		int64_t		 ms;
		const char	*text;
	} all[] = {
		{ -1, "-" }, { 0, "0s" }, { 59999, "59s" }, { 60000, "1m00s" }, { 723000, "12m03s" }, { 3599999, "59m59s" },
		{ 3600000, "1h00m" }, { 14700000, "4h05m" }, { 86400000, "1d00h" }, { 273600000, "3d04h" },
		{ 366LL * 86400000, "366d00h" }
	};
	char text[16];
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		t_str(duration_short(text, sizeof(text), all[i].ms), all[i].text);
}

T_MAIN(
	{ "short forms have two units", short_forms_have_two_units },
	{ "reads_units", reads_units },
	{ "what_is_no_duration_is_told_apart_from_what_is_out_of_range",
	    what_is_no_duration_is_told_apart_from_what_is_out_of_range },
	{ "the_reason_names_the_limit_as_people_write_it", the_reason_names_the_limit_as_people_write_it },
)
