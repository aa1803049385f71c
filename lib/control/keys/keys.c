/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "control/keys/keyring.h"
#include "control/keys/keys.h"

#define CHECK_BATCH	"500"
#define TRIES		5

static const struct db_stmt claim = { "keys_claim", "select keys_claim($1, $2)", 2 };
static const struct db_stmt create = { "keys_new", "select to_json(keys_new($1, $2))", 2 };
static const struct db_stmt rotate = { "keys_rotate", "select to_json(keys_rotate($1, $2, $3, $4))", 4 };
static const struct db_stmt revoke = { "keys_revoke", "select keys_revoke($1, $2, $3)", 3 };
static const struct db_stmt show = { "keys_show", "select keys_show($1, $2)", 2 };
static const struct db_stmt list_all = { "keys_list", "select keys_list()", 0 };
static const struct db_stmt dest_find = { "keys_dest_find", "select keys_dest_find($1, $2)", 2 };
static const struct db_stmt dest_rotate = { "keys_dest_rotate",
    "select to_json(keys_dest_rotate($1, $2, $3, $4, $5, $6))", 6 };
static const struct db_stmt dest_password = { "keys_dest_password",
    "select to_json(keys_dest_password($1, $2, $3, $4, $5, $6))", 6 };
static const struct db_stmt sealed_count = { "keys_sealed_count", "select keys_sealed_count()", 0 };
static const struct db_stmt sealed_next = { "keys_sealed", "select keys_sealed($1, $2, $3, null)", 3 };

/* Nothing was changed, and a later try may succeed. */
static enum db_fault
out_of_memory(struct keys_ctx *c)
{
	error_set(&c->err, "out of memory, or no randomness");
	return DB_AWAY;
}

/* Runs a statement whose value is JSON; value may be NULL. */
static enum db_fault
query_json(struct keys_ctx *c, const struct db_stmt *stmt, const char *const params[], json_t **value)
{
	char *text = NULL;
	enum db_fault f;

	if ((f = db_run(c->db, stmt, params, value != NULL ? &text : NULL)) != DB_OK) {
		error_set(&c->err, "%s", db_reason(c->db));
		return f;
	}
	if (value != NULL && (text == NULL ||
	    (*value = json_loads(text, JSON_DECODE_ANY, NULL)) == NULL)) {
		error_set(&c->err, "the answer of the database is not valid");
		f = DB_BROKEN;
	}
	free(text);
	return f;
}

/* -- tokens -- */

static void
token_place(const json_t *j, char *dst, size_t size)
{
	snprintf(dst, size, "token:%lld",
	    (long long)json_integer_value(json_object_get(j, "id")));
}

/* Makes a token for a claimed source: adds "digest", "sealed" and "token". */
static int
token_make(const struct master_key *k, json_t *claimed)
{
	char token[TOKEN_LEN], place[64], hex[2 * SHA256_LEN + 1], *sealed = NULL;
	uint8_t digest[SHA256_LEN];
	int rc = -1;

	token_place(claimed, place, sizeof(place));
	if (token_new(token, digest) == 0 &&
	    (sealed = seal_hex(k, place, token, TOKEN_LEN - 1)) != NULL) {
		hex_put(hex, digest, sizeof(digest));
		if (json_object_set_new(claimed, "digest", json_string(hex)) == 0 &&
		    json_object_set_new(claimed, "sealed", json_string(sealed)) == 0 &&
		    json_object_set_new(claimed, "token", json_stringn(hex, 8)) == 0)
			rc = 0;
	}
	explicit_bzero(token, sizeof(token));
	free(sealed);
	return rc;
}

/* Claims sources, and makes a token for each. */
static enum db_fault
tokens_make(struct keys_ctx *c, const char *channel, const char *source, json_t **made)
{
	const char *params[] = { channel, source };
	enum db_fault f;
	json_t *one;
	size_t i;

	*made = NULL;
	if ((f = query_json(c, &claim, params, made)) != DB_OK)
		return f;
	json_array_foreach(*made, i, one) {
		if (token_make(&c->key, one) == -1)
			return out_of_memory(c);
	}
	return DB_OK;
}

/* The caller gets no sealed secrets. */
static void
tokens_strip(json_t *one)
{
	json_object_del(one, "sealed");
	json_object_del(one, "digest");
	json_object_del(one, "id");
}

/* Stores what was made. *current is false when the key that sealed it is not the current one any more. */
static enum db_fault
store_sealed(struct keys_ctx *c, const struct db_stmt *stmt, const char *const params[], bool *current)
{
	json_t *answer = NULL;
	enum db_fault f = query_json(c, stmt, params, &answer);

	*current = json_is_true(answer);
	json_decref(answer);
	return f;
}

/* After a rekey has ended: opens the current key, for another try. */
static bool
retry_with_current_key(struct keys_ctx *c, int *tries, enum db_fault *f)
{
	if (*f != DB_OK)
		return false;
	if (++*tries == TRIES) {
		error_set(&c->err, "the master key keeps changing: try again");
		*f = DB_AWAY;
		return false;
	}
	*f = keyring_open(c->db, &c->key, &c->err);
	return *f == DB_OK;
}

