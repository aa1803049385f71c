/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/address.h"
#include "base/secret.h"
#include "control/account/recovery_code.h"
#include "control/account/sign_in.h"
#include "control/account/totp.h"
#include "control/keys/keyring.h"

static const struct db_stmt begin = { "sign_in_begin", "select sign_in_begin($1, $2, $3)", 3 };
static const struct db_stmt passed = { "sign_in_passed", "select sign_in_passed($1, $2, $3)", 3 };
static const struct db_stmt refused = { "sign_in_refused", "select sign_in_refused($1, $2, $3)", 3 };
static const struct db_stmt code_use = { "sign_in_code", "select to_json(sign_in_code($1, $2, $3))", 3 };
static const struct db_stmt session_new = { "session_new", "select session_new($1, $2, $3, $4, $5)", 5 };
static const struct db_stmt by_proxy = { "session_by_proxy", "select session_by_proxy($1, $2, $3, $4)", 4 };
static const struct db_stmt session_end = { "session_end", "select session_end($1)", 1 };
static const struct db_stmt link_show = { "link_show", "select link_show($1)", 1 };
static const struct db_stmt link_begin = { "link_begin", "select link_begin($1)", 1 };
static const struct db_stmt link_use = { "link_use", "select to_json(link_use($1, $2))", 2 };

/* An attempt that the database has counted. */
struct attempt {
	const struct sign_in_from	*from;
	const char			*name;
	char				 network[ADDRESS_NETWORK], device[CREDENTIAL_DIGEST];
	json_t				*found;		/* of sign_in_begin() or link_begin() */
};

static void
wipe(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
}

/* -- the database -- */

enum sign_in_result
sign_in_fault(struct sign_in *s, enum db_fault fault)
{
	s->fault = fault;
	error_set(&s->err, "%s", db_reason(s->db));
	return SIGN_IN_FAULT;
}

static enum sign_in_result
fault_here(struct sign_in *s, const char *reason)
{
	s->fault = DB_AWAY;
	error_set(&s->err, "%s", reason);
	return SIGN_IN_FAULT;
}

/* *value: of the answer, to be released; NULL for SQL null. */
static enum sign_in_result
query(struct sign_in *s, const struct db_stmt *stmt, const char *const params[], json_t **value)
{
	char *text;
	enum db_fault f;

	*value = NULL;
	if ((f = db_run(s->db, stmt, params, &text)) != DB_OK)
		return sign_in_fault(s, f);
	if (text != NULL && (*value = json_loads(text, JSON_DECODE_ANY, NULL)) == NULL) {
		error_set(&s->err, "the answer of the database is not valid");
		s->fault = DB_BROKEN;
	}
	secret_free(text);
	return text == NULL || *value != NULL ? SIGN_IN_OK : SIGN_IN_FAULT;
}

static enum sign_in_result
call(struct sign_in *s, const struct db_stmt *stmt, const char *const params[])
{
	enum db_fault f = db_run(s->db, stmt, params, NULL);

	return f == DB_OK ? SIGN_IN_OK : sign_in_fault(s, f);
}

static const char *
text_of(const json_t *j, const char *member)
{
	return json_string_value(json_object_get(j, member));
}

static void
id_text(char dst[24], const json_t *id)
{
	snprintf(dst, 24, "%lld", (long long)json_integer_value(id));
}

/* -- attempts -- */

/* The device cookie as digest; NULL: there is none. */
static const char *
device_of(const struct attempt *a)
{
	return a->from->device != NULL ? a->device : NULL;
}

/* Records that it failed; returns SIGN_IN_WRONG. Without the record it is still wrong. */
static enum sign_in_result
attempt_refuse(struct sign_in *s, const struct attempt *a, const char *reason)
{
	const char *params[] = { a->name, a->network, reason };

	call(s, &refused, params);
	return SIGN_IN_WRONG;
}

/* Takes it back from the counts. */
static enum sign_in_result
attempt_pass(struct sign_in *s, const struct attempt *a)
{
	const char *params[] = { a->name, a->network, device_of(a) };

	return call(s, &passed, params);
}

/* Counts it first, so that attempts at the same moment are not more than those one after the other. */
static enum sign_in_result
attempt_count(struct sign_in *s, struct attempt *a, const struct db_stmt *stmt, const char *const params[])
{
	enum sign_in_result r;

	address_network(a->network, a->from->address);
	if ((r = query(s, stmt, params, &a->found)) != SIGN_IN_OK)
		return r;
	s->wait_s = (int)json_integer_value(json_object_get(a->found, "wait_s"));
	if (s->wait_s == 0)
		return SIGN_IN_OK;
	attempt_refuse(s, a, "too many attempts");
	return SIGN_IN_TOO_MANY;
}

