/* SPDX-License-Identifier: ISC */
/* A plan carried out on a host of the test's own: its files, its supervisor, its sockets, its media server. */
#include "base/base.h"
#include "caught.h"
#include "control/host/spec_cache.h"
#include "control/host/spec_file.h"
#include "control/reconcile/apply.h"
#include "ctl_peer.h"
#include "http_peer.h"
#include "scratch.h"
#include "spec_text.h"
#include "supervisor_peer.h"
#include "t.h"

#include <jansson.h>

#define DONE	"{\"ok\":true,\"code\":\"ok\"}"
#define RESTART	"{\"ok\":false,\"code\":\"needs-restart\",\"error\":\"the socket wants a restart\"}"
#define NO	"{\"ok\":false,\"code\":\"spec-invalid\",\"error\":\"sources[0].url: is missing\"}"
#define ROOM	8

static struct desired_channel channels[] = {
	{ .plan = { .name = "a" }, .spec = { (char[]){ "{\"forward\":\"a\"}" }, (char[]){ "{\"loop\":\"a\"}" } } },
	{ .plan = { .name = "b" }, .spec = { (char[]){ "{\"forward\":\"b\"}" }, NULL } },
};
static char api_url[64];
static struct desired desired = { .server = "srs", .api_url = api_url, .channel = channels,
    .channels = nitems(channels) };

static struct plan_action todo[ROOM];
static bool failed[ROOM];
static size_t todos;
static char logged[65536];

/* A host with nothing on it, and nothing to do. */
static void
enter(void)
{
	scratch_host();
	setenv("LSCTL_SERVER_AUTH_FILE", scratch_write("auth", "lsctl:canary\n", 0600), 1);
	unsetenv("CREDENTIALS_DIRECTORY");
	supervisor_stage();
	memset(todo, 0, sizeof(todo));
	memset(failed, 0, sizeof(failed));
	todos = 0;
}

static struct plan_action *
add(enum plan_do act, enum plan_unit u, const char *channel)
{
	struct plan_action *a = &todo[todos++];

	a->act = act;
	a->unit = u;
	a->reason = "so it is wanted";
	strlcpy(a->channel, channel, sizeof(a->channel));
	return a;
}

static void
add_kick(const char *stream, const char *client)
{
	struct plan_action *a = add(PLAN_KICK, PLAN_FORWARD, "");

	strlcpy(a->stream, stream, sizeof(a->stream));
	strlcpy(a->client, client, sizeof(a->client));
}

static struct apply
plan(void)
{
	return (struct apply){ &desired, todo, todos, failed };
}

/* How many failed; what was logged is in logged. */
static size_t
run_it(void)
{
	struct apply c = plan();
	size_t bad;

	caught_begin(STDERR_FILENO);
	bad = apply_plan(&c);
	strlcpy(logged, caught_end(), sizeof(logged));
	return bad;
}

/* -- files and units -- */

static void
specs_are_written_and_units_started(void)
{
	enter();
	add(PLAN_WRITE, PLAN_FORWARD, "a");
	add(PLAN_START, PLAN_FORWARD, "a");
	add(PLAN_WRITE, PLAN_LOOP, "a");
	add(PLAN_START, PLAN_LOOP, "a");
	add(PLAN_WRITE, PLAN_FORWARD, "b");
	add(PLAN_START, PLAN_FORWARD, "b");
	t_int(run_it(), 0);
	t_str(spec_text(PLAN_FORWARD, "a"), "{\"forward\":\"a\"}");
	t_str(spec_text(PLAN_LOOP, "a"), "{\"loop\":\"a\"}");
	t_str(spec_text(PLAN_FORWARD, "b"), "{\"forward\":\"b\"}");
	t_str(supervisor_told(), "start forward a b\nstart loop a\n");	/* one call for many */
	t_ok(!spec_file_reload_pending(PLAN_FORWARD, "a"));		/* it started with it */
	t_ok(spec_file_last_start_ms(PLAN_FORWARD, "a") >= 0);
	t_ok(strstr(logged, "so it is wanted") != NULL);
}

