/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-top/wall.h"
#include "t.h"

#define HOST	"{\"host\":\"a\",\"time\":\"2026-01-01T00:00:09.000Z\",\"problems\":[]}\n"
#define CHANNEL(name, status) "{\"channel\":\"" name "\",\"state\":\"OBS_ACTIVE\",\"status\":\"" status "\",\"problems\":[]}\n"

static struct wall w;
static struct error err;

static int
take(const char *text)
{
	return wall_read(&w, text, strlen(text), &err);
}

/* The names in their order. */
static const char *
order(void)
{
	static char text[256];
	const json_t *one;
	size_t i;

	text[0] = '\0';
	json_array_foreach(w.channels, i, one) {
		strlcat(text, record_text(one, "channel"), sizeof(text));
		strlcat(text, " ", sizeof(text));
	}
	return text;
}

static void
what_is_wrong_stands_first(void)
{
	t_int(take(HOST CHANNEL("b", "ok") CHANNEL("d", "warning") CHANNEL("a", "ok") CHANNEL("z", "critical")
	    CHANNEL("c", "warning")), 0);
	t_str(order(), "z c d a b ");
	t_int(json_array_size(w.hosts), 1);
	t_int(wall_time(&w), 1767225609000);
	t_str(record_text(wall_find(&w, "d"), "status"), "warning");
	t_ok(wall_find(&w, "x") == NULL);
	wall_free(&w);
}

static void
the_last_pass_is_one_object(void)
{
	t_int(take("{\"time\":\"x\",\"hosts\":[{\"name\":\"a\",\"time\":\"2026-01-01T00:00:09.000Z\"},"
	    "{\"name\":\"b\",\"time\":\"2026-01-01T00:00:10.000Z\"},3],\"channels\":["
	    "{\"channel\":\"k\",\"status\":\"ok\"},{\"channel\":\"j\",\"status\":\"critical\"}]}"), 0);
	t_str(order(), "j k ");
	t_int(wall_time(&w), 1767225610000);
	wall_free(&w);
}

/* The last one that could be read stays. */
static void
nonsense_is_refused(void)
{
	t_int(take(HOST CHANNEL("k", "ok")), 0);
	t_int(take(""), -1);
	t_str(err.text, "no record of a host");
	t_int(take(HOST "{\"channel\":"), -1);
	t_ok(strstr(err.text, "not a health record") != NULL);
	t_int(take("[1]"), -1);
	t_int(take(HOST "7"), -1);
	t_str(order(), "k ");
	wall_free(&w);
	t_ok(wall_find(&w, "k") == NULL);
	t_int(wall_time(&w), -1);
}

static void
a_filter_looks_at_names_states_and_codes(void)
{
	json_t *o = json_loads("{\"channel\":\"krishna\",\"state\":\"LOOP_ACTIVE\",\"status\":\"warning\","
	    "\"problems\":[{\"code\":\"destination-down\"}]}", 0, NULL);

	t_ok(wall_matches(o, ""));
	t_ok(wall_matches(o, "rish"));
	t_ok(wall_matches(o, "loop"));
	t_ok(wall_matches(o, "warn"));
	t_ok(wall_matches(o, "destination"));
	t_ok(!wall_matches(o, "radha"));
	json_decref(o);
}

T_MAIN({ "what is wrong stands first", what_is_wrong_stands_first },
    { "the last pass is one object", the_last_pass_is_one_object }, { "nonsense is refused", nonsense_is_refused },
    { "a filter looks at names, states and codes", a_filter_looks_at_names_states_and_codes })
