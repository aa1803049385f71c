/* SPDX-License-Identifier: ISC */
/* One pass over a scripted database, sockets and an HTTP server of the test's own: who is asked, how often, where. */
#include "base/base.h"
#include "ctl_peer.h"
#include "fake/pq.h"
#include "health/health.h"
#include "health/health_collect.h"
#include "health/health_record.h"
#include "hostile.h"
#include "http_peer.h"
#include "scratch.h"

#include <sys/stat.h>

#define STATUS(channel, state) "{\"ok\":true,\"code\":\"ok\",\"channel\":\"" channel "\",\"state\":\"" state "\"," \
	"\"on_air\":\"obs\",\"since\":\"2026-01-01T00:00:00.000Z\",\"mode\":\"auto\",\"sources\":{}," \
	"\"destinations\":{},\"problems\":[]}"
#define STREAMS	"{\"code\":0,\"service\":\"id1\",\"streams\":[]}"
#define LIST	"GET /api/v1/streams/"

static struct collector *c;

/* A host on which nothing is, and a collector that has asked nobody yet. */
static void
enter(void)
{
	collector_free(c);
	scratch_host();
	unsetenv("LSCTL_SERVER");
	unsetenv("LSCTL_API_URL");
	t_ok((c = collector_new("here", NULL)) != NULL);
}

/* What the database says: its media server at this address, and these channels. */
static void
expect_desired(const char *url, const char *channels)
{
	char text[2048];

	snprintf(text, sizeof(text), "{\"host\":{\"server\":\"srs\",\"api_url\":\"%s\"},\"channels\":[%s]}", url,
	    channels);
	pq_expect("health_desired", { "here" }, .value = text);
}

#define CHANNEL(name) "{\"channel\":\"" name "\",\"enabled\":true,\"mode\":\"auto\",\"sources\":[]," \
	"\"destinations\":[],\"last\":null}"

/* The names of all records of channels, in their order, each with a blank. */
static const char *
names(const struct health *h)
{
	static char text[256];
	const json_t *one;
	size_t i;

	text[0] = '\0';
	json_array_foreach(h->channels, i, one) {
		strlcat(text, record_text(one, "channel"), sizeof(text));
		strlcat(text, " ", sizeof(text));
	}
	return text;
}

static const json_t *
record(const struct health *h, const char *name)
{
	return json_object_get(h->index, name);
}

static size_t
host_problems(const struct health *h)
{
	return json_array_size(json_object_get(h->host, "problems"));
}

static bool
server_up(const struct health *h)
{
	return json_is_true(json_object_get(json_object_get(h->host, "server"), "up"));
}

static void
each_part_is_asked_once(void)
{
	static const struct http_rule rules[] = { { LIST, "200 OK", STREAMS, "" } };
	const struct ctl_rule status = { "\"status\"", STATUS("krishna", "OBS_ACTIVE") };
	struct ctl_peer forward;
	const char *asked;
	struct health *h;
	int log;

	enter();
	forward = ctl_peer_start("run/forward/krishna.sock", &status, 1);
	log = http_start(rules, nitems(rules));
	pq_expect("connect", { "lsctl_health" });
	expect_desired(http_url, CHANNEL("krishna"));
	t_ok((h = collector_pass(c)) != NULL);
	t_int(collector_db(c), DB_OK);
	t_str(names(h), "krishna ");
	t_ok(record_true(record(h, "krishna"), "running"));
	t_str(record_text(record(h, "krishna"), "state"), "OBS_ACTIVE");
	t_ok(server_up(h));
	t_int(collector_requests(c), 1);
	/* the connection is kept, and the statement prepared */
	expect_desired(http_url, CHANNEL("krishna"));
	t_ok((h = collector_pass(c)) != NULL);
	t_int(collector_trips(c), 1);
	t_int(collector_requests(c), 1);
	t_str(ctl_peer_end(forward), "{\"cmd\":\"status\"}\n{\"cmd\":\"status\"}\n");
	asked = http_asked(log);
	t_ok(strstr(asked, LIST) != NULL);
	t_pq();
}

/* Those that are wanted, and those whose sockets are here, each once and in order. */
static void
channels_are_those_of_both(void)
{
	struct health *h;

	enter();
	scratch_write("run/forward/krishna.sock", "", 0600);
	scratch_write("run/loop/krishna.sock", "", 0600);
	scratch_write("run/loop/arati.sock", "", 0600);
	scratch_write("run/forward/Bad.sock", "", 0600);
	scratch_write("run/forward/.sock", "", 0600);
	scratch_write("run/forward/other.json", "", 0600);
	pq_expect("connect", { "lsctl_health" });
	expect_desired("http://127.0.0.1:1", CHANNEL("waheguru") "," CHANNEL("krishna") "," CHANNEL("Not A Name"));
	t_ok((h = collector_pass(c)) != NULL);
	t_str(names(h), "arati krishna waheguru ");
	t_ok(!record_true(record(h, "waheguru"), "running"));
	t_ok(!server_up(h));
	t_int(collector_requests(c), 1);
	t_pq();
}

