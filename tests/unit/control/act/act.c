/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/act/act.h"
#include "fake/pq.h"
#include "lsctl-act/tool_code.h"
#include "t.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define OK	"{\"code\": \"ok\", \"account\": \"jas\", \"id\": 7, \"kind\": \"session\"}"
#define DIGEST	"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"	/* of "abc", FIPS 180-4 */

static char dir[] = "/tmp/act.XXXXXX";

/* A tool of this name, in the only folder of PATH that has one. */
static void
tool(const char *name, const char *script)
{
	char path[256];
	FILE *f;

	if (strcmp(dir + sizeof(dir) - 7, "XXXXXX") == 0 && mkdtemp(dir) != NULL) {
		snprintf(path, sizeof(path), "%s:/usr/bin:/bin", dir);
		setenv("PATH", path, 1);
	}
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "w")) == NULL)
		return;
	fprintf(f, "#!/bin/sh\n%s\n", script);
	fclose(f);
	chmod(path, 0755);
}

/* The answer to a request, as JSON text. */
static const char *
answer(const char *line)
{
	static char *text;
	json_t *a;

	free(text);
	unsetenv("PGOPTIONS");
	a = act_answer(line, strlen(line), tool_code);
	text = json_dumps(a, JSON_COMPACT | JSON_SORT_KEYS);
	json_decref(a);
	return text;
}

#define OVERRIDE(rest)	"{\"do\": \"override\", \"credential\": \"abc\", \"arguments\": {\"channel\": \"krishna\", \"to\": \"loop\"}" \
			rest "}"

static void
begins(const char *reply)
{
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "switch", "krishna", NULL, PQ_ANY, NULL }, .value = reply);
}

static void
refuses_what_is_no_request(void)
{
	static const char *const wrong[] = { "", "x", "[]", "{}", "{\"do\": \"override\"}", "{\"do\": 5, \"arguments\": {}}",
	    "{\"do\": \"override\", \"arguments\": []}", "{\"do\": \"override\", \"do\": \"x\", \"arguments\": {}}",
	    "{\"do\": \"override\", \"arguments\": {\"channel\": \"a\\u0000b\"}}" };
	size_t i;

	for (i = 0; i < nitems(wrong); i++)
		if (!t_str(answer(wrong[i]), "{\"code\":\"not-valid\",\"detail\":\"the request is not one\"}"))
			printf("# %s\n", wrong[i]);
	t_str(answer("{\"do\": \"rm\", \"arguments\": {}}"), "{\"code\":\"not-found\",\"detail\":\"there is no such command\"}");
	t_pq();
}

/* A list of one name would reach the tool as that name, and the database as none. */
static void
refuses_a_channel_that_is_no_text(void)
{
	static const char *const wrong[] = { "[\"rama\"]", "null", "5", "true", "{}" };
	char line[256];
	size_t i;

	for (i = 0; i < nitems(wrong); i++) {
		snprintf(line, sizeof(line), "{\"do\": \"override\", \"credential\": \"abc\", \"arguments\": {\"channel\": %s, "
		    "\"to\": \"off\"}}", wrong[i]);
		t_str(answer(line), "{\"code\":\"not-valid\",\"detail\":\"the request is not one\"}");
	}
	t_pq();
}

static void
runs_the_tool_as_the_person(void)
{
	tool("lsctl-switch", "printf '{\"options\": \"%s\", \"args\": \"%s\"}' \"$PGOPTIONS\" \"$*\"");
	begins(OK);
	t_str(answer(OVERRIDE(", \"address\": \"2001:db8::1\"")), "{\"body\":{\"args\":\"--json --to=loop -- krishna\",\"options\":"
	    "\" -c lsctl.author=jas -c lsctl.author_address=2001:db8::1\"},\"code\":\"ok\"}");
	t_pq();
}

static void
makes_no_second_setting_of_anything(void)
{
	static const char *const hostile[] = { "1.2.3.4 -c role=t_super", "1.2.3.4\\\\ -c x=y", "x", "1.2.3.4=5" };
	char line[512];
	size_t i;

	tool("lsctl-switch", "printf '{\"options\": \"%s\"}' \"$PGOPTIONS\"");
	for (i = 0; i < nitems(hostile); i++) {
		begins(OK);
		snprintf(line, sizeof(line), OVERRIDE(", \"address\": \"%s\""), hostile[i]);
		t_str(answer(line), "{\"body\":{\"options\":\" -c lsctl.author=jas -c lsctl.author_address=\"},\"code\":\"ok\"}");
	}
	begins("{\"code\": \"ok\", \"account\": \"jas -c role=t_super\", \"id\": 7}");
	t_ok(strstr(answer(OVERRIDE("")), "tool-failed") != NULL);
	t_ok(getenv("PGOPTIONS") == NULL);
	t_pq();
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "switch", "krishna", NULL, PQ_ANY, "a -c role=t_super" }, .value = OK);
	t_ok(strstr(answer(OVERRIDE(", \"version\": \"a -c role=t_super\"")), "tool-failed") != NULL);
	t_ok(getenv("PGOPTIONS") == NULL);
	t_pq();
}

