/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/reconcile/plan_line.h"

#include <jansson.h>

static void
set_text(json_t *o, const char *name, const char *text)
{
	if (text[0] != '\0')
		json_object_set_new(o, name, json_string(text));
}

char *
plan_line(const struct plan_action *a)
{
	json_t *o = json_object();
	char *line;

	set_text(o, "do", plan_do_name(a->act));
	set_text(o, "channel", a->channel);
	if (a->act != PLAN_KICK && a->act != PLAN_RELEASE)
		set_text(o, "unit", plan_unit_name(a->unit));
	set_text(o, "to", a->to);
	if (a->for_ms > 0)
		json_object_set_new(o, "for_ms", json_integer(a->for_ms));
	set_text(o, "stream", a->stream);
	set_text(o, "client", a->client);
	set_text(o, "reason", a->reason);
	line = json_dumps(o, JSON_COMPACT);
	json_decref(o);
	return line;
}
