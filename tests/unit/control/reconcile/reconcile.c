/* SPDX-License-Identifier: ISC */
/* Whole passes over a host of the test's own, against a scripted database: what is asked, done, told and left. */
#include "control/keys/keys_stage.h"

#include "caught.h"
#include "control/acl/acl.h"
#include "control/host/offline_boot.h"
#include "control/host/spec_cache.h"
#include "control/host/spec_file.h"
#include "control/reconcile/reconcile.h"
#include "supervisor_peer.h"

#include <sys/file.h>

#include <jansson.h>

#define CHANNEL	"{\"channel\":\"krishna\",\"enabled\":true,\"delay_ms\":2000,\"stall_ms\":1500,\"stable_ms\":5000," \
	"\"stable_max_ms\":60000,\"mode\":\"auto\",\"mode_left_ms\":0,\"play_url\":\"rtmp://127.0.0.1/live\"," \
	"\"sources\":[{\"name\":\"obs\",\"kind\":\"live\",\"url\":\"rtmp://127.0.0.1/live/krishna_obs\"," \
	"\"files\":[]}],\"destinations\":[]}"
#define HOST(key, channels, elsewhere, surplus) "{\"host\":\"here\",\"server\":\"srs\"," \
	"\"api_url\":\"http://127.0.0.1:1\",\"master_key\":" key ",\"channels\":[" channels "]," \
	"\"elsewhere\":[" elsewhere "],\"surplus\":[" surplus "],\"waiting\":[]}"
#define WANTED	HOST("null", CHANNEL, "", "")

static struct observed observed;
static char out[65536], logged[65536];

/* A host on which nothing is, and no health record of it. */
static void
enter(void)
{
	if (db == NULL)
		keys_stage();
	scratch_host();
	setenv("LSCTL_SERVER_AUTH_FILE", "", 1);
	supervisor_stage();
	observed_free(&observed);
	observed_init(&observed);
}

static void
see(const char *record)
{
	t_int(observed_add(&observed, record, strlen(record)), 0);
}

static int
print(const char *line)
{
	return puts(line) == EOF ? -1 : 0;
}

static int
pass(bool dry, bool again)
{
	int status;

	caught_begin(STDERR_FILENO);
	caught_begin(STDOUT_FILENO);
	status = reconcile("here", again, dry ? print : NULL, &observed);
	strlcpy(out, caught_end(), sizeof(out));
	strlcpy(logged, caught_end(), sizeof(logged));
	return status;
}

/* -- the script -- */

static void
expect_begin(const char *wanted)
{
	pq_expect("connect", { "lsctl_switch" });
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("reconcile_begin", { "here" }, .value = wanted);
}

static void
expect_acl(void)
{
	pq_expect("acl", { "here" }, .row = { { "krishna", "obs", "-", "-" } }, .columns = 4);
}

/* A pass that comes to its end. */
static void
expect_pass(const char *wanted, const char *given)
{
	expect_begin(wanted);
	expect_acl();
	pq_expect("reconcile_end", { "here", PQ_ANY, PQ_ANY, given });
}

/* What was reported to have been done: "KIND CHANNEL UNIT;". */
static const char *
acts(void)
{
	static char text[1024];
	json_t *list = json_loads(pq_sent("reconcile_end", 2), 0, NULL), *o;
	size_t i;

	text[0] = '\0';
	t_ok(json_is_array(list));
	json_array_foreach(list, i, o) {
		strlcat(text, json_string_value(json_object_get(o, "kind")), sizeof(text));
		strlcat(text, " ", sizeof(text));
		strlcat(text, json_string_value(json_object_get(o, "channel")), sizeof(text));
		strlcat(text, " ", sizeof(text));
		strlcat(text, json_string_value(json_object_get(o, "unit")), sizeof(text));
		strlcat(text, ";", sizeof(text));
	}
	json_decref(list);
	return text;
}

/* -- passes -- */

