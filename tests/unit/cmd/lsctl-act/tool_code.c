/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-act/tool_code.h"
#include "t.h"

static void
has_a_code_of_each_status(void)
{
	static const struct {
		int		 status;
		const char	*code;
	} codes[] = {
		{ 0, "ok" }, { 1, "tool-failed" }, { 64, "not-valid" }, { 65, "conflict" }, { 66, "not-found" },
		{ 69, "unavailable" }, { 75, "database-down" }, { 77, "forbidden" }, { 78, "tool-failed" }, { -1, "tool-failed" },
	};
	size_t i;

	for (i = 0; i < nitems(codes); i++)
		t_str(tool_code(codes[i].status), codes[i].code);
}

T_MAIN(
	{ "has_a_code_of_each_status", has_a_code_of_each_status }
)