/* On a fault there is no value. */
static enum db_fault
value_or_fault(enum db_fault f, json_t **value)
{
	if (f != DB_OK) {
		json_decref(*value);
		*value = NULL;
	}
	return f;
}

static enum db_fault
new_once(struct keys_ctx *c, const char *channel, const char *source, json_t **made, bool *current)
{
	const char *params[] = { NULL, c->key.id };
	enum db_fault f;
	char *text;

	*current = false;
	if ((f = tokens_make(c, channel, source, made)) != DB_OK)
		return f;
	if ((*current = json_array_size(*made) == 0))
		return DB_OK;
	if ((params[0] = text = json_dumps(*made, JSON_COMPACT)) == NULL)
		return out_of_memory(c);
	f = store_sealed(c, &create, params, current);
	free(text);
	return f;
}

enum db_fault
keys_new(struct keys_ctx *c, const char *channel, const char *source, json_t **made)
{
	enum db_fault f;
	bool current;
	int tries = 0;
	json_t *one;
	size_t i;

	*made = NULL;
	do {
		json_decref(*made);
		f = new_once(c, channel, source, made, &current);
	} while (!current && retry_with_current_key(c, &tries, &f));
	json_array_foreach(*made, i, one) {
		tokens_strip(one);
	}
	return value_or_fault(f, made);
}

static enum db_fault
rotate_once(struct keys_ctx *c, const char *channel, const char *source,
    const char *grace, const char *reason, json_t **made, bool *current)
{
	const char *params[] = { NULL, c->key.id, grace, reason };
	json_t *claimed = NULL;
	char *text = NULL;
	enum db_fault f;

	*current = false;
	if ((f = tokens_make(c, channel, source, &claimed)) != DB_OK)
		goto out;
	if ((params[0] = text = json_dumps(json_array_get(claimed, 0), JSON_COMPACT)) == NULL)
		f = out_of_memory(c);
	else if ((f = store_sealed(c, &rotate, params, current)) == DB_OK && *current) {
		*made = json_incref(json_array_get(claimed, 0));
		tokens_strip(*made);
	}
out:
	free(text);
	json_decref(claimed);
	return f;
}

enum db_fault
keys_rotate(struct keys_ctx *c, const char *channel, const char *source,
    int grace_s, const char *reason, json_t **made)
{
	char grace[16];
	enum db_fault f;
	int tries = 0;
	bool current;

	*made = NULL;
	snprintf(grace, sizeof(grace), "%d", grace_s);
	do
		f = rotate_once(c, channel, source, grace, reason, made, &current);
	while (!current && retry_with_current_key(c, &tries, &f));
	return f;
}

enum db_fault
keys_revoke(struct keys_ctx *c, const char *channel, const char *source, const char *reason, json_t **done)
{
	const char *params[] = { channel, source, reason };

	*done = NULL;
	return query_json(c, &revoke, params, done);
}

enum db_fault
keys_show(struct keys_ctx *c, const char *channel, const char *source, json_t **shown)
{
	const char *params[] = { channel, source };
	enum db_fault f;
	int tries = 0;
	bool current;

	*shown = NULL;
	do {
		json_decref(*shown);
		*shown = NULL;
		f = query_json(c, &show, params, shown);
		current = strcmp(keys_text(json_array_get(*shown, 0), "key"), c->key.id) == 0;
	} while (!current && retry_with_current_key(c, &tries, &f));
	return value_or_fault(f, shown);
}

char *
keys_token(struct keys_ctx *c, const json_t *shown)
{
	char place[64], *token;

	token_place(shown, place, sizeof(place));
	if ((token = unseal_hex(&c->key, place, keys_text(shown, "sealed"), NULL)) == NULL)
		error_set(&c->err, "%s %s: the token is damaged, or belongs to another source: rotate it",
		    keys_text(shown, "channel"), keys_text(shown, "source"));
	return token;
}

enum db_fault
keys_list(struct keys_ctx *c, json_t **list)
{
	*list = NULL;
	return query_json(c, &list_all, NULL, list);
}

/* -- destinations -- */

/* 0, or -1 with an error, which quotes nothing of the secret. */
static int
secret_check(enum keys_secret what, const char *secret, struct error *err)
{
	const char *name = what == KEYS_KEY ? "key" : "password";
	int most = what == KEYS_KEY ? KEYS_SECRET_MAX : KEYS_PASSWORD_MAX;
	size_t i, n = strlen(secret);

	for (i = 0; i < n; i++)
		if (secret[i] < (what == KEYS_KEY ? '!' : ' ') || secret[i] >= 0x7f)
			break;
	if (n > 0 && n <= (size_t)most && i == n)
		return 0;
	if (n == 0)
		error_set(err, "the %s is empty", name);
	else if (i < n)
		error_set(err, "the %s: character %zu: must be printable ASCII%s, in one line", name, i + 1,
		    what == KEYS_KEY ? " without spaces" : "");
	else
		error_set(err, "the %s is longer than %d characters", name, most);
	return -1;
}

