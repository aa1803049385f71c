/* SPDX-License-Identifier: ISC */
/* An action as one line of JSON: what lsctl-switch -n prints, and what a program may read. */
#include "base/base.h"
#include "control/reconcile/plan.h"
#include "control/reconcile/plan_line.h"
#include "t.h"

#include <jansson.h>

/* The line of an action, parsed: it is one line of JSON. */
static json_t *
line_of(const struct plan_action *a)
{
	char *line = plan_line(a);
	json_t *o;

	t_ok(line != NULL && strchr(line, '\n') == NULL);
	o = json_loads(line != NULL ? line : "", JSON_REJECT_DUPLICATES, NULL);
	t_ok(json_is_object(o));
	free(line);
	return o;
}

static const char *
text(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "-";
}

static void
each_action_has_a_name_of_its_own(void)
{
	struct plan_action a = { .channel = "krishna", .reason = "so it is wanted" };
	const char *observed[PLAN_DOS];
	json_t *o[PLAN_DOS];
	int i, k;

	for (i = 0; i < PLAN_DOS; i++) {
		a.act = (enum plan_do)i;
		o[i] = line_of(&a);
		observed[i] = text(o[i], "do");
		t_ok(strcmp(observed[i], "-") != 0);
		for (k = 0; k < i; k++)
			t_ok(strcmp(observed[i], observed[k]) != 0);
		t_str(text(o[i], "channel"), "krishna");
		t_str(text(o[i], "reason"), "so it is wanted");
	}
	for (i = 0; i < PLAN_DOS; i++)
		json_decref(o[i]);
}

static void
the_unit_is_named_where_there_is_one(void)
{
	struct plan_action a = { .act = PLAN_START, .unit = PLAN_LOOP, .channel = "krishna", .reason = "w" };
	json_t *o = line_of(&a);

	t_str(text(o, "unit"), "loop");
	t_int(json_object_size(o), 4);
	json_decref(o);
	a.unit = PLAN_FORWARD;
	o = line_of(&a);
	t_str(text(o, "unit"), "forward");
	json_decref(o);
	a.act = PLAN_RELEASE;
	o = line_of(&a);
	t_str(text(o, "unit"), "-");
	json_decref(o);
}

static void
a_switch_says_to_what_and_for_how_long(void)
{
	struct plan_action a = { .act = PLAN_SWITCH, .channel = "krishna", .to = "loop", .for_ms = 600000, .reason = "w" };
	json_t *o = line_of(&a);

	t_str(text(o, "to"), "loop");
	t_int(json_integer_value(json_object_get(o, "for_ms")), 600000);
	json_decref(o);
	a.for_ms = 0;
	o = line_of(&a);
	t_ok(json_object_get(o, "for_ms") == NULL);
	json_decref(o);
}

/* A unknown publisher's stream may be called anything. */
static void
a_kick_says_whom(void)
{
	struct plan_action a = { .act = PLAN_KICK, .stream = "a\"b\\c\n_obs", .client = "c1", .reason = "w" };
	json_t *o = line_of(&a);

	t_str(text(o, "stream"), "a\"b\\c\n_obs");
	t_str(text(o, "client"), "c1");
	t_ok(json_object_get(o, "channel") == NULL && json_object_get(o, "unit") == NULL);
	json_decref(o);
}

T_MAIN(
	{ "each_action_has_a_name_of_its_own", each_action_has_a_name_of_its_own },
	{ "the_unit_is_named_where_there_is_one", the_unit_is_named_where_there_is_one },
	{ "a_switch_says_to_what_and_for_how_long", a_switch_says_to_what_and_for_how_long },
	{ "a_kick_says_whom", a_kick_says_whom }
)