static void
publishers_without_an_answer_are_left_alone(void)
{
	enter();
	see("{\"channel\":\"krishna\",\"running\":true,\"mode\":\"auto\",\"sources\":{\"obs\":"
	    "{\"server\":{\"publishing\":true,\"client\":\"7\"}}}}");
	expect_begin(WANTED);
	pq_expect("reconcile_publishers", { "here", PQ_ANY }, .sqlstate = "42883", .message = "no such function");
	expect_acl();
	pq_expect("reconcile_end", { "here", PQ_ANY, PQ_ANY, "{}" });
	t_int(pass(false, false), RECONCILE_CONFIG);
	t_str(supervisor_told(), "start forward krishna\n");	/* the rest of the pass goes on */
	t_ok(strstr(logged, "the tokens of publishers are not checked: ") != NULL);
	t_pq();
	enter();
	see("{\"channel\":\"krishna\",\"running\":true,\"mode\":\"auto\",\"sources\":{\"obs\":"
	    "{\"server\":{\"publishing\":true,\"client\":\"7\"}}}}");
	expect_begin(WANTED);
	pq_expect("reconcile_publishers", { "here", PQ_ANY }, .lost = true, .message = "connection reset by peer");
	t_int(pass(false, false), RECONCILE_AWAY);
	t_str(supervisor_told(), "");
	t_pq();
}

static void
what_is_wanted_is_done_once(void)
{
	struct acl *g;

	enter();
	expect_pass(WANTED, "{}");
	t_int(pass(false, false), 0);
	t_str(supervisor_told(), "start forward krishna\n");
	t_str(acts(), "started krishna forward;");
	t_str(pq_sent("reconcile_end", 1), "[]");
	t_ok(strstr(scratch_read("run/forward/krishna.json"), "krishna_obs") != NULL);
	t_ok(scratch_has("state/spec-cache/forward/krishna"));	/* for a boot without the database */
	if (t_ok((g = acl_open(scratch_path("state/acl"), &err)) != NULL))
		acl_close(g);
	t_pq();
	supervisor_runs("forward krishna\n");
	see("{\"channel\":\"krishna\",\"running\":true,\"mode\":\"auto\",\"sources\":{}}");
	expect_pass(WANTED, "{}");
	t_int(pass(false, false), 0);
	t_str(supervisor_told(), "");
	t_str(acts(), "");
	t_ok(strstr(pq_sent("reconcile_end", 1), "\"channel\":\"krishna\"") != NULL);
	t_str(logged, "");
	t_pq();
}

static void
a_dry_pass_prints_and_does_nothing(void)
{
	enter();
	scratch_write("state/spool/events", "{\"uid\":\"1\",\"kind\":\"k\"}\n", 0660);
	pq_expect("connect", { "lsctl_switch" });
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("reconcile_peek", { "here" }, .value = WANTED);
	t_int(pass(true, false), 0);
	t_ok(scratch_has("state/spool/events"));
	t_ok(strstr(out, "\"do\":\"write\"") != NULL && strstr(out, "\"do\":\"start\"") != NULL);
	t_str(supervisor_told(), "");
	t_ok(!scratch_has("run/forward/krishna.json") && !scratch_has("state/acl") && !scratch_has("run/switch.lock"));
	t_pq();
}

static void
what_is_not_wanted_any_more_goes(void)
{
	enter();
	t_int(spec_file_write(PLAN_FORWARD, "gone", "{}", false), 0);
	t_int(spec_file_write(PLAN_FORWARD, "moved", "{}", false), 0);
	t_int(spec_cache_keep(&old, PLAN_FORWARD, "copied", "{}"), 1);
	t_int(spec_cache_settle(PLAN_FORWARD, "copied"), 0);
	supervisor_runs("forward gone\nforward moved\nloop other\n");
	expect_pass(HOST("null", "", "\"moved\"", "\"moved\""), "{}");
	/* nothing answers at the socket of the one that is to be switched off */
	t_int(pass(false, false), RECONCILE_FAILED);
	t_str(supervisor_told(), "stop forward gone moved\nstop loop other\n");
	t_ok(strstr(logged, "channel=gone switch to=off") != NULL);
	t_ok(strstr(logged, "channel=moved switch") == NULL);	/* its broadcast goes on elsewhere */
	t_ok(!scratch_has("run/forward/gone.json") && !scratch_has("run/forward/moved.json"));
	t_ok(!scratch_has("state/spec-cache/forward/copied"));
	t_pq();
	/* and when nothing of it is left, its lease does */
	supervisor_runs("");
	expect_pass(HOST("null", "", "\"moved\"", "\"moved\""), "{moved}");
	t_int(pass(false, false), 0);
	t_pq();
}

