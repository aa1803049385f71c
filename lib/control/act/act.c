/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/log.h"
#include "control/account/credential.h"
#include "control/act/act.h"
#include "control/act/act_account.h"
#include "control/act/act_command.h"
#include "control/act/act_permit.h"
#include "control/act/act_run.h"
#include "control/db.h"

#include <errno.h>

#define TOOL_MS	25000	/* of one tool: more than a switch, a kick and the deadlines of the database need */

static const struct db_stmt shown_stmt = {
	"key_shown", "select key_shown($1, $2, $3, $4)", 4
};
static const struct db_stmt prepared_stmt = {
	"film_prepared", "select film_prepared($1, $2, $3)", 3
};
static const struct db_stmt rekey_stmt = {
	"rekey_begun", "select rekey_begun($1, $2)", 2
};
static const struct db_stmt end_stmt = {
	"act_end", "select act_end($1::bigint, $2, $3::boolean)", 3
};

/* -- the request -- */

static const char *
text_of(const json_t *o, const char *name)
{
	return json_string_value(json_object_get(o, name));
}

static int
request_read(struct act_request *r, const char *line, size_t len)
{
	const json_t *channel;
	const char *credential;

	memset(r, 0, sizeof(*r));
	r->json = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	r->name = text_of(r->json, "do");
	r->arguments = json_object_get(r->json, "arguments");
	channel = json_object_get(r->arguments, "channel");
	/* the tool must get the channel that the database was asked about */
	if (r->name == NULL || !json_is_object(r->arguments) || (channel != NULL && !json_is_string(channel)))
		return -1;
	r->address = text_of(r->json, "address") != NULL ? text_of(r->json, "address") : "";
	r->agent = text_of(r->json, "agent") != NULL ? text_of(r->json, "agent") : "";
	r->key = text_of(r->json, "key");
	r->version = text_of(r->json, "version");
	if ((credential = text_of(r->json, "credential")) != NULL)
		credential_digest(credential, strlen(credential), r->digest);
	if (r->address[strspn(r->address, "0123456789abcdefABCDEF.:")] != '\0')
		r->address = "";
	return 0;
}

/* -- a tool -- */

/*
 * The code of an answer. An override is in the database; a forwarder that does not answer now gets it from the next pass.
 * A test that found a fault is an answer, and so is what would change.
 */
static const char *
code_of_run(const struct act_run *run, const struct act_command *c, act_code *code_of)
{
	const char *code = code_of(run->status);

	if (strcmp(c->name, "override") == 0 && strcmp(code, "unavailable") == 0)
		return "ok";
	if (run->status == 1 && run->output != NULL &&
	    (strcmp(c->name, "destination-test") == 0 || strcmp(c->name, "declaration-apply") == 0))
		return "ok";
	if (run->status == 1 && strncmp(c->name, "alert-acknowledge", strlen("alert-acknowledge")) == 0)
		return "not-found";
	return code;
}

static json_t *
run_answer(const struct act_run *run, const struct act_command *c, act_code *code_of)
{
	const char *code = code_of_run(run, c, code_of);

	if (strcmp(code, "ok") == 0)
		return json_pack("{s:s, s:O*}", "code", code, "body", run->output);
	return act_problem(code, run->status == -1 && run->line[0] == '\0' ? "the tool did not end in time" : run->line);
}

