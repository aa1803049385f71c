/* SPDX-License-Identifier: ISC */
/* Overrides, with a scripted database, and a control socket that gives scripted answers. */
#include "base/base.h"
#include "base/clock.h"
#include "caught.h"
#include "ctl_peer.h"
#include "fake/pq.h"
#include "lsctl-switch/override.h"

#include <jansson.h>
#include <sysexits.h>

#define SOCK	"run/forward/krishna.sock"
#define DONE	"{\"ok\":true,\"code\":\"ok\"}"
#define HERE	"{\"host\":\"here\",\"enabled\":true}"
#define STATUS(state, on_air, more) "{\"state\":\"" state "\",\"on_air\":" on_air ",\"mode\":\"loop\"" more "}"

static char out[65536], logged[65536];

/* override_apply() on a host called here; what it prints and logs is in out and logged. */
static int
apply(const struct override *w)
{
	int status;

	setenv("LSCTL_RUN", scratch_path("run"), 1);
	setenv("LSCTL_STATE", scratch_path("state"), 1);
	mkdir(scratch_path("state"), 0700);
	caught_begin(STDERR_FILENO);
	caught_begin(STDOUT_FILENO);
	status = override_apply(w, "here");
	strlcpy(out, caught_end(), sizeof(out));
	strlcpy(logged, caught_end(), sizeof(logged));
	return status;
}

static void
expect_record(const char *to, const char *seconds, const char *reason, const char *answer)
{
	pq_expect("connect", { "lsctl_switch" });
	pq_expect("override_set", { "krishna", to, seconds, reason }, .value = answer);
}

static void
it_is_recorded_and_the_forwarder_told(void)
{
	static const struct ctl_rule rules[] = {
		{ "switch", DONE },
		{ "status", STATUS("LOOP_ACTIVE", "\"loop\"", ",\"pin_left_s\":599.6") }
	};
	struct ctl_peer p = ctl_peer_start(SOCK, rules, nitems(rules));
	const char *asked;

	expect_record("loop", "600", "new OBS", HERE);
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop", .for_s = 600, .reason = "new OBS" }), 0);
	t_str(out, "krishna LOOP_ACTIVE, mode loop for 600 s\n");
	asked = ctl_peer_end(p);
	t_ok(strstr(asked, "{\"cmd\":\"switch\",\"to\":\"loop\",\"for_ms\":600000}\n") == asked);
	t_pq();
}

static void
only_a_source_is_held_for_a_time(void)
{
	static const struct ctl_rule rules[] = {
		{ "switch", DONE }, { "status", STATUS("OFF", "null", "") }
	};
	struct ctl_peer p = ctl_peer_start(SOCK, rules, nitems(rules));
	const char *asked;

	expect_record("off", "600", NULL, HERE);
	t_int(apply(&(struct override){ .channel = "krishna", .to = "off", .for_s = 600 }), 0);
	t_str(out, "krishna OFF, mode loop\n");
	expect_record("auto", "0", NULL, HERE);
	t_int(apply(&(struct override){ .channel = "krishna", .to = "auto" }), 0);
	asked = ctl_peer_end(p);
	t_ok(strstr(asked, "\"to\":\"off\",\"for_ms\":0") != NULL);
	t_ok(strstr(asked, "\"to\":\"auto\",\"for_ms\":0") != NULL);
	t_pq();
}

/* A source is put on the air at its next keyframe: what is printed waits for that. */
static void
what_holds_is_what_was_asked_for(void)
{
	static const struct ctl_rule rules[] = {
		{ "switch", DONE },
		{ CTL_ONCE "status", STATUS("OBS_ACTIVE", "\"obs\"", "") },
		{ CTL_ONCE "status", STATUS("CAM_20_ACTIVE", "\"cam-20\"", "") },
		{ "status", STATUS("CAM_2_ACTIVE", "\"cam-2\"", "") }
	};
	struct ctl_peer p = ctl_peer_start(SOCK, rules, nitems(rules));
	int64_t began = clock_ms();

	expect_record("cam-2", "0", NULL, HERE);
	t_int(apply(&(struct override){ .channel = "krishna", .to = "cam-2", .json = true }), 0);
	t_str(out, STATUS("CAM_2_ACTIVE", "\"cam-2\"", "") "\n");
	t_ok(clock_ms() - began < 2500);	/* and no longer */
	ctl_peer_end(p);
	t_pq();
}

