/* SPDX-License-Identifier: ISC */
/* Members that are not there, are of another type, or are no JSON at all. */
#include "base/base.h"
#include "health/health_record.h"
#include "t.h"

static json_t *o;

static void
enter(void)
{
	json_decref(o);
	o = json_loads("{\"text\":\"t\",\"number\":2.5,\"whole\":7,\"yes\":true,\"no\":false,\"none\":null,"
	    "\"list\":[1]}", 0, NULL);
	t_ok(o != NULL);
}

static void
what_is_there_is_had(void)
{
	enter();
	t_str(record_text(o, "text"), "t");
	t_int(record_number(o, "number") * 10, 25);
	t_int(record_number(o, "whole"), 7);
	t_ok(record_true(o, "yes"));
	t_ok(!record_true(o, "no"));
}

static void
what_is_not_does_no_harm(void)
{
	static const char *const names[] = { "text", "number", "yes", "no", "none", "list", "missing" };
	size_t i;

	enter();
	for (i = 0; i < nitems(names); i++) {
		if (strcmp(names[i], "text") != 0)
			t_str(record_text(o, names[i]), "");
		if (strcmp(names[i], "number") != 0)
			t_int(record_number(o, names[i]), -1);
		if (strcmp(names[i], "yes") != 0)
			t_ok(!record_true(o, names[i]));
		t_str(record_text(NULL, names[i]), "");
		t_int(record_number(NULL, names[i]), -1);
		t_ok(!record_true(NULL, names[i]));
	}
	json_decref(o);
	o = NULL;
}

static void
times_are_milliseconds_since_the_epoch(void)
{
	t_int(record_time("1970-01-01T00:00:01.250Z"), 1250);
	t_int(record_time("2026-01-02T03:04:05.678Z"), 1767323045678);
	t_int(record_time("2026-01-02T03:04:05Z"), 1767323045000);
	t_int(record_time(""), -1);
	t_int(record_time("yesterday"), -1);
	t_int(record_time("2026-01-02"), -1);
}

static const char *
clean(const char *s)
{
	static char text[64];
	json_t *v = record_clean(s);

	strlcpy(text, json_string_value(v), sizeof(text));
	json_decref(v);
	return text;
}

static void
any_bytes_become_a_string(void)
{
	t_str(clean(""), "");
	t_str(clean("plain"), "plain");
	t_str(clean("\xc3\xa9 \xe0\xa9\xb4"), "\xc3\xa9 \xe0\xa9\xb4");
	t_str(clean("a\xff" "b\x80"), "a?b?");
	t_str(clean("\xc3\xa9\xff\n"), "????");		/* not whole: then nothing but ASCII */
}

T_MAIN(
	{ "what_is_there_is_had", what_is_there_is_had },
	{ "what_is_not_does_no_harm", what_is_not_does_no_harm },
	{ "times_are_milliseconds_since_the_epoch", times_are_milliseconds_since_the_epoch },
	{ "any_bytes_become_a_string", any_bytes_become_a_string }
)
