/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/error.h"
#include "t.h"

static void
it_has_the_text_and_is_minus_one(void)
{
	struct error err;

	t_int(error_set(&err, "%s:%d: %s", "spec", 3, "must be a list"), -1);
	t_str(err.text, "spec:3: must be a list");
}

static void
what_it_had_may_be_part_of_it(void)
{
	struct error err;

	error_set(&err, "refused");
	error_set(&err, "youtube: %s", err.text);
	t_str(err.text, "youtube: refused");
}

static void
what_does_not_fit_is_left_out(void)
{
	struct error err;

	error_set(&err, "%*s", 2 * ERROR_TEXT, "end");
	t_int(strlen(err.text), ERROR_TEXT - 1);
}

T_MAIN(
	{ "it_has_the_text_and_is_minus_one", it_has_the_text_and_is_minus_one },
	{ "what_it_had_may_be_part_of_it", what_it_had_may_be_part_of_it },
	{ "what_does_not_fit_is_left_out", what_does_not_fit_is_left_out }
)