/* What runs before what is to run, whatever order the plan has. */
static void
what_stops_goes_before_what_starts(void)
{
	enter();
	add(PLAN_RESTART, PLAN_FORWARD, "d");
	add(PLAN_START, PLAN_FORWARD, "a");
	add(PLAN_STOP, PLAN_FORWARD, "b");
	add(PLAN_STOP, PLAN_LOOP, "c");
	t_int(run_it(), 0);
	t_str(supervisor_told(), "stop forward b\nstop loop c\nstart forward a\nrestart forward d\n");
	t_int(spec_file_last_start_ms(PLAN_FORWARD, "b"), -1);
}

static void
a_spec_that_cannot_be_written_starts_nothing(void)
{
	enter();
	scratch_write("run/forward/a.json/x", "", 0600);		/* a folder in its place */
	add(PLAN_WRITE, PLAN_FORWARD, "a");
	add(PLAN_START, PLAN_FORWARD, "a");
	add(PLAN_WRITE, PLAN_FORWARD, "b");
	add(PLAN_START, PLAN_FORWARD, "b");
	t_int(run_it(), 2);
	t_ok(failed[0] && failed[1] && !failed[2] && !failed[3]);
	t_str(supervisor_told(), "start forward b\n");
	t_ok(strstr(logged, "channel=a") != NULL);
	/* and of a channel that nothing is wanted of there is no spec */
	enter();
	add(PLAN_WRITE, PLAN_LOOP, "b");
	add(PLAN_WRITE, PLAN_LOOP, "gone");
	t_int(run_it(), 2);
}

static void
a_spec_goes_when_its_unit_was_stopped(void)
{
	static const struct master_key key = { .key = { 1 } };

	enter();
	t_int(spec_file_write(PLAN_FORWARD, "a", "{}", false), 0);
	t_int(spec_cache_keep(&key, PLAN_FORWARD, "a", "{}"), 1);
	t_int(spec_cache_settle(PLAN_FORWARD, "a"), 0);
	add(PLAN_STOP, PLAN_FORWARD, "a");
	add(PLAN_REMOVE, PLAN_FORWARD, "a");
	supervisor_fails(true);
	t_int(run_it(), 2);		/* it may run: its spec stays */
	t_ok(scratch_has("run/forward/a.json") && scratch_has("state/spec-cache/forward/a"));
	t_ok(strstr(logged, "it will not") != NULL);
	memset(failed, 0, sizeof(failed));
	supervisor_fails(false);
	t_int(run_it(), 0);
	t_ok(!scratch_has("run/forward/a.json") && !scratch_has("state/spec-cache/forward/a"));
}

static void
units_that_do_not_start_are_all_counted(void)
{
	enter();
	supervisor_fails(true);
	add(PLAN_START, PLAN_FORWARD, "a");
	add(PLAN_START, PLAN_FORWARD, "b");
	t_int(run_it(), 2);
	t_ok(strstr(logged, "channel=a") != NULL && strstr(logged, "channel=b") != NULL);
	t_int(spec_file_last_start_ms(PLAN_FORWARD, "a"), -1);
}

/* -- sockets -- */

/* A reload of the forwarder of a, against a peer that answers so. */
static size_t
reload_by(const struct ctl_rule *rules, size_t k, const char **asked)
{
	struct ctl_peer p;
	size_t bad;

	enter();
	p = ctl_peer_start("run/forward/a.sock", rules, k);
	add(PLAN_WRITE, PLAN_FORWARD, "a");
	add(PLAN_RELOAD, PLAN_FORWARD, "a");
	bad = run_it();
	*asked = ctl_peer_end(p);
	return bad;
}

static void
a_reload_has_the_spec_with_it(void)
{
	const char *asked;

	t_int(reload_by(&(const struct ctl_rule){ "", DONE }, 1, &asked), 0);
	t_str(asked, "{\"cmd\":\"reload\",\"spec\":{\"forward\":\"a\"}}\n");
	t_ok(!spec_file_reload_pending(PLAN_FORWARD, "a"));
	t_str(supervisor_told(), "");
}