static enum sign_in_result
attempt_begin(struct sign_in *s, struct attempt *a)
{
	const char *params[] = { a->name, a->network, NULL };

	if (a->from->device != NULL)
		params[2] = credential_digest(a->from->device, strlen(a->from->device), a->device);
	return attempt_count(s, a, &begin, params);
}

static enum sign_in_result
password_check(struct sign_in *s, const struct attempt *a, const char *password)
{
	return password_matches(password, text_of(a->found, "password")) ? SIGN_IN_OK :
	    attempt_refuse(s, a, "wrong password");
}

/* -- the second factor -- */

/* The step of the code under the master key; -1: none. */
static enum sign_in_result
step_of(struct sign_in *s, const struct attempt *a, const char *code, int64_t *step)
{
	uint8_t secret[TOTP_SECRET];
	struct master_key key;
	enum sign_in_result r = SIGN_IN_OK;

	if ((s->fault = keyring_open(s->db, &key, &s->err)) != DB_OK)
		return SIGN_IN_FAULT;
	if (totp_unseal(&key, json_integer_value(json_object_get(a->found, "id")), text_of(a->found, "totp"),
	    secret) == 0)
		*step = totp_check(secret, code, (int64_t)time(NULL));
	else {
		error_set(&s->err, "the second factor of account %s does not open: 'lsctl-keys check' prints why", a->name);
		s->fault = DB_BROKEN;
		r = SIGN_IN_FAULT;
	}
	explicit_bzero(secret, sizeof(secret));
	master_key_wipe(&key);
	return r;
}

static bool
is_given(const char *code)
{
	return code != NULL && code[0] != '\0';
}

/* Uses a code up. */
static enum sign_in_result
code_check(struct sign_in *s, const struct attempt *a, const char *code)
{
	char id[24], step_text[24], digest[CREDENTIAL_DIGEST];
	const char *params[] = { id, NULL, NULL };
	enum sign_in_result r;
	int64_t step = -1;
	json_t *used;

	id_text(id, json_object_get(a->found, "id"));
	if (recovery_code_digest(code, digest))
		params[2] = digest;
	else {
		if ((r = step_of(s, a, code, &step)) != SIGN_IN_OK)
			return r;
		if (step == -1)
			return attempt_refuse(s, a, "wrong code");
		snprintf(step_text, sizeof(step_text), "%lld", (long long)step);
		params[1] = step_text;
	}
	if ((r = query(s, &code_use, params, &used)) == SIGN_IN_OK && !json_is_true(used))
		r = attempt_refuse(s, a, "wrong code");
	json_decref(used);
	return r;
}

/* SIGN_IN_OK too for an account without one. */
static enum sign_in_result
second_factor_check(struct sign_in *s, const struct attempt *a, const char *code)
{
	enum sign_in_result r;

	if (text_of(a->found, "totp") == NULL)
		return SIGN_IN_OK;
	if (is_given(code))
		return code_check(s, a, code);
	return (r = attempt_pass(s, a)) == SIGN_IN_OK ? SIGN_IN_CODE_REQUIRED : r;
}

/* -- sessions -- */

void
sign_in_session_free(struct sign_in_session *new)
{
	json_decref(new->caller);
	explicit_bzero(new, sizeof(*new));
}

/*
 * Sets the device cookie to what came if this server made it, else to a new one: a cookie that somebody has planted is
 * not trusted.
 */
static int
device_set(struct sign_in_session *new, char digest[CREDENTIAL_DIGEST], const struct sign_in_from *from, bool known)
{
	if (!known || from->device == NULL ||
	    strlcpy(new->device, from->device, sizeof(new->device)) >= sizeof(new->device))
		return credential_new(new->device, digest, "");
	credential_digest(new->device, strlen(new->device), digest);
	return 0;
}

static enum sign_in_result
session_make(struct sign_in *s, const struct sign_in_from *from, const json_t *account, bool device_known,
    struct sign_in_session *new)
{
	char id[24], digest[CREDENTIAL_DIGEST], device[CREDENTIAL_DIGEST];
	const char *params[] = { id, digest, device, from->address, from->agent };
	enum sign_in_result r;

	id_text(id, account);
	if (credential_new(new->secret, digest, "") == -1 || device_set(new, device, from, device_known) == -1)
		r = fault_here(s, "no randomness");
	else if ((r = query(s, &session_new, params, &new->caller)) == SIGN_IN_OK && new->caller == NULL)
		r = SIGN_IN_WRONG;	/* disabled since */
	if (r != SIGN_IN_OK)
		sign_in_session_free(new);
	return r;
}

