/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "control/account/own_account.h"
#include "control/account/sign_in.h"
#include "control/act/act_account.h"

struct task {
	const struct act_request	*r;
	struct sign_in			 s;
	struct sign_in_from		 from;
	struct own_account		 own;	/* for commands that need a session */
};

struct account_command {
	const char	*name;
	bool		 own;		/* needs a session of the account */
	json_t		*(*run)(struct task *);
};

/* -- arguments and answers -- */

static const char *
argument(const struct task *t, const char *name)
{
	return json_string_value(json_object_get(t->r->arguments, name));
}

/* A text of the request, which sign_in.h wipes. NULL: there is none. jansson wipes it again when it is freed. */
static char *
secret_argument(const struct task *t, const char *name)
{
	return (char *)(uintptr_t)argument(t, name);
}

static json_t *
not_valid(const char *field, const char *detail)
{
	return json_pack("{s:s, s:s, s:s}", "code", "not-valid", "field", field, "detail", detail);
}

/* The answer if a command did not succeed. */
static json_t *
refusal(const struct task *t, enum sign_in_result result)
{
	switch (result) {
	case SIGN_IN_WRONG:
		return act_problem("wrong-credentials", NULL);
	case SIGN_IN_CODE_REQUIRED:
		return act_problem("code-required", NULL);
	case SIGN_IN_TOO_MANY:
		return json_pack("{s:s, s:i}", "code", "too-many", "wait_s", t->s.wait_s);
	case SIGN_IN_NO_LINK:
		return act_problem("no-such-link", NULL);
	case SIGN_IN_PASSWORD:
		return not_valid("password", password_reason(t->s.password));
	default:
		return t->s.fault == DB_REFUSED ? act_problem("conflict", t->s.err.text) : act_fault(t->s.fault, t->s.err.text);
	}
}

static json_t *
done(const struct task *t, enum sign_in_result result)
{
	return result == SIGN_IN_OK ? act_problem("ok", NULL) : refusal(t, result);
}

/* The secrets are beside the body: lsctl-web(8) makes cookies of them. */
static json_t *
session_answer(const struct task *t, enum sign_in_result result, struct sign_in_session *new)
{
	json_t *answer = result != SIGN_IN_OK ? refusal(t, result) : json_pack("{s:s, s:O, s:s, s:s}", "code", "ok", "body",
	    new->caller, "session", new->secret, "device", new->device);

	sign_in_session_free(new);
	return answer;
}

/* -- commands -- */

static json_t *
sign_in_run(struct task *t)
{
	struct sign_in_session new = { .caller = NULL };

	if (argument(t, "name") == NULL || argument(t, "password") == NULL)
		return not_valid(argument(t, "name") == NULL ? "name" : "password", "is missing");
	return session_answer(t, sign_in(&t->s, &t->from, argument(t, "name"), secret_argument(t, "password"),
	    secret_argument(t, "code"), &new), &new);
}

/* lsctl-web(8) is believed whom the proxy names, because the operator has said that there is one: lsctl-web(8). */
static json_t *
proxy_sign_in_run(struct task *t)
{
	struct sign_in_session new = { .caller = NULL };
	const char *header = getenv("LSCTL_PROXY_HEADER");

	if (header == NULL || header[0] == '\0')
		return act_problem("forbidden", "LSCTL_PROXY_HEADER is not set");
	if (argument(t, "name") == NULL)
		return not_valid("name", "is missing");
	return session_answer(t, sign_in_by_proxy(&t->s, &t->from, argument(t, "name"), &new), &new);
}

static json_t *
sign_out_run(struct task *t)
{
	return done(t, sign_in_end(&t->s, t->r->digest));
}

static json_t *
link_show_run(struct task *t)
{
	enum sign_in_result result;
	json_t *shown = NULL, *answer;

	if (argument(t, "link") == NULL)
		return not_valid("link", "is missing");
	result = sign_in_link_look(&t->s, argument(t, "link"), &shown);
	answer = result == SIGN_IN_OK ? json_pack("{s:s, s:O}", "code", "ok", "body", shown) : refusal(t, result);
	json_decref(shown);
	return answer;
}

static json_t *
link_use_run(struct task *t)
{
	struct sign_in_session new = { .caller = NULL };

	if (argument(t, "link") == NULL || argument(t, "password") == NULL)
		return not_valid(argument(t, "link") == NULL ? "link" : "password", "is missing");
	return session_answer(t, sign_in_link_use(&t->s, &t->from, argument(t, "link"), secret_argument(t, "password"),
	    secret_argument(t, "code"), &new), &new);
}