static void
expects_the_version_that_the_caller_has_seen(void)
{
	tool("lsctl-switch", "printf '{\"options\": \"%s\"}' \"$PGOPTIONS\"");
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "switch", "krishna", NULL, PQ_ANY, "0123abcd" }, .value = OK);
	t_ok(strstr(answer(OVERRIDE(", \"version\": \"0123abcd\"")), " -c lsctl.expect=krishna:0123abcd") != NULL);
	t_pq();
}

static void
answers_what_the_database_says_of_the_caller(void)
{
	tool("lsctl-switch", "echo '{}'; echo ran >&2; exit 0");
	begins("{\"code\": \"unauthenticated\"}");
	t_str(answer(OVERRIDE("")), "{\"code\":\"unauthenticated\"}");
	begins("{\"code\": \"forbidden\", \"needs\": \"operator\", \"account\": \"jas\"}");
	t_str(answer(OVERRIDE("")), "{\"code\":\"forbidden\",\"needs\":\"operator\"}");
	begins("{\"code\": \"no-such-channel\"}");
	t_str(answer(OVERRIDE("")), "{\"code\":\"no-such-channel\"}");
	begins("{\"code\": \"again\", \"done\": true}");
	t_str(answer(OVERRIDE("")), "{\"again\":true,\"code\":\"ok\"}");
	begins("{\"code\": \"again\", \"done\": false}");
	t_ok(strstr(answer(OVERRIDE("")), "\"conflict\"") != NULL);
	begins("not JSON");
	t_ok(strstr(answer(OVERRIDE("")), "\"tool-failed\"") != NULL);
	pq_expect("connect", { "lsctl_act" }, .message = "FATAL:  57P03: no", .lost = true);
	t_ok(strstr(answer(OVERRIDE("")), "\"database-down\"") != NULL);
	t_pq();
}

static void
names_the_argument_that_is_not_valid(void)
{
	begins(OK);
	t_str(answer("{\"do\": \"override\", \"credential\": \"abc\", \"arguments\": {\"channel\": \"krishna\"}}"),
	    "{\"code\":\"not-valid\",\"detail\":\"to is missing\",\"field\":\"to\"}");
	t_pq();
}

static void
tells_why_a_tool_failed(void)
{
	tool("lsctl-switch", "echo 'lsctl-switch: why' >&2; echo '{}'; exit 65");
	begins(OK);
	t_str(answer(OVERRIDE("")), "{\"code\":\"conflict\",\"detail\":\"why\"}");
	tool("lsctl-switch", "exit 1");
	begins(OK);
	t_str(answer(OVERRIDE("")), "{\"code\":\"tool-failed\",\"detail\":\"\"}");
	tool("lsctl-switch", "kill -9 $$");
	begins(OK);
	t_str(answer(OVERRIDE("")), "{\"code\":\"tool-failed\",\"detail\":\"the tool did not end in time\"}");
	t_pq();
}

static void
ends_a_request_with_a_key(void)
{
	tool("lsctl-switch", "exit 0");
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "switch", "krishna", "k1", PQ_ANY, NULL }, .value = OK);
	pq_expect("act_end", { "7", "k1", "true" });
	t_str(answer(OVERRIDE(", \"key\": \"k1\"")), "{\"code\":\"ok\"}");
	tool("lsctl-switch", "exit 65");
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "switch", "krishna", "k1", PQ_ANY, NULL }, .value = OK);
	pq_expect("act_end", { "7", "k1", "false" });
	t_ok(strstr(answer(OVERRIDE(", \"key\": \"k1\"")), "conflict") != NULL);
	t_pq();
}

#define SHOW	"{\"do\": \"key-show\", \"credential\": \"abc\", \"address\": \"192.0.2.1\", " \
		"\"arguments\": {\"channel\": \"krishna\", \"source\": \"obs\"}}"

