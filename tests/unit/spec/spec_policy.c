/* SPDX-License-Identifier: ISC */
/* What the spec says of when and how a destination is left, and of the way to it. */
#include "base/base.h"
#include "spec/spec_parse.h"
#include "t.h"

static struct spec_fault fault;

/* A spec with these fields more in its destination. */
static struct spec *
with(const char *fields)
{
	char text[1024];

	snprintf(text, sizeof(text), "{\"channel\":\"c\",\"sources\":[{\"name\":\"obs\",\"url\":\"rtmp://h/a/b\"}],\n"
	    "\"destinations\":[{\"name\":\"d\",\"url\":\"rtmp://h/a/b\"%s}]}", fields);
	return spec_parse(text, strlen(text), "/dir", SPEC_FORWARD, &fault);
}

static void
refused(const char *fields, const char *field, const char *reason)
{
	char at[64];

	snprintf(at, sizeof(at), "destinations[0].%s", field);
	t_ok(with(fields) == NULL);
	t_int(fault.line, 2);
	t_str(fault.field, at);
	t_str(fault.reason, reason);
}

static void
all_of_it(void)
{
	struct spec *s = with(",\"on_change\":\"redial\",\"unpublish\":\"never\",\"renew_ms\":43200000,"
	    "\"renew_at\":\"04:30\",\"schedule\":\"mon-fri 18:00-22:00\",\"max_kbps\":6000,\"bind\":\"192.0.2.1\",\"proxy\":\"http://h:3128\"");

	if (t_ok(s != NULL)) {
		t_int(s->dest[0].on_change, CHANGE_REDIAL);
		t_int(s->dest[0].unpublish, UNPUBLISH_NEVER);
		t_int(s->dest[0].renew_ms, 43200000);
		t_int(s->dest[0].renew_at, 4 * 60 + 30);
		t_int(s->dest[0].schedule.windows, 1);
		t_int(s->dest[0].max_kbps, 6000);
		t_str(s->dest[0].bind, "192.0.2.1");
		t_str(s->dest[0].proxy, "http://h:3128");
	}
	spec_free(s);
	s = with(",\"on_change\":\"continue\",\"unpublish\":\"always\"");
	if (t_ok(s != NULL)) {
		t_int(s->dest[0].on_change, CHANGE_CONTINUE);
		t_int(s->dest[0].unpublish, UNPUBLISH_ALWAYS);
	}
	spec_free(s);
}

static void
none_of_it(void)
{
	struct spec *s = with("");

	if (t_ok(s != NULL)) {
		t_int(s->dest[0].on_change, CHANGE_CONTINUE);
		t_int(s->dest[0].unpublish, UNPUBLISH_AUTO);
		t_int(s->dest[0].renew_ms, 0);
		t_int(s->dest[0].renew_at, -1);
		t_int(s->dest[0].schedule.windows, 0);
		t_int(s->dest[0].max_kbps, 0);
		t_str(s->dest[0].bind, "");
		t_str(s->dest[0].proxy, "");
	}
	spec_free(s);
}

static void
what_is_not_valid(void)
{
	refused(",\"on_change\":\"stop\"", "on_change", "must be continue or redial");
	refused(",\"unpublish\":\"no\"", "unpublish", "must be auto, always or never");
	refused(",\"renew_ms\":604800001", "renew_ms", "must be a whole number from 0 to 604800000");
	refused(",\"renew_at\":\"24:00\"", "renew_at", "must be a time of day like 04:00");
	refused(",\"schedule\":\"monday\"", "schedule", "must be like mon-fri 18:00-22:00; sun 09:00-12:00");
	refused(",\"bind\":\"a name\"", "bind", "must be an IP address, or an interface like eth0");
	refused(",\"proxy\":\"socks5://u:p@h:1\"", "proxy", "must have no user and password: a proxy that asks for them is not supported");
	refused(",\"max_kbps\":-1", "max_kbps", "must be a whole number from 0 to 1000000");
}

#define T(name)	{ #name, name }

T_MAIN(
	T(all_of_it),
	T(none_of_it),
	T(what_is_not_valid),
)
