/* SPDX-License-Identifier: ISC */
/* A destination that is sent to both of its addresses: two connections. */
#include "base/base.h"
#include "spec/spec_parse.h"
#include "t.h"

#define NAME	"a23456789-123456789-123456789-123456789-123456789-123456789-123"	/* as long as may be */
#define BOTH	"\"url\":\"rtmp://h/a\",\"key\":\"k\",\"backup_url\":\"rtmp://i/b\",\"ca_file\":\"c\",\"queue_ms\":2000," \
	"\"send_to\":\"both\""

static struct spec_fault fault;

static struct spec *
with(const char *destinations)
{
	char text[8192];

	snprintf(text, sizeof(text), "{\"channel\":\"c\",\"sources\":[{\"name\":\"o\",\"url\":\"rtmp://h/l/o\"}],"
	    "\"destinations\":[%s]}", destinations);
	return spec_parse(text, strlen(text), "/dir", SPEC_FORWARD, &fault);
}

static void
both_are_two_connections(void)
{
	struct spec *s = with("{\"name\":\"" NAME "\"," BOTH "},{\"name\":\"y\",\"url\":\"rtmp://h/y/y\"}");
	const struct spec_dest *d;

	if (!t_ok(s != NULL))
		return;
	t_int(s->dests, 3);
	d = s->dest;
	t_str(d[0].name, NAME);
	t_str(d[0].url, "rtmp://h/a");
	t_ok(d[0].backup_url == NULL && d[1].backup_url == NULL);
	t_ok(!d[0].backup_leg && d[1].backup_leg && !d[2].backup_leg);
	t_str(d[1].name, NAME ":backup");
	t_str(d[1].url, "rtmp://i/b");
	t_str(d[1].key, "k");
	t_str(d[1].ca_file, "/dir/c");
	t_int(d[1].queue_ms, 2000);
	t_ok(!spec_dest_same(&d[0], &d[1]));
	t_int(d[0].item, 0);
	t_int(d[1].item, 0);
	t_int(d[2].item, 1);
	spec_free(s);
}

static void
one_is_one(void)
{
	struct spec *s = with("{\"name\":\"y\",\"url\":\"rtmp://h/a\",\"key\":\"k\",\"backup_url\":\"rtmp://i/b\","
	    "\"send_to\":\"one\"}");

	if (!t_ok(s != NULL))
		return;
	t_int(s->dests, 1);
	t_str(s->dest[0].backup_url, "rtmp://i/b");
	spec_free(s);
}

/* 32 destinations with two connections each. */
static void
as_many_as_may_be(void)
{
	char text[8000] = "";
	struct spec *s;
	size_t n = 0;
	int i;

	for (i = 0; i < SPEC_DESTS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s{\"name\":\"d%d\"," BOTH "}", i > 0 ? "," : "", i);
	s = with(text);
	if (t_ok(s != NULL)) {
		t_int(s->dests, SPEC_LEGS);
		t_str(s->dest[SPEC_LEGS - 1].name, "d31:backup");
		t_int(s->dest[SPEC_LEGS - 1].item, 31);
	}
	spec_free(s);
}

static void
what_is_not_valid(void)
{
	static const struct { const char *dest, *field, *reason; } rows[] = {
		{ "{\"name\":\"y\",\"url\":\"rtmp://h/a/b\",\"send_to\":\"both\"}", "destinations[0].send_to",
		    "is both, which needs a backup_url" },
		{ "{\"name\":\"y\",\"url\":\"rtmp://h/a/b\",\"send_to\":\"all\"}", "destinations[0].send_to",
		    "must be one or both" },
		{ "{\"name\":\"y\"," BOTH "},{\"name\":\"y\"," BOTH "}", "destinations[1].name", "is used twice" },
	};
	size_t i;

	for (i = 0; i < nitems(rows); i++) {
		t_ok(with(rows[i].dest) == NULL);
		t_str(fault.field, rows[i].field);
		t_str(fault.reason, rows[i].reason);
	}
}

T_MAIN(
	{ "both_are_two_connections", both_are_two_connections },
	{ "one_is_one", one_is_one },
	{ "as_many_as_may_be", as_many_as_may_be },
	{ "what_is_not_valid", what_is_not_valid },
)