/* found: of keys_dest_find(). The database stores the key only if the addresses are still those. */
static enum db_fault
dest_rotate_once(struct keys_ctx *c, enum keys_secret what, const json_t *found, const char *secret, const char *reason,
    bool *current)
{
	char id[24], place[SEAL_PLACE], *sealed;
	const char *params[] = { id, json_string_value(json_object_get(found, "url")),
	    json_string_value(json_object_get(found, "backup_url")), NULL, c->key.id, reason };
	enum db_fault f;

	*current = false;
	snprintf(id, sizeof(id), "%lld", (long long)json_integer_value(json_object_get(found, "id")));
	if ((what == KEYS_KEY ? keys_place(place, found) : keys_password_place(place, found)) == -1) {
		error_set(&c->err, "the destination's url or backup_url is not valid: "
		    "'lsctl-channel dest set' changes it");
		return DB_REFUSED;
	}
	if ((params[3] = sealed = seal_hex(&c->key, place, secret, strlen(secret))) == NULL)
		return out_of_memory(c);
	f = store_sealed(c, what == KEYS_KEY ? &dest_rotate : &dest_password, params, current);
	free(sealed);
	return f;
}

enum db_fault
keys_dest_rotate(struct keys_ctx *c, enum keys_secret what, const char *channel, const char *dest, const char *secret,
    const char *reason)
{
	const char *find[] = { channel, dest };
	json_t *found = NULL;
	enum db_fault f;
	int tries = 0;
	bool current;

	if (secret_check(what, secret, &c->err) == -1)
		return DB_REFUSED;
	if ((f = query_json(c, &dest_find, find, &found)) != DB_OK)
		return f;
	do
		f = dest_rotate_once(c, what, found, secret, reason, &current);
	while (!current && retry_with_current_key(c, &tries, &f));
	json_decref(found);
	return f;
}

/* -- everything -- */

int
keys_place(char dst[SEAL_PLACE], const json_t *value)
{
	return seal_place(dst, keys_text(value, "place"), json_string_value(json_object_get(value, "url")),
	    json_string_value(json_object_get(value, "backup_url")));
}

int
keys_password_place(char dst[SEAL_PLACE], const json_t *destination)
{
	return seal_place(dst, keys_text(destination, "password_place"),
	    json_string_value(json_object_get(destination, "url")),
	    json_string_value(json_object_get(destination, "backup_url")));
}

static bool
value_opens(const struct master_key *k, const json_t *value)
{
	char place[SEAL_PLACE], *secret;
	size_t len;

	if (strcmp(keys_text(value, "key"), k->id) != 0 || keys_place(place, value) == -1 ||
	    (secret = unseal_hex(k, place, keys_text(value, "sealed"), &len)) == NULL)
		return false;
	explicit_bzero(secret, len);
	free(secret);
	return true;
}

static void
cursor_set(char *dst, size_t size, const json_t *value, const char *member)
{
	snprintf(dst, size, "%lld",
	    (long long)json_integer_value(json_object_get(value, member)));
}

static enum db_fault
check_once(struct keys_ctx *c, json_t *bad)
{
	char kind[24] = "0", id[24] = "0";
	const char *params[] = { kind, id, CHECK_BATCH };
	json_t *batch, *one;
	enum db_fault f;
	size_t i, n = 1;

	while (n > 0) {
		batch = NULL;
		if ((f = query_json(c, &sealed_next, params, &batch)) != DB_OK)
			return f;
		json_array_foreach(batch, i, one) {
			if (!value_opens(&c->key, one))
				json_array_append(bad, json_object_get(one, "what"));
		}
		if ((n = json_array_size(batch)) > 0) {
			one = json_array_get(batch, n - 1);
			cursor_set(kind, sizeof(kind), one, "kind");
			cursor_set(id, sizeof(id), one, "id");
		}
		json_decref(batch);
	}
	return DB_OK;
}

enum db_fault
keys_check(struct keys_ctx *c, json_t **counts, json_t **bad)
{
	char id[SEAL_ID_LEN];
	enum db_fault f;
	int tries = 0;
	bool current;

	*counts = NULL;
	if ((*bad = json_array()) == NULL)
		return out_of_memory(c);
	do {
		json_array_clear(*bad);
		strlcpy(id, c->key.id, sizeof(id));
		f = check_once(c, *bad);
		/* a rekey may just have ended: the rest may open under the new key */
		if (f == DB_OK && json_array_size(*bad) > 0)
			f = keyring_open(c->db, &c->key, &c->err);
		current = strcmp(id, c->key.id) == 0;
	} while (!current && retry_with_current_key(c, &tries, &f));
	return f == DB_OK ? query_json(c, &sealed_count, NULL, counts) : f;
}

const char *
keys_text(const json_t *j, const char *member)
{
	const char *s = json_string_value(json_object_get(j, member));

	return s != NULL ? s : "-";
}

int
keys_stream(int argc, char ***argv)
{
	static char *pair[3];
	char *at;

	if (argc != 1 || (at = strchr((*argv)[0], '_')) == NULL)
		return argc;
	*at = '\0';
	pair[0] = (*argv)[0];
	pair[1] = at + 1;
	*argv = pair;
	return 2;
}
