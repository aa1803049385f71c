/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "control/account/own_account.h"
#include "control/account/qr.h"
#include "control/keys/keyring.h"

#include <jansson.h>

#define TRIES	3	/* a rekey may end between reading the key and storing what is sealed under it */

static const struct db_stmt password_set = { "password_set", "select password_set($1, $2, $3)", 3 };
static const struct db_stmt totp_new = { "totp_new", "select totp_new($1, $2, $3)", 3 };
static const struct db_stmt totp_pending = { "totp_pending", "select totp_pending($1)", 1 };
static const struct db_stmt totp_confirm = { "totp_confirm", "select totp_confirm($1, $2, $3::jsonb)", 3 };
static const struct db_stmt totp_remove = { "totp_remove", "select totp_remove($1)", 1 };

/* Nothing was changed, and a later try may succeed. */
static enum sign_in_result
no_memory(struct sign_in *s)
{
	s->fault = DB_AWAY;
	error_set(&s->err, "out of memory, or no randomness");
	return SIGN_IN_FAULT;
}

static const char *
id_text(const struct own_account *own, char dst[24])
{
	snprintf(dst, 24, "%lld", (long long)own->id);
	return dst;
}

/* -- the password -- */

static enum sign_in_result
password_store(struct sign_in *s, const struct own_account *own, const char *password)
{
	char id[24], *hash = password_hash(password);
	const char *params[] = { id_text(own, id), hash, own->session };
	enum db_fault f;

	if (hash == NULL)
		return no_memory(s);
	f = db_run(s->db, &password_set, params, NULL);
	free(hash);
	return f == DB_OK ? SIGN_IN_OK : sign_in_fault(s, f);
}

enum sign_in_result
own_account_password(struct sign_in *s, const struct sign_in_from *from, const struct own_account *own, char *old,
    char *new)
{
	enum sign_in_result r = SIGN_IN_PASSWORD;

	if ((s->password = password_fault(new, own->name)) == PASSWORD_VALID &&
	    (r = sign_in_password(s, from, own->name, old)) == SIGN_IN_OK)
		r = password_store(s, own, new);
	explicit_bzero(old, strlen(old));
	explicit_bzero(new, strlen(new));
	return r;
}

/* -- the second factor -- */

void
own_totp_free(struct own_totp *t)
{
	secret_free(t->qr_svg);
	explicit_bzero(t, sizeof(*t));
}

/* *stored: false if the master key has changed meanwhile. */
static enum sign_in_result
secret_store_once(struct sign_in *s, const struct own_account *own, const uint8_t secret[TOTP_SECRET], bool *stored)
{
	char id[24], key_id[SEAL_ID_LEN], *sealed, *answer;
	struct master_key key;
	enum db_fault f;

	*stored = false;
	if ((s->fault = keyring_open(s->db, &key, &s->err)) != DB_OK)
		return SIGN_IN_FAULT;
	sealed = totp_seal(&key, own->id, secret);
	strlcpy(key_id, key.id, sizeof(key_id));
	master_key_wipe(&key);
	if (sealed == NULL)
		return no_memory(s);
	f = db_run(s->db, &totp_new, (const char *[]){ id_text(own, id), sealed, key_id }, &answer);
	*stored = answer != NULL && strcmp(answer, "t") == 0;
	free(answer);
	free(sealed);
	return f == DB_OK ? SIGN_IN_OK : sign_in_fault(s, f);
}

static enum sign_in_result
secret_store(struct sign_in *s, const struct own_account *own, const uint8_t secret[TOTP_SECRET])
{
	enum sign_in_result r;
	bool stored;
	int i;

	for (i = 0; i < TRIES; i++) {
		if ((r = secret_store_once(s, own, secret, &stored)) != SIGN_IN_OK || stored)
			return r;
	}
	s->fault = DB_AWAY;
	error_set(&s->err, "the master key changed meanwhile: try again");
	return SIGN_IN_FAULT;
}

