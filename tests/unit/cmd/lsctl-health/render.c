/* SPDX-License-Identifier: ISC */
#include "render_stage.h"

#include <sysexits.h>

static void
formats_are_found(void)
{
	t_ok(render_find("xml") == NULL);
	t_str(render_find("prometheus")->name, "prometheus");
	t_ok(render_find("table")->render == render_table);
}

static void
exit_statuses_are_answers(void)
{
	struct health *good = render_good(), *bad = render_bad();

	t_int(render_find("json")->exit_status(good), 0);
	t_int(render_find("json")->exit_status(bad), 1);
	t_int(render_find("nagios")->exit_status(good), 0);
	t_int(render_find("nagios")->exit_status(bad), 2);
	t_int(render_find("table")->no_database, EX_TEMPFAIL);
	t_int(render_find("nagios")->no_database, -1);
	health_free(good);
	health_free(bad);
}

static void
no_byte_moves_a_terminal(void)
{
	struct buf b;

	buf_init(&b, 64);
	t_int(render_plain(&b, "a\033[2J\x7f\r\nb\xc3\xa4"), 0);
	t_mem(buf_head(&b), "a?[2J???b\xc3\xa4", buf_len(&b));
	buf_free(&b);
}

T_MAIN({ "formats_are_found", formats_are_found },
    { "exit_statuses_are_answers", exit_statuses_are_answers },
    { "no_byte_moves_a_terminal", no_byte_moves_a_terminal })