/* One that is too old to know a spec in a question hangs up on it: it reads its file. */
static void
one_that_hangs_up_is_asked_to_read_its_file(void)
{
	static const struct ctl_rule old[] = { { "spec", NULL }, { "", DONE } };
	const char *asked;

	t_int(reload_by(old, nitems(old), &asked), 0);
	t_str(asked, "{\"cmd\":\"reload\",\"spec\":{\"forward\":\"a\"}}\n{\"cmd\":\"reload\"}\n");
	t_ok(!spec_file_reload_pending(PLAN_FORWARD, "a"));
}

static void
what_it_cannot_take_over_it_is_restarted_for(void)
{
	const char *asked;

	t_int(reload_by(&(const struct ctl_rule){ "", RESTART }, 1, &asked), 0);
	t_str(supervisor_told(), "restart forward a\n");
	t_ok(!spec_file_reload_pending(PLAN_FORWARD, "a"));
}

static void
a_reload_that_fails_stays_pending(void)
{
	const char *asked;
	struct ctl_peer p;

	t_int(reload_by(&(const struct ctl_rule){ "", NO }, 1, &asked), 1);
	t_ok(failed[1] && strstr(logged, "sources[0].url: is missing") != NULL);
	t_ok(spec_file_reload_pending(PLAN_FORWARD, "a"));
	t_str(supervisor_told(), "");
	t_int(reload_by(&(const struct ctl_rule){ "", "no JSON" }, 1, &asked), 1);
	t_ok(spec_file_reload_pending(PLAN_FORWARD, "a"));
	/* nobody is there */
	enter();
	add(PLAN_WRITE, PLAN_FORWARD, "a");
	add(PLAN_RELOAD, PLAN_FORWARD, "a");
	t_int(run_it(), 1);
	t_ok(strstr(logged, "a.sock") != NULL);
	t_ok(spec_file_reload_pending(PLAN_FORWARD, "a"));
	/* nor who would restart it */
	enter();
	p = ctl_peer_start("run/forward/a.sock", &(const struct ctl_rule){ "", RESTART }, 1);
	supervisor_fails(true);
	add(PLAN_WRITE, PLAN_FORWARD, "a");
	add(PLAN_RELOAD, PLAN_FORWARD, "a");
	t_int(run_it(), 1);
	t_ok(spec_file_reload_pending(PLAN_FORWARD, "a"));
	ctl_peer_end(p);
}

static void
a_switch_is_told_to_the_forwarder(void)
{
	struct plan_action *a;
	struct ctl_peer p;

	enter();
	a = add(PLAN_SWITCH, PLAN_FORWARD, "a");
	strlcpy(a->to, "loop", sizeof(a->to));
	a->for_ms = 60000;
	p = ctl_peer_start("run/forward/a.sock", &(const struct ctl_rule){ "", DONE }, 1);
	t_int(run_it(), 0);
	t_str(ctl_peer_end(p), "{\"cmd\":\"switch\",\"to\":\"loop\",\"for_ms\":60000}\n");
	t_int(run_it(), 1);
	t_ok(strstr(logged, "a.sock") != NULL);
}

/* -- the media server -- */

static void
publishers_are_kicked_by_one_server(void)
{
	static const struct http_rule rules[] = {
		{ "DELETE /api/v1/clients/c1 ", "200 OK", "{\"code\":0}", "" },
		{ "DELETE /api/v1/clients/c2 ", "500 No", "", "" },
		{ "DELETE /api/v1/clients/c3 ", "200 OK", "{\"code\":0}", "" }
	};
	const char *asked;
	int log;

	enter();
	log = http_start(rules, nitems(rules));
	strlcpy(api_url, http_url, sizeof(api_url));
	add_kick("nobody_obs", "c1");
	add_kick("other_obs", "c2");
	add_kick("third_obs", "c3");
	t_int(run_it(), 1);
	t_ok(!failed[0] && failed[1] && !failed[2]);
	t_ok(strstr(logged, "stream=other_obs") != NULL);
	asked = http_asked(log);
	t_ok(strstr(asked, "clients/c1 ") != NULL && strstr(asked, "clients/c3 ") != NULL);
	t_ok(strstr(asked, "Authorization: Basic bHNjdGw6Y2FuYXJ5\r\n") != NULL);
}