static json_t *
password_run(struct task *t)
{
	if (argument(t, "old") == NULL || argument(t, "password") == NULL)
		return not_valid(argument(t, "old") == NULL ? "old" : "password", "is missing");
	return done(t, own_account_password(&t->s, &t->from, &t->own, secret_argument(t, "old"),
	    secret_argument(t, "password")));
}

static json_t *
totp_begin_run(struct task *t)
{
	struct own_totp new = { .qr_svg = NULL };
	enum sign_in_result result;
	json_t *answer;

	if (argument(t, "password") == NULL)
		return not_valid("password", "is missing");
	result = own_account_totp_begin(&t->s, &t->from, &t->own, secret_argument(t, "password"), "lsctl", &new);
	answer = result != SIGN_IN_OK ? refusal(t, result) : json_pack("{s:s, s:{s:s, s:s, s:s}}", "code", "ok", "body",
	    "secret", new.secret, "uri", new.uri, "qr_svg", new.qr_svg);

	own_totp_free(&new);
	return answer;
}

static json_t *
totp_confirm_run(struct task *t)
{
	char codes[RECOVERY_CODES][RECOVERY_CODE];
	enum sign_in_result result;
	json_t *list, *answer;
	size_t i;

	if (argument(t, "code") == NULL)
		return not_valid("code", "is missing");
	if ((result = own_account_totp_confirm(&t->s, &t->own, secret_argument(t, "code"), codes)) != SIGN_IN_OK)
		return refusal(t, result);
	list = json_array();
	for (i = 0; i < RECOVERY_CODES; i++)
		json_array_append_new(list, json_string(codes[i]));
	answer = json_pack("{s:s, s:{s:o}}", "code", "ok", "body", "recovery_codes", list);
	explicit_bzero(codes, sizeof(codes));
	return answer;
}

static json_t *
totp_remove_run(struct task *t)
{
	if (argument(t, "password") == NULL)
		return not_valid("password", "is missing");
	return done(t, own_account_totp_remove(&t->s, &t->from, &t->own, secret_argument(t, "password")));
}

static json_t *
own_session_remove_run(struct task *t)
{
	static const struct db_stmt stmt = {
		"own_session", "select credential_revoke($1, 'session', $2)", 2
	};
	const char *params[] = { t->own.name, argument(t, "session") };
	enum db_fault f;

	if (params[1] == NULL || params[1][0] == '\0' || params[1][strspn(params[1], "0123456789")] != '\0')
		return not_valid("session", "must be the number of a session");
	f = db_run(t->s.db, &stmt, params, NULL);
	if (f == DB_OK)
		return act_problem("ok", NULL);
	return refusal(t, sign_in_fault(&t->s, f));
}

static const struct account_command commands[] = {
	{ "sign-in", false, sign_in_run },
	{ "proxy-sign-in", false, proxy_sign_in_run },
	{ "sign-out", false, sign_out_run },
	{ "link-show", false, link_show_run },
	{ "link-use", false, link_use_run },
	{ "password", true, password_run },
	{ "totp-begin", true, totp_begin_run },
	{ "totp-confirm", true, totp_confirm_run },
	{ "totp-remove", true, totp_remove_run },
	{ "own-session-remove", true, own_session_remove_run },
};

static const struct account_command *
find(const char *name)
{
	size_t i;

	for (i = 0; i < nitems(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

bool
act_account_has(const char *name)
{
	return find(name) != NULL;
}

/* The caller, if it is a session: act_begin() in sql/functions/api.sql. NULL with *answer. */
static json_t *
caller_of(struct task *t, json_t **answer)
{
	struct act_request once = *t->r;
	const char *code;
	json_t *who;

	once.key = once.version = NULL;	/* their second run does no harm, and answers what it must */
	if ((who = act_permit(t->s.db, &once, "own-account", answer)) == NULL)
		return NULL;
	code = json_string_value(json_object_get(who, "code"));
	if (strcmp(code, "ok") == 0)
		return who;
	*answer = act_problem(code, strcmp(code, "forbidden") == 0 ? "only a person who has signed in may do this" : NULL);
	json_decref(who);
	return NULL;
}

static json_t *
task_run(struct task *t, const struct account_command *c)
{
	json_t *who, *answer;

	if (!c->own)
		return c->run(t);
	if ((who = caller_of(t, &answer)) == NULL)
		return answer;
	t->own = (struct own_account){ .id = json_integer_value(json_object_get(who, "id")),
	    .name = json_string_value(json_object_get(who, "account")), .session = t->r->digest };
	answer = c->run(t);
	json_decref(who);
	return answer;
}

json_t *
act_account(struct db *db, const struct act_request *r)
{
	struct task t = { .r = r, .s = { .db = db } };

	t.from = (struct sign_in_from){ .address = r->address, .agent = r->agent, .device = argument(&t, "device") };
	return task_run(&t, find(r->name));
}
