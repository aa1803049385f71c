/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "base/sha256.h"
#include "control/act/act_permit.h"

static const struct db_stmt begin_stmt = {
	"act_begin", "select act_begin($1, $2, $3, $4, $5, $6)", 6
};

json_t *
act_problem(const char *code, const char *detail)
{
	return json_pack("{s:s, s:s*}", "code", code, "detail", detail);
}

json_t *
act_fault(enum db_fault f, const char *reason)
{
	return act_problem(f == DB_AWAY ? "database-down" : "tool-failed", reason);
}

/* SHA-256 of command and arguments, as hex: the same key for another request is an error. */
static void
request_digest(const struct act_request *r, char hex[CREDENTIAL_DIGEST])
{
	char *text = json_dumps(r->arguments, JSON_COMPACT | JSON_SORT_KEYS);
	uint8_t digest[SHA256_LEN];
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, r->name, strlen(r->name) + 1);
	if (text != NULL)
		sha256_add(&s, text, strlen(text));
	sha256_end(&s, digest);
	hex_put(hex, digest, sizeof(digest));
	if (text != NULL)
		explicit_bzero(text, strlen(text));
	free(text);
}

json_t *
act_permit(struct db *db, const struct act_request *r, const char *permission, json_t **answer)
{
	const char *channel = json_string_value(json_object_get(r->arguments, "channel"));
	char digest[CREDENTIAL_DIGEST];
	const char *params[] = { r->digest, permission, channel, r->key, digest, r->version };
	enum db_fault f;
	char *text;
	json_t *who;

	request_digest(r, digest);
	if ((f = db_run(db, &begin_stmt, params, &text)) != DB_OK) {
		*answer = act_fault(f, db_reason(db));
		return NULL;
	}
	if ((who = json_loads(text != NULL ? text : "", 0, NULL)) == NULL)
		*answer = act_problem("tool-failed", "the answer of the database is not valid");
	free(text);
	return who;
}
