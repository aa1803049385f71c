/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "forward/dump.h"
#include "forward/reload.h"
#include "forward/status.h"
#include "spec/spec_parse.h"
#include "torture.h"

#include <jansson.h>
#include <unistd.h>

/* From the top of the tree, as make runs tests. Nobody listens at port 1. */
static const char text[] = "{\"channel\":\"w\",\"delay_ms\":0,\"sources\":["
    "{\"name\":\"film\",\"path\":\"tests/data/clip-ntsc.flv\"},"
    "{\"name\":\"obs\",\"url\":\"rtmp://127.0.0.1:1/a/b\"}],\"destinations\":["
    "{\"name\":\"y\",\"url\":\"rtmp://127.0.0.1:1/a\",\"key\":\"k\"},"
    "{\"name\":\"z\",\"url\":\"rtmp://127.0.0.1:1/a\",\"key\":\"k\"}]}",
    text2[] = "{\"channel\":\"w\",\"delay_ms\":0,\"sources\":["
    "{\"name\":\"film\",\"path\":[\"tests/data/clip-ntsc.flv\",\"tests/data/clip-ntsc.flv\"]},"
    "{\"name\":\"obs\",\"url\":\"rtmp://127.0.0.1:1/a/b\"}],\"destinations\":["
    "{\"name\":\"y\",\"url\":\"rtmp://127.0.0.1:1/a\",\"key\":\"k\"},"
    "{\"name\":\"new\",\"url\":\"rtmp://127.0.0.1:1/a\",\"key\":\"k\"}]}";

static struct ev *ev;
static struct forwarder *fw;
static int64_t now;

static struct spec *
spec(const char *of)
{
	long hold = fail_at;
	struct spec_fault fault;
	struct spec *s;

	fail_at = 0;
	s = spec_parse(of, strlen(of), ".", SPEC_FORWARD, &fault);
	fail_at = hold;
	return s;
}

static bool
makes_one(void)
{
	struct spec_fault fault = { 0 };
	struct spec *s = spec(text);

	fw = forwarder_new(ev, s, now, &fault);
	if (fw == NULL)
		t_ok(fault.reason[0] != '\0');
	else
		forwarder_free(fw);
	return fw != NULL;
}

static bool
reloads_it(void)
{
	struct spec_fault fault = { 0 };
	struct spec *s = spec(text2);
	int rc = forwarder_reload(fw, s, now, &fault);

	if (rc == -1) {
		t_ok(fault.reason[0] != '\0');
		t_int(fw->egresses, 2);
		t_str(fw->egress[1]->name, "z");	/* nothing changed */
	}
	return rc == 0;
}

/* Past its start, in its own time; whatever is missing then, it still runs. */
static void
step_on(void)
{
	int64_t end = now + 5000;

	for (; now < end; now += 20)
		forwarder_step(fw, now);
}

static bool
runs_one(void)
{
	struct spec_fault fault;
	long hold = fail_at;
	bool ok;

	fail_at = 0;
	fw = forwarder_new(ev, spec(text), now, &fault);
	fail_at = hold;
	step_on();
	ok = fw->channel->splice.frames > 0;
	forwarder_free(fw);
	return ok;
}

static bool
tells(char *(*say)(const struct forwarder *, int64_t))
{
	char *s = say(fw, now);
	bool ok = s != NULL;

	free(s);
	return ok;
}

static bool
tells_status(void)
{
	return tells(forwarder_status);
}

static bool
tells_insides(void)
{
	return tells(forwarder_dump);
}

static void
starts_or_says_why_not(void)
{
	now = clock_ms();
	ev = ev_new();
	log_init("torture", -1);
	torture(makes_one);
	torture(runs_one);
	ev_free(ev);
}

static void
goes_on(void)
{
	struct spec_fault fault;

	now = clock_ms();
	ev = ev_new();
	fw = forwarder_new(ev, spec(text), now, &fault);
	if (t_ok(fw != NULL)) {
		step_on();
		torture(reloads_it);
		step_on();
		json_set_alloc_funcs(__wrap_malloc, free);
		torture(tells_status);
		torture(tells_insides);
		json_set_alloc_funcs(malloc, free);
		forwarder_free(fw);
	}
	ev_free(ev);
}

T_MAIN(
	{ "starts_or_says_why_not", starts_or_says_why_not },
	{ "goes_on", goes_on },
)