static void
another_hosts_channel_is_recorded_alone(void)
{
	expect_record("loop", "0", NULL, "{\"host\":\"there\",\"enabled\":true}");
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop" }), 0);
	t_ok(strstr(logged, "there") != NULL);
	t_str(out, "");
	expect_record("loop", "0", NULL, "{\"host\":\"here\",\"enabled\":false}");
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop" }), 0);
	t_ok(strstr(logged, "disabled") != NULL);
	t_str(out, "");
	t_pq();
}

static void
a_forwarder_that_does_not_do_it_is_told_of(void)
{
	static const struct ctl_rule no[] = {
		{ "switch", "{\"ok\":false,\"code\":\"unknown-source\",\"error\":\"no such source\"}" }
	};
	static const struct ctl_rule dies[] = { { "switch", DONE }, { "status", NULL } };
	struct ctl_peer p;

	unlink(scratch_path(SOCK));
	expect_record("loop", "0", NULL, HERE);
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop" }), EX_UNAVAILABLE);
	t_ok(strstr(logged, SOCK) != NULL);
	p = ctl_peer_start(SOCK, no, nitems(no));
	expect_record("loop", "0", NULL, HERE);
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop" }), EX_UNAVAILABLE);
	t_ok(strstr(logged, "no such source") != NULL);
	ctl_peer_end(p);
	p = ctl_peer_start(SOCK, dies, nitems(dies));
	expect_record("loop", "0", NULL, HERE);
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop" }), EX_UNAVAILABLE);
	ctl_peer_end(p);
	t_str(out, "");
	t_pq();
}

static void
what_the_database_refuses_is_told_to_nobody(void)
{
	struct ctl_peer p = ctl_peer_start(SOCK, &(const struct ctl_rule){ "", DONE }, 1);

	pq_expect("connect", { "lsctl_switch" });
	pq_expect("override_set", { "krishna", "nobody", "0", NULL }, .sqlstate = "P0001",
	    .message = "channel krishna has no source nobody");
	t_int(apply(&(struct override){ .channel = "krishna", .to = "nobody" }), EX_DATAERR);
	t_ok(strstr(logged, "has no source nobody") != NULL);
	pq_expect("connect", { "lsctl_switch" }, .lost = true, .message = "connection refused");
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop" }), EX_TEMPFAIL);
	t_ok(strstr(logged, "--local") != NULL);
	expect_record("loop", "0", NULL, "no JSON");
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop" }), EX_SOFTWARE);
	t_str(ctl_peer_end(p), "");
	t_pq();
}

/* With the database away: the forwarder alone, and an event for when it is back. */
static void
locally_it_is_told_and_spooled(void)
{
	static const struct ctl_rule rules[] = {
		{ "switch", DONE }, { "status", STATUS("LOOP_ACTIVE", "\"loop\"", "") }
	};
	struct ctl_peer p = ctl_peer_start(SOCK, rules, nitems(rules));
	json_t *e;

	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop", .for_s = 60, .reason = "w", .local = true }), 0);
	t_ok(strstr(ctl_peer_end(p), "\"for_ms\":60000") != NULL);
	e = json_loads(scratch_read("state/spool/events"), 0, NULL);
	t_str(json_string_value(json_object_get(e, "host")), "here");
	t_str(json_string_value(json_object_get(e, "channel")), "krishna");
	t_str(json_string_value(json_object_get(e, "kind")), "switched");
	t_str(json_string_value(json_object_get(e, "reason")), "w");
	t_str(json_string_value(json_object_get(json_object_get(e, "detail"), "to")), "loop");
	t_int(json_integer_value(json_object_get(json_object_get(e, "detail"), "for_s")), 60);
	t_ok(json_is_true(json_object_get(json_object_get(e, "detail"), "local")));
	json_decref(e);
	/* what was not done is no event */
	unlink(scratch_path("state/spool/events"));
	unlink(scratch_path(SOCK));
	t_int(apply(&(struct override){ .channel = "krishna", .to = "loop", .local = true }), EX_UNAVAILABLE);
	t_ok(!scratch_has("state/spool/events"));
	t_pq();
}

T_MAIN(
	{ "it_is_recorded_and_the_forwarder_told", it_is_recorded_and_the_forwarder_told },
	{ "only_a_source_is_held_for_a_time", only_a_source_is_held_for_a_time },
	{ "what_holds_is_what_was_asked_for", what_holds_is_what_was_asked_for },
	{ "another_hosts_channel_is_recorded_alone", another_hosts_channel_is_recorded_alone },
	{ "a_forwarder_that_does_not_do_it_is_told_of", a_forwarder_that_does_not_do_it_is_told_of },
	{ "what_the_database_refuses_is_told_to_nobody", what_the_database_refuses_is_told_to_nobody },
	{ "locally_it_is_told_and_spooled", locally_it_is_told_and_spooled }
)