static void
unknown_publishers_of_no_channel_are_kicked(void)
{
	enter();
	see("{\"host\":\"here\",\"unknown_publishers\":[{\"stream\":\"nobody_obs\",\"vhost\":\"\",\"client\":\"c1\"},"
	    "{\"stream\":\"krishna_obs\",\"vhost\":\"\",\"client\":\"c2\"},"
	    "{\"stream\":\"krishna_cam\",\"vhost\":\"\",\"client\":\"c3\"},"
	    "{\"stream\":\"plain\",\"vhost\":\"\",\"client\":\"c4\"}]}");
	pq_expect("connect", { "lsctl_switch" });
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("reconcile_peek", { "here" }, .value = WANTED);
	t_int(pass(true, false), 0);
	t_ok(strstr(out, "\"client\":\"c1\"") != NULL);
	t_ok(strstr(out, "\"client\":\"c2\"") == NULL);
	t_ok(strstr(out, "\"client\":\"c3\"") != NULL);
	t_ok(strstr(out, "\"client\":\"c4\"") != NULL);
	t_pq();
}

/* -- what is not known -- */

static void
what_runs_is_not_guessed(void)
{
	enter();
	supervisor_runs("forward other\n");
	supervisor_is_mute();
	expect_pass(WANTED, "{}");
	t_int(pass(false, false), RECONCILE_FAILED);
	t_str(supervisor_told(), "");
	t_ok(scratch_has("run/forward/krishna.json"));		/* for when it is known again */
	t_ok(logged[0] != '\0');
	t_pq();
}

static void
a_spec_that_cannot_be_read_is_left(void)
{
	enter();
	scratch_write("run/forward/krishna.json/x", "", 0600);
	supervisor_runs("forward krishna\n");
	expect_pass(WANTED, "{}");
	t_int(pass(false, false), RECONCILE_CONFIG);
	t_str(supervisor_told(), "");
	t_ok(scratch_has("run/forward/krishna.json/x"));
	t_ok(strstr(logged, "channel=krishna") != NULL);
	t_pq();
}

/* -- the database -- */

static void
with_the_database_away_nothing_is_touched(void)
{
	enter();
	t_int(spec_file_write(PLAN_FORWARD, "krishna", "{}", false), 0);
	supervisor_runs("forward krishna\n");
	pq_expect("connect", { "lsctl_switch" }, .lost = true, .message = "connection refused");
	t_int(pass(false, false), RECONCILE_AWAY);
	t_ok(strstr(logged, "connection refused") != NULL);
	pq_expect("connect", { "lsctl_switch" });
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("reconcile_begin", { "here" }, .lost = true, .message = "server closed the connection");
	t_int(pass(false, false), RECONCILE_AWAY);
	t_str(supervisor_told(), "");
	t_str(scratch_read("run/forward/krishna.json"), "{}");
	t_pq();
}

/* After a boot, the copies that the last pass kept are all there is. */
static void
after_a_boot_without_the_database_channels_are_started(void)
{
	enter();
	expect_pass(WANTED, "{}");
	t_int(pass(false, false), 0);
	supervisor_told();
	scratch_remove("run");
	mkdir(scratch_path("run"), 0700);
	pq_expect("connect", { "lsctl_switch" }, .lost = true, .message = "connection refused");
	t_int(pass(false, false), RECONCILE_AWAY);
	t_str(supervisor_told(), "start forward krishna\n");
	t_ok(strstr(scratch_read("run/forward/krishna.json"), "krishna_obs") != NULL);
	/* one that refuses us is not away */
	scratch_remove("run");
	mkdir(scratch_path("run"), 0700);
	pq_expect("connect", { "lsctl_switch" }, .lost = true, .message = "FATAL:  28000: no such login");
	t_int(pass(false, false), RECONCILE_DENIED);
	t_str(supervisor_told(), "");
	t_pq();
}

static void
one_pass_at_a_time(void)
{
	int fd;

	enter();
	fd = open(scratch_write("run/switch.lock", "", 0600), O_RDWR);
	t_int(flock(fd, LOCK_EX), 0);
	t_int(pass(false, false), RECONCILE_AWAY);		/* the database is not even asked */
	close(fd);
	t_str(supervisor_told(), "");
	t_pq();
}

static void
a_host_or_a_key_that_is_not_known_is_configuration(void)
{
	int i;

	enter();
	expect_begin("{\"host\":\"here\",\"server\":null,\"api_url\":null,\"master_key\":null,\"channels\":[]}");
	t_int(pass(false, false), RECONCILE_CONFIG);
	t_ok(strstr(logged, "here") != NULL);
	expect_begin("no JSON");
	t_int(pass(false, false), RECONCILE_CONFIG);
	pq_expect("connect", { "lsctl_switch" });
	for (i = 0; i < 3; i++)
		pq_expect("keys_master", { old.id }, .value = current(&new, new_probe, true));
	pq_expect("reconcile_begin", { "here" }, .value = HOST("\"0123456789abcdef\"", CHANNEL, "", ""));
	t_int(pass(false, false), RECONCILE_CONFIG);
	t_ok(strstr(logged, new.id) != NULL);
	t_str(supervisor_told(), "");
	t_pq();
}