enum sign_in_result
sign_in_by_proxy(struct sign_in *s, const struct sign_in_from *from, const char *name, struct sign_in_session *new)
{
	char digest[CREDENTIAL_DIGEST];
	const char *params[] = { name, digest, from->address, from->agent };
	enum sign_in_result r;

	memset(new, 0, sizeof(*new));
	if (credential_new(new->secret, digest, "") == -1)
		r = fault_here(s, "no randomness");
	else if ((r = query(s, &by_proxy, params, &new->caller)) == SIGN_IN_OK && new->caller == NULL)
		r = SIGN_IN_WRONG;
	if (r != SIGN_IN_OK)
		sign_in_session_free(new);
	return r;
}

enum sign_in_result
sign_in(struct sign_in *s, const struct sign_in_from *from, const char *name, char *password, char *code,
    struct sign_in_session *new)
{
	struct attempt a = { .from = from, .name = name };
	enum sign_in_result r;

	memset(new, 0, sizeof(*new));
	if ((r = attempt_begin(s, &a)) == SIGN_IN_OK &&
	    (r = password_check(s, &a, password)) == SIGN_IN_OK &&
	    (r = second_factor_check(s, &a, code)) == SIGN_IN_OK &&
	    (r = attempt_pass(s, &a)) == SIGN_IN_OK)
		r = session_make(s, from, json_object_get(a.found, "id"), json_is_true(json_object_get(a.found, "device")),
		    new);
	json_decref(a.found);
	wipe(password);
	wipe(code);
	return r;
}

enum sign_in_result
sign_in_password(struct sign_in *s, const struct sign_in_from *from, const char *name, char *password)
{
	struct attempt a = { .from = from, .name = name };
	enum sign_in_result r;

	if ((r = attempt_begin(s, &a)) == SIGN_IN_OK &&
	    (r = password_check(s, &a, password)) == SIGN_IN_OK)
		r = attempt_pass(s, &a);
	json_decref(a.found);
	wipe(password);
	return r;
}

enum sign_in_result
sign_in_end(struct sign_in *s, const char *session)
{
	return call(s, &session_end, &session);
}

/* -- links -- */

enum sign_in_result
sign_in_link_look(struct sign_in *s, const char *link, json_t **shown)
{
	char digest[CREDENTIAL_DIGEST];
	const char *params[] = { credential_digest(link, strlen(link), digest) };
	enum sign_in_result r = query(s, &link_show, params, shown);

	return r == SIGN_IN_OK && *shown == NULL ? SIGN_IN_NO_LINK : r;
}

/*
 * The second factor stays in force for somebody who found a link. The codes are counted by the link, so that guesses at the
 * account do not close this way in.
 */
static enum sign_in_result
link_code_check(struct sign_in *s, const struct sign_in_from *from, const char *link, const json_t *shown, const char *code)
{
	struct attempt a = { .from = from, .name = text_of(shown, "account") };
	char digest[CREDENTIAL_DIGEST];
	const char *params[] = { credential_digest(link, strlen(link), digest) };
	enum sign_in_result r;

	if (!json_is_true(json_object_get(shown, "totp")))
		return SIGN_IN_OK;
	if (!is_given(code))
		return SIGN_IN_CODE_REQUIRED;
	if ((r = attempt_count(s, &a, &link_begin, params)) == SIGN_IN_OK)
		r = second_factor_check(s, &a, code);
	json_decref(a.found);
	return r;
}

/* *account: its id. */
static enum sign_in_result
link_password_set(struct sign_in *s, const char *link, const char *password, json_t **account)
{
	char digest[CREDENTIAL_DIGEST], *hash;
	const char *params[] = { credential_digest(link, strlen(link), digest), NULL };
	enum sign_in_result r;

	if ((params[1] = hash = password_hash(password)) == NULL)
		return fault_here(s, "out of memory, or no randomness");
	if ((r = query(s, &link_use, params, account)) == SIGN_IN_OK && !json_is_integer(*account))
		r = SIGN_IN_NO_LINK;
	free(hash);
	return r;
}

enum sign_in_result
sign_in_link_use(struct sign_in *s, const struct sign_in_from *from, const char *link, char *password, char *code,
    struct sign_in_session *new)
{
	json_t *shown = NULL, *account = NULL;
	enum sign_in_result r;

	memset(new, 0, sizeof(*new));
	if ((r = sign_in_link_look(s, link, &shown)) != SIGN_IN_OK)
		goto out;
	if ((s->password = password_fault(password, text_of(shown, "account"))) != PASSWORD_VALID)
		r = SIGN_IN_PASSWORD;
	else if ((r = link_code_check(s, from, link, shown, code)) == SIGN_IN_OK &&
	    (r = link_password_set(s, link, password, &account)) == SIGN_IN_OK)
		r = session_make(s, from, account, false, new);
out:
	json_decref(shown);
	json_decref(account);
	wipe(password);
	wipe(code);
	return r;
}