enum sign_in_result
own_account_totp_begin(struct sign_in *s, const struct sign_in_from *from, const struct own_account *own, char *password,
    const char *issuer, struct own_totp *t)
{
	uint8_t secret[TOTP_SECRET];
	enum sign_in_result r;

	memset(t, 0, sizeof(*t));
	if ((r = sign_in_password(s, from, own->name, password)) != SIGN_IN_OK)
		return r;
	if (totp_secret_new(secret) == -1 || totp_uri(secret, issuer, own->name, t->uri) == NULL ||
	    (t->qr_svg = qr_svg(t->uri)) == NULL)
		r = no_memory(s);
	else
		r = secret_store(s, own, secret);
	totp_secret_text(secret, t->secret);
	explicit_bzero(secret, sizeof(secret));
	if (r != SIGN_IN_OK)
		own_totp_free(t);
	return r;
}

static enum sign_in_result
none_pending(struct sign_in *s)
{
	s->fault = DB_REFUSED;
	error_set(&s->err, "there is no second factor to confirm: begin again");
	return SIGN_IN_FAULT;
}

/* The secret that was begun. */
static enum sign_in_result
secret_pending(struct sign_in *s, const struct own_account *own, uint8_t secret[TOTP_SECRET])
{
	char id[24], *sealed;
	const char *params[] = { id_text(own, id) };
	struct master_key key;
	enum sign_in_result r = SIGN_IN_FAULT;
	enum db_fault f;

	if ((f = db_run(s->db, &totp_pending, params, &sealed)) != DB_OK)
		return sign_in_fault(s, f);
	if (sealed == NULL)
		return none_pending(s);
	if ((s->fault = keyring_open(s->db, &key, &s->err)) == DB_OK)
		r = totp_unseal(&key, own->id, sealed, secret) == 0 ? SIGN_IN_OK : none_pending(s);
	master_key_wipe(&key);
	free(sealed);
	return r;
}

/* Makes recovery codes; their digests as a JSON array, to be freed, or NULL. */
static char *
codes_make(char codes[RECOVERY_CODES][RECOVERY_CODE])
{
	char digest[CREDENTIAL_DIGEST], *text = NULL;
	json_t *digests = json_array();
	int i;

	for (i = 0; i < RECOVERY_CODES; i++) {
		if (recovery_code_new(codes[i], digest) == -1 || json_array_append_new(digests, json_string(digest)) == -1)
			goto out;
	}
	text = json_dumps(digests, JSON_COMPACT);
out:
	json_decref(digests);
	return text;
}

static enum sign_in_result
confirm(struct sign_in *s, const struct own_account *own, int64_t step, char codes[RECOVERY_CODES][RECOVERY_CODE])
{
	char id[24], step_text[24], *digests = codes_make(codes);
	const char *params[] = { id_text(own, id), step_text, digests };
	enum db_fault f;

	if (digests == NULL)
		return no_memory(s);
	snprintf(step_text, sizeof(step_text), "%lld", (long long)step);
	f = db_run(s->db, &totp_confirm, params, NULL);
	free(digests);
	return f == DB_OK ? SIGN_IN_OK : sign_in_fault(s, f);
}

enum sign_in_result
own_account_totp_confirm(struct sign_in *s, const struct own_account *own, char *code,
    char codes[RECOVERY_CODES][RECOVERY_CODE])
{
	uint8_t secret[TOTP_SECRET];
	enum sign_in_result r;
	int64_t step;

	if ((r = secret_pending(s, own, secret)) == SIGN_IN_OK) {
		step = totp_check(secret, code, (int64_t)time(NULL));
		r = step == -1 ? SIGN_IN_WRONG : confirm(s, own, step, codes);
	}
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(code, strlen(code));
	if (r != SIGN_IN_OK)
		explicit_bzero(codes, RECOVERY_CODES * RECOVERY_CODE);
	return r;
}

enum sign_in_result
own_account_totp_remove(struct sign_in *s, const struct sign_in_from *from, const struct own_account *own,
    char *password)
{
	char id[24];
	const char *params[] = { id_text(own, id) };
	enum sign_in_result r;
	enum db_fault f;

	if ((r = sign_in_password(s, from, own->name, password)) != SIGN_IN_OK)
		return r;
	return (f = db_run(s->db, &totp_remove, params, NULL)) == DB_OK ? SIGN_IN_OK : sign_in_fault(s, f);
}
