/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/reconcile/observed.h"
#include "corpus.h"
#include "t.h"

#include "fuzz/observed.c"

#include <jansson.h>

static int
add(struct observed *s, const char *line)
{
	return observed_add(s, line, strlen(line));
}

static void
a_record_whole(void)
{
	const struct plan_source *p;
	const struct observed_channel *c;
	struct observed s;

	observed_init(&s);
	t_int(add(&s, "{\"channel\":\"c\",\"time\":\"2026-01-01T00:00:10.500Z\",\"state\":\"OBS_ACTIVE\","
	    "\"mode\":\"loop\",\"pin_left_s\":12.5,\"running\":true,\"sources\":{"
	    "\"obs\":{\"silent_s\":2.5,\"stale\":true,\"server\":{\"publishing\":true,"
	    "\"client\":\"7\",\"seen\":\"2026-01-01T00:00:04.250Z\"}},"
	    "\"loop\":{\"server\":null}}}"), 0);
	observed_sort(&s);
	t_ok((c = observed_find(&s, "c")) != NULL && observed_find(&s, "d") == NULL);
	t_str(c->mode, "loop");
	t_int(c->left_ms, 12500);
	t_int(c->sources, 2);
	p = &c->source[0];
	t_str(p->name, "obs");
	t_ok(p->publishing && p->stale);
	t_str(p->client, "7");
	t_int(p->alive_ms, 6250);
	t_int(p->silent_ms, 2500);
	p = &c->source[1];
	t_ok(!p->publishing && !p->stale);
	t_str(p->client, "");
	t_int(p->alive_ms, -1);
	t_int(p->silent_ms, -1);
	observed_free(&s);
}

/* A mode that nobody is in must not be taken for that of a forwarder. */
static void
a_forwarder_that_is_down(void)
{
	struct observed s;

	observed_init(&s);
	t_int(add(&s, "{\"channel\":\"c\",\"state\":\"DOWN\",\"mode\":\"auto\",\"running\":false}"), 0);
	t_str(s.channel[0].mode, "");
	observed_free(&s);
}

static void
unknown_publishers(void)
{
	struct observed s;

	observed_init(&s);
	t_int(add(&s, "{\"host\":\"h\",\"unknown_publishers\":["
	    "{\"stream\":\"x_obs\",\"vhost\":\"\",\"client\":\"5\",\"address\":\"\"},"
	    "{\"stream\":\"z\",\"vhost\":\"v\",\"client\":\"7\",\"address\":\"\"},"
	    "{\"stream\":\"w\",\"vhost\":\"\"}, 3]}"), 0);
	t_int(s.unknown_publishers, 1);
	t_str(s.unknown_publisher[0].stream, "x_obs");
	t_str(s.unknown_publisher[0].client, "5");
	t_int(s.channels, 0);
	t_str(observed_records(&s), "[]");
	observed_free(&s);
}

static void
what_is_no_record_is_left_out(void)
{
	static const char *const lines[] = {
		"", "x", "[]", "3", "{\"channel\":3}", "{\"channel\":\"C\"}",
		"{\"channel\":\"\"}", "{\"channel\":\"c\"} x",
		"{\"channel\":\"c\",\"channel\":\"d\"}",
	};
	struct observed s;
	size_t i;

	observed_init(&s);
	for (i = 0; i < nitems(lines); i++)
		t_int(add(&s, lines[i]), 1);
	t_int(observed_add(&s, "{\"channel\":\"c\"}\0", 16), 1);
	t_int(s.channels, 0);
	observed_free(&s);
}

/* What is reported is what came, and is JSON as a whole. */
static void
records_as_they_came(void)
{
	struct observed s;
	json_t *list;

	observed_init(&s);
	t_int(add(&s, "{\"channel\":\"b\",\"state\":\"OFF\"}"), 0);
	t_int(add(&s, "{\"host\":\"h\"}"), 0);
	t_int(add(&s, "{\"channel\":\"a\",\"state\":\"OFF\",\"new\":[1,2]}"), 0);
	observed_sort(&s);
	t_str(s.channel[0].name, "a");
	list = json_loads(observed_records(&s), 0, NULL);
	t_int(json_array_size(list), 2);
	t_int(json_array_size(json_object_get(json_array_get(list, 1), "new")), 2);
	json_decref(list);
	observed_free(&s);
}

static void
corpus(void)
{
	t_corpus("observed", LLVMFuzzerTestOneInput);
}

T_MAIN(
	{ "a_record_whole", a_record_whole },
	{ "a_forwarder_that_is_down", a_forwarder_that_is_down },
	{ "unknown_publishers", unknown_publishers },
	{ "what_is_no_record_is_left_out", what_is_no_record_is_left_out },
	{ "records_as_they_came", records_as_they_came },
	{ "corpus", corpus }
)