static void
without_a_media_server_all_kicks_fail(void)
{
	enter();
	strlcpy(api_url, "no address", sizeof(api_url));
	add_kick("nobody_obs", "c1");
	add_kick("other_obs", "c2");
	add(PLAN_START, PLAN_FORWARD, "a");
	t_int(run_it(), 2);
	t_str(supervisor_told(), "start forward a\n");
}

/* -- events -- */

static json_t *
acts(void)
{
	struct apply c = plan();
	struct buf b;
	json_t *list;

	buf_init(&b, 65536);
	t_int(apply_acts(&c, &b), 0);
	list = json_loads((const char *)buf_head(&b), 0, NULL);
	t_ok(json_is_array(list));
	buf_free(&b);
	return list;
}

static const char *
text(const json_t *list, size_t i, const char *name)
{
	const char *s = json_string_value(json_object_get(json_array_get(list, i), name));

	return s != NULL ? s : "-";
}

static void
what_was_done_is_an_event(void)
{
	struct plan_action *a;
	json_t *list;

	enter();
	add(PLAN_START, PLAN_LOOP, "a");
	add(PLAN_STOP, PLAN_FORWARD, "b");
	a = add(PLAN_SWITCH, PLAN_FORWARD, "a");
	strlcpy(a->to, "off", sizeof(a->to));
	add_kick("nobody_obs", "c1");
	add(PLAN_RELEASE, PLAN_FORWARD, "c");
	failed[1] = true;		/* that is none */
	list = acts();
	t_int(json_array_size(list), 3);
	t_str(text(list, 0, "kind"), "started");
	t_str(text(list, 0, "channel"), "a");
	t_str(text(list, 0, "unit"), "loop");
	t_str(json_string_value(json_object_get(json_object_get(json_array_get(list, 1), "detail"), "to")), "off");
	t_str(text(list, 2, "channel"), "-");
	t_str(json_string_value(json_object_get(json_object_get(json_array_get(list, 2), "detail"), "stream")),
	    "nobody_obs");
	json_decref(list);
}

static const char *
given(void)
{
	static char s[256];
	struct apply c = plan();
	struct buf b;

	buf_init(&b, sizeof(s));
	t_int(apply_released(&c, &b), 0);
	strlcpy(s, (const char *)buf_head(&b), sizeof(s));
	buf_free(&b);
	return s;
}

static void
channels_that_are_left_are_an_array(void)
{
	enter();
	t_str(given(), "{}");
	add(PLAN_STOP, PLAN_FORWARD, "x");
	t_str(given(), "{}");
	add(PLAN_RELEASE, PLAN_FORWARD, "a");
	t_str(given(), "{a}");
	add(PLAN_RELEASE, PLAN_FORWARD, "b");
	t_str(given(), "{a,b}");
}

T_MAIN(
	{ "specs_are_written_and_units_started", specs_are_written_and_units_started },
	{ "what_stops_goes_before_what_starts", what_stops_goes_before_what_starts },
	{ "a_spec_that_cannot_be_written_starts_nothing", a_spec_that_cannot_be_written_starts_nothing },
	{ "a_spec_goes_when_its_unit_was_stopped", a_spec_goes_when_its_unit_was_stopped },
	{ "units_that_do_not_start_are_all_counted", units_that_do_not_start_are_all_counted },
	{ "a_reload_has_the_spec_with_it", a_reload_has_the_spec_with_it },
	{ "one_that_hangs_up_is_asked_to_read_its_file", one_that_hangs_up_is_asked_to_read_its_file },
	{ "what_it_cannot_take_over_it_is_restarted_for", what_it_cannot_take_over_it_is_restarted_for },
	{ "a_reload_that_fails_stays_pending", a_reload_that_fails_stays_pending },
	{ "a_switch_is_told_to_the_forwarder", a_switch_is_told_to_the_forwarder },
	{ "publishers_are_kicked_by_one_server", publishers_are_kicked_by_one_server },
	{ "without_a_media_server_all_kicks_fail", without_a_media_server_all_kicks_fail },
	{ "what_was_done_is_an_event", what_was_done_is_an_event },
	{ "channels_that_are_left_are_an_array", channels_that_are_left_are_an_array }
)