/* Adds a setting; the value must be of the characters that need no quoting in PGOPTIONS. */
static int
setting_add(char *options, size_t size, const char *name, const char *value)
{
	size_t n = strlen(options);

	if (value[strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._@+-:")] != '\0')
		return -1;
	return (size_t)snprintf(options + n, size - n, " -c lsctl.%s=%s", name, value) < size - n ? 0 : -1;
}

/*
 * The tool writes the caller as the author of its events, sql/functions/author.sql, and changes a channel only in the
 * version that the caller has seen, sql/functions/declare.sql.
 */
static int
author_set(const struct act_request *r, const char *account)
{
	const char *channel = text_of(r->arguments, "channel");
	char options[512] = "", expect[256];

	if (setting_add(options, sizeof(options), "author", account) == -1 ||
	    setting_add(options, sizeof(options), "author_address", r->address) == -1)
		return -1;
	if (r->version != NULL && channel != NULL &&
	    ((size_t)snprintf(expect, sizeof(expect), "%s:%s", channel, r->version) >= sizeof(expect) ||
	    setting_add(options, sizeof(options), "expect", expect) == -1))
		return -1;
	unsetenv("JOURNAL_STREAM");	/* its last line is read, and needs no priority */
	return setenv("PGOPTIONS", options, 1);
}

static json_t *
tool_answer(const struct act_request *r, const struct act_command *c, const char *account, act_code *code_of)
{
	struct act_argv a;
	struct act_run run;
	json_t *answer;

	if (act_argv_make(&a, c, r->arguments, account) == -1)
		answer = json_pack("{s:s, s:s+++, s:s*}", "code", "not-valid", "detail", a.field != NULL ? a.field : "",
		    " ", a.reason, "", "field", a.field);
	else if (author_set(r, account) == -1)
		answer = act_problem("tool-failed", "the name of the account cannot be passed to the tool");
	else if (act_run(&run, a.argv, a.input, TOOL_MS) == -1)
		answer = act_problem("tool-failed", strerror(errno));
	else {
		answer = run_answer(&run, c, code_of);
		act_run_free(&run);
	}
	act_argv_free(&a);
	return answer;
}

/* -- what the database gets -- */

/* A secret is answered when it is in the audit that it was shown. Takes the answer. */
static json_t *
shown_answer(struct db *db, const struct act_request *r, const char *account, json_t *answer)
{
	const char *params[] = { text_of(r->arguments, "channel"), text_of(r->arguments, "source"), account, r->address };
	enum db_fault f;

	if (strcmp(text_of(answer, "code"), "ok") != 0 || (f = db_run(db, &shown_stmt, params, NULL)) == DB_OK)
		return answer;
	json_decref(answer);
	return act_fault(f, db_reason(db));
}

/* No tool of lsctl's writes this event: the preparation is a unit of its own. It begins before its event is there. */
static void
film_event(struct db *db, const struct act_request *r, const char *account, const json_t *answer)
{
	const char *params[] = { text_of(r->arguments, "film"), account, r->address };

	if (strcmp(text_of(answer, "code"), "ok") == 0 && db_run(db, &prepared_stmt, params, NULL) != DB_OK)
		log_warnx("the event of a preparation is lost: %s", db_reason(db));
}

/*
 * A unit of its own seals anew, which no other host takes part in: its event does not name the account. NULL: it may begin;
 * else the answer.
 */
static json_t *
rekey_event(struct db *db, const struct act_request *r, const char *account)
{
	const char *params[] = { account, r->address };
	enum db_fault f = db_run(db, &rekey_stmt, params, NULL);

	if (f == DB_OK)
		return NULL;
	return f == DB_REFUSED ? act_problem("conflict", db_reason(db)) : act_fault(f, db_reason(db));
}

static bool
has_channel(const json_t *who, const json_t *channel)
{
	const json_t *list = json_object_get(who, "channels"), *v;
	size_t i;

	if (!json_is_array(list))
		return true;
	json_array_foreach(list, i, v)
		if (json_equal(v, channel))
			return true;
	return false;
}

/*
 * Lists of a tool, each with a name. The tool prints those of the whole host: those of other channels, and of the host, are
 * not for the caller.
 */
static const struct {
	const char	*command, *name;
	bool		 all;	/* the caller gets it whole */
} lists[] = {
	{ "alerts", "alerts", false }, { "keys", "keys", false }, { "declaration-apply", "changes", true },
};

static json_t *
list_answer(const json_t *who, json_t *answer, const char *name, bool all)
{
	json_t *printed = json_object_get(answer, "body"), *list = json_array(), *v;
	size_t i;

	if (json_is_object(printed) && (all || has_channel(who, json_object_get(printed, "channel"))))
		json_array_append(list, printed);
	json_array_foreach(printed, i, v)
		if (all || has_channel(who, json_object_get(v, "channel")))
			json_array_append(list, v);
	json_object_set_new(answer, "body", json_pack("{s:o}", name, list));
	return answer;
}

/* A request with a key acts once; one that did not act may be tried again. */
static void
request_end(struct db *db, const struct act_request *r, const json_t *who, const json_t *answer)
{
	char id[24];
	const char *params[] = { id, r->key, strcmp(text_of(answer, "code"), "ok") == 0 ? "true" : "false" };

	if (r->key == NULL)
		return;
	snprintf(id, sizeof(id), "%" JSON_INTEGER_FORMAT, json_integer_value(json_object_get(who, "id")));
	db_run(db, &end_stmt, params, NULL);
}

/* What a caller gets that may: the tool's answer, and what goes with it. */
static json_t *
permitted_answer(struct db *db, const struct act_request *r, const struct act_command *c, const json_t *who,
    act_code *code_of)
{
	const char *account = text_of(who, "account");
	json_t *answer = strcmp(c->permission, "master-key") == 0 ? rekey_event(db, r, account) : NULL;
	size_t i;

	if (answer == NULL)
		answer = tool_answer(r, c, account, code_of);
	if (strcmp(c->name, "key-show") == 0)
		answer = shown_answer(db, r, account, answer);
	if (strcmp(c->permission, "film-prepare") == 0)
		film_event(db, r, account, answer);
	for (i = 0; i < nitems(lists); i++)
		if (strcmp(c->name, lists[i].command) == 0 && strcmp(text_of(answer, "code"), "ok") == 0)
			answer = list_answer(who, answer, lists[i].name, lists[i].all);
	request_end(db, r, who, answer);
	return answer;
}

static json_t *
command_answer(struct db *db, const struct act_request *r, const struct act_command *c, act_code *code_of)
{
	json_t *answer = NULL, *who = act_permit(db, r, c->permission, &answer);
	const char *code = text_of(who, "code");

	if (who == NULL)
		return answer;
	if (strcmp(code, "ok") == 0)
		answer = permitted_answer(db, r, c, who, code_of);
	else if (strcmp(code, "again") == 0 && json_is_true(json_object_get(who, "done")))
		answer = json_pack("{s:s, s:b}", "code", "ok", "again", 1);
	else if (strcmp(code, "again") == 0)
		answer = act_problem("conflict", "the first request with this key still runs");
	else
		answer = json_pack("{s:s, s:O*}", "code", code, "needs", json_object_get(who, "needs"));
	json_decref(who);
	return answer;
}

json_t *
act_answer(const char *line, size_t len, act_code *code_of)
{
	const struct act_command *c;
	struct act_request r;
	struct error err;
	enum db_fault f;
	struct db *db;
	json_t *answer;

	if (request_read(&r, line, len) == -1)
		answer = act_problem("not-valid", "the request is not one");
	else if ((c = act_command_find(r.name)) == NULL && !act_account_has(r.name))
		answer = act_problem("not-found", "there is no such command");
	else if ((db = db_open("lsctl_act", &f, &err)) == NULL)
		answer = act_fault(f, err.text);
	else {
		answer = c != NULL ? command_answer(db, &r, c, code_of) : act_account(db, &r);
		db_close(db);
	}
	json_decref(r.json);
	return answer;
}
