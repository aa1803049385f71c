/* SPDX-License-Identifier: ISC */
/* After a token was changed: the snapshot of this host, and who publishes at its media server. */
#include "keys_stage.h"

#include "caught.h"
#include "control/acl/acl.h"
#include "control/keys/evict.h"
#include "http_peer.h"

#define CLIENT(id, publishing, alive) "{\"id\":\"" id "\",\"url\":\"/live/krishna_obs\"," \
	"\"publish\":" publishing ",\"alive\":" alive "}"
#define CLIENTS(list)	"{\"code\":0,\"clients\":[" list "]}"
#define LIST	"GET /api/v1/clients/"
#define KICK	"DELETE /api/v1/clients/"

static int kicked;

static void
enter(void)
{
	if (db == NULL)
		keys_stage();
	db_anew();
	setenv("LSCTL_HOST", "here", 1);
	setenv("LSCTL_STATE", scratch(), 1);
	setenv("LSCTL_SERVER_AUTH_FILE", scratch_write("auth", "lsctl:canary\n", 0600), 1);
	err.text[0] = '\0';
}

/* The database's list of tokens. */
static void
expect_snapshot(void)
{
	pq_expect("acl", { "here" }, .row = { { "krishna", "obs", "-", "-" } }, .columns = 4);
}

/* Where the media server of this host is. */
static void
expect_server(void)
{
	char text[160];

	snprintf(text, sizeof(text), "{\"server\":\"srs\",\"api_url\":\"%s\"}", http_url);
	pq_expect("keys_host", { "here" }, .value = text);
}

static int
publisher(const char *host)
{
	return evict_publisher(db, host, "krishna_obs", &kicked, &err);
}

/* evict(), and what it logs. */
static int
all_of_it(const char *host, bool kick, const char **log)
{
	int rc;

	caught_begin(STDERR_FILENO);
	rc = evict(db, host, "krishna", "obs", "rotated", kick);
	*log = caught_end();
	return rc;
}

static void
the_snapshot_is_written_for_this_host_alone(void)
{
	struct acl *g;

	enter();
	expect_snapshot();
	t_int(evict_acl(db, "here", &err), 0);
	if (t_ok((g = acl_open(scratch_path("acl"), &err)) != NULL))
		t_int(acl_publish(g, "krishna_obs", "x", 1, 1), ACL_WRONG_TOKEN);
	acl_close(g);
	t_int(evict_acl(db, "there", &err), -1);
	t_ok(strstr(err.text, "here") != NULL && strstr(err.text, "there") != NULL);
	t_pq();
}

/* Who was let in before the change, and was not listed yet, goes too; who came after it has the new token. */
static void
who_is_in_and_who_is_just_let_in_is_thrown_out(void)
{
	static const struct http_rule rules[] = {
		{ HTTP_ONCE LIST, "200 OK", CLIENTS(CLIENT("c1", "true", "60") "," CLIENT("player", "false", "60")), "" },
		{ LIST, "200 OK", CLIENTS(CLIENT("c2", "true", "60") "," CLIENT("c3", "true", "0.0") ","
		    CLIENT("player", "false", "60")), "" },
		{ KICK, "200 OK", "{\"code\":0}", "" }
	};
	const char *asked;
	int log;

	enter();
	log = http_start(rules, nitems(rules));
	expect_server();
	t_int(publisher("here"), 0);
	t_int(kicked, 2);
	asked = http_asked(log);
	t_ok(strstr(asked, KICK "c1 ") != NULL);
	t_ok(strstr(asked, KICK "c2 ") != NULL);
	t_ok(strstr(asked, KICK "c3 ") == NULL);
	t_ok(strstr(asked, KICK "player ") == NULL);
	t_ok(strstr(asked, "Authorization: Basic bHNjdGw6Y2FuYXJ5\r\n") != NULL);
	t_pq();
}

static void
a_client_that_is_gone_already_does_not_count(void)
{
	static const struct http_rule rules[] = {
		{ HTTP_ONCE LIST, "200 OK", CLIENTS(""), "" },
		{ LIST, "200 OK", CLIENTS(CLIENT("c2", "true", "60")), "" },
		{ KICK, "200 OK", "{\"code\":2049}", "" }
	};
	int log;

	enter();
	log = http_start(rules, nitems(rules));
	expect_server();
	t_int(publisher("here"), 0);
	t_int(kicked, 0);
	http_stop(log);
	t_pq();
}

static void
what_the_media_server_does_not_say_is_a_fault(void)
{
	static const struct http_rule rules[] = {
		{ HTTP_ONCE LIST, "200 OK", CLIENTS(""), "" },
		{ LIST, "500 No", "", "" }
	};
	int log;

	enter();
	log = http_start(rules, nitems(rules));
	expect_server();
	t_int(publisher("here"), -1);
	t_ok(strstr(err.text, "500") != NULL);
	http_stop(log);
	pq_expect("keys_host", { "here" }, .sqlstate = "42501", .message = "permission denied");
	t_int(publisher("here"), -1);
	t_str(err.text, "permission denied");
	pq_expect("keys_host", { "here" });
	t_int(publisher("here"), -1);
	t_ok(strstr(err.text, "here") != NULL);
	t_int(publisher("there"), -1);		/* nobody is asked */
	t_pq();
}

static void
it_says_what_was_done(void)
{
	static const struct http_rule rules[] = {
		{ HTTP_ONCE LIST, "200 OK", CLIENTS(CLIENT("c1", "true", "60")), "" },
		{ LIST, "200 OK", CLIENTS(""), "" },
		{ KICK, "200 OK", "{\"code\":0}", "" }
	};
	char first[512];
	const char *log;
	int peer;

	enter();
	peer = http_start(rules, nitems(rules));
	expect_snapshot();
	expect_server();
	t_int(all_of_it("here", true, &log), 0);
	t_ok(strstr(log, "krishna obs: rotated") != NULL);
	strlcpy(first, log, sizeof(first));
	expect_snapshot();
	expect_server();
	t_int(all_of_it("here", true, &log), 0);
	t_ok(strcmp(log, first) != 0);		/* nobody was publishing any more */
	http_stop(peer);
	expect_snapshot();
	t_int(all_of_it("here", false, &log), 0);
	t_str(log, "");
	t_pq();
}

static void
what_is_still_to_be_done_is_said(void)
{
	const char *log;

	enter();
	t_int(all_of_it("there", true, &log), -1);
	t_ok(strstr(log, "there") != NULL);
	pq_expect("acl", { "here" }, .sqlstate = "57014", .message = "canceling statement");
	t_int(all_of_it("here", true, &log), -1);
	t_ok(strstr(log, "canceling statement") != NULL);
	expect_snapshot();
	strlcpy(http_url, "http://127.0.0.1:1", sizeof(http_url));
	expect_server();
	t_int(all_of_it("here", true, &log), -1);
	t_ok(strstr(log, "127.0.0.1:1") != NULL);
	t_pq();
	db_close(db);
}

T_MAIN(
	{ "the_snapshot_is_written_for_this_host_alone", the_snapshot_is_written_for_this_host_alone },
	{ "who_is_in_and_who_is_just_let_in_is_thrown_out", who_is_in_and_who_is_just_let_in_is_thrown_out },
	{ "a_client_that_is_gone_already_does_not_count", a_client_that_is_gone_already_does_not_count },
	{ "what_the_media_server_does_not_say_is_a_fault", what_the_media_server_does_not_say_is_a_fault },
	{ "it_says_what_was_done", it_says_what_was_done },
	{ "what_is_still_to_be_done_is_said", what_is_still_to_be_done_is_said }
)