static void
what_fails_beside_the_plan_holds_nothing_up(void)
{
	enter();
	scratch_write("state/spool/events", "{\"uid\":\"1\",\"kind\":\"k\"}\n", 0660);
	pq_expect("connect", { "lsctl_switch" });
	pq_expect("spool_ingest", { PQ_ANY }, .sqlstate = "22P02", .message = "invalid input");
	pq_expect("keys_master", { old.id }, .value = current(&old, old_probe, true));
	pq_expect("reconcile_begin", { "here" }, .value = WANTED);
	pq_expect("acl", { "here" }, .sqlstate = "57014", .message = "canceling statement");
	pq_expect("reconcile_end", { "here", PQ_ANY, PQ_ANY, "{}" }, .sqlstate = "42501", .message = "permission denied");
	t_int(pass(false, false), RECONCILE_FAILED);
	t_str(supervisor_told(), "start forward krishna\n");
	t_ok(strstr(logged, "invalid input") != NULL && strstr(logged, "canceling statement") != NULL &&
	    strstr(logged, "permission denied") != NULL);
	t_pq();
	/* of the report alone it is the database's status */
	supervisor_runs("forward krishna\n");
	expect_begin(WANTED);
	expect_acl();
	pq_expect("reconcile_end", { "here", PQ_ANY, PQ_ANY, "{}" }, .sqlstate = "42501", .message = "permission denied");
	t_int(pass(false, false), RECONCILE_DENIED);
	t_pq();
	/* the plan is applied when the connection breaks: that is not "nothing was touched" */
	supervisor_runs("forward krishna\n");
	expect_begin(WANTED);
	expect_acl();
	pq_expect("reconcile_end", { "here", PQ_ANY, PQ_ANY, "{}" }, .lost = true, .message = "server closed the connection");
	t_int(pass(false, false), RECONCILE_FAILED);
	t_pq();
}

/* -- what is said -- */

static void
what_goes_on_is_said_once(void)
{
	int i;

	enter();
	for (i = 0; i < 4; i++) {
		pq_expect("connect", { "lsctl_switch" }, .lost = true, .message = "connection refused");
		t_int(pass(false, i == 2), RECONCILE_AWAY);
		if (i == 0 || i == 2)
			t_ok(strstr(logged, "connection refused") != NULL);
		else
			t_str(logged, "");
	}
	expect_pass(HOST("null", "", "", ""), "{}");
	t_int(pass(false, false), 0);
	t_ok(strstr(logged, "connection refused") != NULL);	/* that it is over */
	expect_pass(HOST("null", "", "", ""), "{}");
	t_int(pass(false, false), 0);
	t_str(logged, "");
	t_pq();
	observed_free(&observed);
	db_close(db);
}

T_MAIN(
	{ "publishers_without_an_answer_are_left_alone",
	    publishers_without_an_answer_are_left_alone },
	{ "what_is_wanted_is_done_once", what_is_wanted_is_done_once },
	{ "a_dry_pass_prints_and_does_nothing", a_dry_pass_prints_and_does_nothing },
	{ "what_is_not_wanted_any_more_goes", what_is_not_wanted_any_more_goes },
	{ "unknown_publishers_of_no_channel_are_kicked", unknown_publishers_of_no_channel_are_kicked },
	{ "what_runs_is_not_guessed", what_runs_is_not_guessed },
	{ "a_spec_that_cannot_be_read_is_left", a_spec_that_cannot_be_read_is_left },
	{ "with_the_database_away_nothing_is_touched", with_the_database_away_nothing_is_touched },
	{ "after_a_boot_without_the_database_channels_are_started",
	    after_a_boot_without_the_database_channels_are_started },
	{ "one_pass_at_a_time", one_pass_at_a_time },
	{ "a_host_or_a_key_that_is_not_known_is_configuration", a_host_or_a_key_that_is_not_known_is_configuration },
	{ "what_fails_beside_the_plan_holds_nothing_up", what_fails_beside_the_plan_holds_nothing_up },
	{ "what_goes_on_is_said_once", what_goes_on_is_said_once }
)
