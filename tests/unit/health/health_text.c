/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_text.h"
#include "t.h"

static const char *
destinations(const char *record)
{
	static char text[80];
	json_t *o = json_loads(record, 0, NULL);

	t_ok(o != NULL);
	health_text_destinations(text, sizeof(text), o);
	json_decref(o);
	return text;
}

static void
records_of_both_kinds(void)
{
	t_str(destinations("{}"), "-");
	t_str(destinations("{\"destinations\":{\"youtube\":{\"state\":\"live\"},\"x\":{\"state\":\"waiting\"}}}"),
	    "1/2 live x:waiting");
	t_str(destinations("{\"destinations\":{\"youtube\":\"live\",\"x\":\"paused\",\"y\":7}}"), "1/3 live x:paused y:");
}

static void
many_are_cut(void)
{
	t_str(destinations("{\"destinations\":{\"aaaaaaaaaaaaaaaaaaaaaaaa\":\"waiting\",\"bbbbbbbbbbbbbbbbbbbbbbbb\":\"waiting\","
	    "\"c\":\"live\"}}"), "1/3 live aaaaaaaaaaaaaaaaaaaaaaaa:waiting bbbbbbbbbbbbbb");
}

T_MAIN({ "records of both kinds", records_of_both_kinds }, { "many are cut", many_are_cut })