static void
shows_a_key_only_after_the_audit_has_it(void)
{
	tool("lsctl-keys", "echo '{\"stream_key\": \"s3cret\"}'");
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "key-show", "krishna", NULL, PQ_ANY, NULL }, .value = OK);
	pq_expect("key_shown", { "krishna", "obs", "jas", "192.0.2.1" });
	t_str(answer(SHOW), "{\"body\":{\"stream_key\":\"s3cret\"},\"code\":\"ok\"}");
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "key-show", "krishna", NULL, PQ_ANY, NULL }, .value = OK);
	pq_expect("key_shown", { "krishna", "obs", "jas", "192.0.2.1" }, .sqlstate = "53100", .message = "no space");
	t_ok(strstr(answer(SHOW), "s3cret") == NULL);
	t_pq();
}

static void
tells_whose_film_is_prepared(void)
{
	const char *line = "{\"do\": \"film-prepare\", \"credential\": \"abc\", \"address\": \"192.0.2.1\", \"arguments\": "
	    "{\"upload\": \"00112233445566778899aabbccddeeff\", \"film\": \"kirtan.mp4\"}}";

	setenv("LSCTL_SUPERVISOR", "/bin/true", 1);
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "film-prepare", NULL, NULL, PQ_ANY, NULL }, .value = OK);
	pq_expect("film_prepared", { "kirtan.mp4", "jas", "192.0.2.1" });
	t_str(answer(line), "{\"code\":\"ok\"}");
	setenv("LSCTL_SUPERVISOR", "/bin/false", 1);
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "film-prepare", NULL, NULL, PQ_ANY, NULL }, .value = OK);
	t_ok(strstr(answer(line), "\"ok\"") == NULL);
	unsetenv("LSCTL_SUPERVISOR");
	t_pq();
}

/* The override is recorded, and the forwarder takes it later; a key was not shown. */
static void
takes_what_is_done_later_as_done(void)
{
	tool("lsctl-switch", "echo 'lsctl-switch: recorded' >&2; exit 69");
	tool("lsctl-keys", "echo 'lsctl-keys: no' >&2; exit 69");
	begins(OK);
	t_str(answer(OVERRIDE("")), "{\"code\":\"ok\"}");
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "key-show", "krishna", NULL, PQ_ANY, NULL }, .value = OK);
	t_str(answer(SHOW), "{\"code\":\"unavailable\",\"detail\":\"no\"}");
	t_pq();
}

/* -- the own account -- */

static void
lets_only_a_session_change_its_account(void)
{
	const char *line = "{\"do\": \"totp-begin\", \"credential\": \"abc\", \"key\": \"k1\", \"arguments\": {}}";

	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "own-account", NULL, NULL, PQ_ANY, NULL }, .value =
	    "{\"code\": \"forbidden\", \"account\": \"jas\", \"id\": 7, \"kind\": \"token\"}");
	t_ok(strstr(answer(line), "\"forbidden\"") != NULL);
	pq_expect("connect", { "lsctl_act" });
	pq_expect("act_begin", { DIGEST, "own-account", NULL, NULL, PQ_ANY, NULL }, .value = "{\"code\": \"unauthenticated\"}");
	t_ok(strstr(answer(line), "\"unauthenticated\"") != NULL);
	t_pq();
}

static void
cleans_up(void)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/lsctl-switch", dir);
	t_int(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/lsctl-keys", dir);
	t_int(unlink(path), 0);
	t_int(rmdir(dir), 0);
}

T_MAIN(
	{ "refuses_what_is_no_request", refuses_what_is_no_request },
	{ "refuses_a_channel_that_is_no_text", refuses_a_channel_that_is_no_text },
	{ "runs_the_tool_as_the_person", runs_the_tool_as_the_person },
	{ "makes_no_second_setting_of_anything", makes_no_second_setting_of_anything },
	{ "expects_the_version_that_the_caller_has_seen", expects_the_version_that_the_caller_has_seen },
	{ "answers_what_the_database_says_of_the_caller", answers_what_the_database_says_of_the_caller },
	{ "names_the_argument_that_is_not_valid", names_the_argument_that_is_not_valid },
	{ "tells_why_a_tool_failed", tells_why_a_tool_failed },
	{ "ends_a_request_with_a_key", ends_a_request_with_a_key },
	{ "shows_a_key_only_after_the_audit_has_it", shows_a_key_only_after_the_audit_has_it },
	{ "tells_whose_film_is_prepared", tells_whose_film_is_prepared },
	{ "takes_what_is_done_later_as_done", takes_what_is_done_later_as_done },
	{ "lets_only_a_session_change_its_account", lets_only_a_session_change_its_account },
	{ "cleans_up", cleans_up }
)