static void
with_the_database_away_what_runs_is_seen(void)
{
	const struct ctl_rule status = { "\"status\"", STATUS("krishna", "OBS_ACTIVE") };
	struct ctl_peer forward;
	struct health *h;

	enter();
	forward = ctl_peer_start("run/forward/krishna.sock", &status, 1);
	pq_expect("connect", { "lsctl_health" }, .lost = true, .message = "connection refused");
	t_ok((h = collector_pass(c)) != NULL);
	t_int(collector_db(c), DB_AWAY);
	t_int(collector_trips(c), 0);
	t_int(collector_requests(c), 0);		/* where the media server is, nobody knows */
	t_str(names(h), "krishna ");
	t_ok(record_true(record(h, "krishna"), "running"));
	t_ok(health_status(h) != HEALTH_OK);
	/* it comes back, is lost in a statement, and comes back again */
	pq_expect("connect", { "lsctl_health" });
	expect_desired("http://127.0.0.1:1", CHANNEL("krishna"));
	t_ok((h = collector_pass(c)) != NULL);
	t_int(collector_db(c), DB_OK);
	pq_expect("health_desired", { "here" }, .lost = true);
	t_ok((h = collector_pass(c)) != NULL);
	t_int(collector_db(c), DB_AWAY);
	t_str(names(h), "krishna ");
	pq_expect("connect", { "lsctl_health" });
	pq_expect("health_desired", { "here" }, .sqlstate = "42501", .message = "permission denied");
	t_ok((h = collector_pass(c)) != NULL);
	t_int(collector_db(c), DB_DENIED);
	ctl_peer_end(forward);
	t_pq();
}

static void
the_media_server_may_be_told_without_a_database(void)
{
	static const struct http_rule rules[] = { { LIST, "200 OK", STREAMS, "" } };
	struct health *h;
	int log;

	enter();
	log = http_start(rules, nitems(rules));
	setenv("LSCTL_SERVER", "srs", 1);
	setenv("LSCTL_API_URL", http_url, 1);
	pq_expect("connect", { "lsctl_health" }, .lost = true, .message = "connection refused");
	t_ok((h = collector_pass(c)) != NULL);
	t_ok(server_up(h));
	t_int(collector_requests(c), 1);
	/* what the database says counts before it */
	collector_free(c);
	t_ok((c = collector_new("here", NULL)) != NULL);
	pq_expect("connect", { "lsctl_health" });
	expect_desired("http://127.0.0.1:1", "");
	t_ok((h = collector_pass(c)) != NULL);
	t_ok(!server_up(h));
	http_stop(log);
	t_pq();
}

static void
a_media_server_that_moved_is_asked_where_it_is(void)
{
	static const struct http_rule rules[] = { { LIST, "200 OK", STREAMS, "" } };
	struct health *h;
	int log;

	enter();
	pq_expect("connect", { "lsctl_health" });
	expect_desired("http://127.0.0.1:1", "");
	t_ok((h = collector_pass(c)) != NULL);
	t_ok(!server_up(h));
	log = http_start(rules, nitems(rules));
	expect_desired(http_url, "");
	t_ok((h = collector_pass(c)) != NULL);
	t_ok(server_up(h));
	http_stop(log);
	/* of a kind that nobody knows it is not asked at all */
	pq_expect("health_desired", { "here" },
	    .value = "{\"host\":{\"server\":\"red5\",\"api_url\":\"http://127.0.0.1:2\"},\"channels\":[]}");
	t_ok((h = collector_pass(c)) != NULL);
	t_ok(!server_up(h));
	t_int(collector_requests(c), 0);
	t_pq();
}

/* A pass without channels, whose media server answers: how many problems the host has. */
static size_t
problems_of_a_pass(void)
{
	struct health *h;

	expect_desired(http_url, "");
	t_ok((h = collector_pass(c)) != NULL);
	return h != NULL ? host_problems(h) : 99;
}

static void
events_that_wait_too_long_are_a_problem(void)
{
	static const struct http_rule rules[] = { { LIST, "200 OK", STREAMS, "" } };
	const struct timespec old[2] = { { .tv_sec = time(NULL) - 120 }, { .tv_sec = time(NULL) - 120 } };
	enum hostile kind;
	int log;

	enter();
	log = http_start(rules, nitems(rules));
	pq_expect("connect", { "lsctl_health" });
	t_int(problems_of_a_pass(), 0);
	scratch_write("state/spool/events", "{}\n", 0600);
	t_int(problems_of_a_pass(), 0);
	t_int(utimensat(AT_FDCWD, scratch_path("state/spool/events"), old, 0), 0);
	t_int(problems_of_a_pass(), 1);
	scratch_write("state/spool/events", "", 0600);
	t_int(utimensat(AT_FDCWD, scratch_path("state/spool/events"), old, 0), 0);
	t_int(problems_of_a_pass(), 0);		/* nothing is in it */
	scratch_write("state/spool/ship.new.refused", "{}\n", 0600);	/* however new that is */
	t_int(problems_of_a_pass(), 1);
	scratch_remove("state/spool/ship.new.refused");
	for (kind = 0; kind < HOSTILE_KINDS; kind++) {
		/* a record of when problems began, and an event: neither is waited for */
		hostile_put(kind, scratch_path("run/health/problems"), scratch_path("secret"));
		hostile_put(kind, scratch_path("state/spool/events"), scratch_path("secret"));
		t_int(problems_of_a_pass(), 0);
		hostile_put(kind, scratch_path("state/spool/events.refused"), scratch_path("secret"));
		t_int(problems_of_a_pass(), 1);
		t_ok(hostile_spared(scratch_path("secret")));
		scratch_remove("state/spool/events.refused");
	}
	http_stop(log);
	collector_free(c);
	collector_free(NULL);
	t_pq();
}

T_MAIN(
	{ "each_part_is_asked_once", each_part_is_asked_once },
	{ "channels_are_those_of_both", channels_are_those_of_both },
	{ "with_the_database_away_what_runs_is_seen", with_the_database_away_what_runs_is_seen },
	{ "the_media_server_may_be_told_without_a_database", the_media_server_may_be_told_without_a_database },
	{ "a_media_server_that_moved_is_asked_where_it_is", a_media_server_that_moved_is_asked_where_it_is },
	{ "events_that_wait_too_long_are_a_problem", events_that_wait_too_long_are_a_problem }
)
