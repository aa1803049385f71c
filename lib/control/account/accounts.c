/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/account/accounts.h"

static const struct db_stmt add = { "account_add", "select account_add($1, $2, $3::jsonb, $4, $5)", 5 };
static const struct db_stmt set = { "account_set", "select account_set($1, $2::jsonb)", 2 };
static const struct db_stmt removal = { "account_remove", "select account_remove($1)", 1 };
static const struct db_stmt reset = { "account_reset", "select account_reset($1, $2, $3, $4)", 4 };
static const struct db_stmt token_new = { "api_token_new", "select api_token_new($1, $2, $3, $4, $5::jsonb, $6)", 6 };
static const struct db_stmt revoke = { "credential_revoke", "select credential_revoke($1, $2, $3)", 3 };
static const struct db_stmt list_all = { "accounts", "select accounts($1)", 1 };

/* value may be NULL. */
static enum db_fault
run(struct accounts *a, const struct db_stmt *stmt, const char *const params[], char **value)
{
	enum db_fault f = db_run(a->db, stmt, params, value);

	if (f != DB_OK)
		error_set(&a->err, "%s", db_reason(a->db));
	return f;
}

/* Nothing was changed, and a later try may succeed. */
static enum db_fault
out_of_memory(struct accounts *a)
{
	error_set(&a->err, "out of memory, or no randomness");
	return DB_AWAY;
}

/* Runs a statement that stores the digest of a new secret; secret is wiped unless it did. */
static enum db_fault
run_secret(struct accounts *a, const struct db_stmt *stmt, const char *const params[], char secret[CREDENTIAL_TEXT])
{
	enum db_fault f = run(a, stmt, params, NULL);

	if (f != DB_OK)
		explicit_bzero(secret, CREDENTIAL_TEXT);
	return f;
}

static const char *
seconds(char dst[24], long s)
{
	snprintf(dst, 24, "%ld", s);
	return dst;
}

/* *text: the JSON of channels, to be freed; NULL for all. false: no memory. */
static bool
channels_text(const json_t *channels, char **text)
{
	*text = channels != NULL ? json_dumps(channels, JSON_COMPACT) : NULL;
	return channels == NULL || *text != NULL;
}

enum db_fault
accounts_add(struct accounts *a, const char *name, const struct accounts_rights *rights, long valid_s,
    char link[CREDENTIAL_TEXT])
{
	char digest[CREDENTIAL_DIGEST], valid[24], *channels;
	enum db_fault f;

	if (!channels_text(rights->channels, &channels) || credential_new(link, digest, "") == -1)
		f = out_of_memory(a);
	else
		f = run_secret(a, &add, (const char *[]){ name, rights->role, channels, digest, seconds(valid, valid_s) }, link);
	free(channels);
	return f;
}

enum db_fault
accounts_set(struct accounts *a, const char *name, const json_t *change)
{
	char *text = json_dumps(change, JSON_COMPACT);
	const char *params[] = { name, text };
	enum db_fault f;

	f = text != NULL ? run(a, &set, params, NULL) : out_of_memory(a);
	free(text);
	return f;
}

enum db_fault
accounts_remove(struct accounts *a, const char *name)
{
	return run(a, &removal, &name, NULL);
}

enum db_fault
accounts_reset(struct accounts *a, const char *name, bool forget_totp, long valid_s, char link[CREDENTIAL_TEXT])
{
	char digest[CREDENTIAL_DIGEST], valid[24];
	const char *params[] = { name, digest, seconds(valid, valid_s), forget_totp ? "true" : "false" };

	if (credential_new(link, digest, "") == -1)
		return out_of_memory(a);
	return run_secret(a, &reset, params, link);
}

enum db_fault
accounts_token_new(struct accounts *a, const char *name, const char *token, const struct accounts_rights *rights,
    long valid_s, char text[CREDENTIAL_TEXT])
{
	char digest[CREDENTIAL_DIGEST], valid[24], *channels;
	enum db_fault f;

	if (!channels_text(rights->channels, &channels) || credential_new(text, digest, CREDENTIAL_API) == -1)
		f = out_of_memory(a);
	else
		f = run_secret(a, &token_new, (const char *[]){ name, token, digest, rights->role, channels,
		    seconds(valid, valid_s) }, text);
	free(channels);
	return f;
}

enum db_fault
accounts_revoke(struct accounts *a, const char *name, const char *kind, const char *which, long *n)
{
	const char *params[] = { name, kind, which };
	char *text;
	enum db_fault f = run(a, &revoke, params, &text);

	*n = text != NULL ? strtol(text, NULL, 10) : 0;
	free(text);
	return f;
}

enum db_fault
accounts_read(struct accounts *a, const char *name, json_t **list)
{
	char *text;
	enum db_fault f;

	*list = NULL;
	if ((f = run(a, &list_all, &name, &text)) != DB_OK)
		return f;
	if (text == NULL || (*list = json_loads(text, 0, NULL)) == NULL) {
		error_set(&a->err, "the answer of the database is not valid");
		f = DB_BROKEN;
	}
	free(text);
	return f;
}
