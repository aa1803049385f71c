/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "t.h"
#include "web/web_problem.h"

static void
knows_the_status_of_a_code(void)
{
	t_int(web_problem_find("unauthenticated")->status, 401);
	t_int(web_problem_find("changed")->status, 412);
	t_str(web_problem_find("no-such-channel")->code, "no-such-channel");
	t_int(web_problem_find("database-down")->status, 503);
}

/* A code that only lsctl-act(8) knows must not become a success. */
static void
takes_an_unknown_code_as_a_failure(void)
{
	t_str(web_problem_find("")->code, "tool-failed");
	t_int(web_problem_find("ok")->status, 500);
	t_int(web_problem_find("again")->status, 500);
}

T_MAIN(
	{ "knows_the_status_of_a_code", knows_the_status_of_a_code },
	{ "takes_an_unknown_code_as_a_failure", takes_an_unknown_code_as_a_failure }
)
