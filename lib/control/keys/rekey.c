/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/keys/keys.h"
#include "control/keys/rekey.h"

#include <jansson.h>

static const struct db_stmt sealed_count = { "keys_sealed_count", "select keys_sealed_count()", 0 };
static const struct db_stmt sealed_next = { "keys_sealed_new", "select keys_sealed($1, $2, $3, $4)", 4 };
static const struct db_stmt reseal = { "keys_reseal", "select keys_reseal($1, $2)", 2 };
static const struct db_stmt lock = { "keys_rekey_lock", "select keys_rekey_lock()", 0 };
static const struct db_stmt end = { "keys_rekey_end", "select keys_rekey_end($1)", 1 };

static enum db_fault
with_reason(struct rekey *r, enum db_fault f)
{
	if (f != DB_OK)
		error_set(&r->err, "%s", db_reason(r->db));
	return f;
}

static enum db_fault
out_of_memory(struct rekey *r)
{
	error_set(&r->err, "out of memory, or no randomness");
	return DB_AWAY;
}

/* Seals a value under the new key, and proves that it opens before the old one may go. NULL with *f. */
static char *
seal_value(struct rekey *r, const json_t *value, enum db_fault *f)
{
	char place[SEAL_PLACE], *secret = NULL, *again = NULL, *sealed = NULL;
	size_t len, len2;

	if (strcmp(keys_text(value, "key"), r->from->id) != 0 || keys_place(place, value) == -1 ||
	    (secret = unseal_hex(r->from, place, keys_text(value, "sealed"), &len)) == NULL) {
		error_set(&r->err, "%s: does not open under master key %s: "
		    "rotate it; 'lsctl-keys check' lists all that do not", keys_text(value, "what"),
		    r->from->id);
		*f = DB_BROKEN;
		return NULL;
	}
	if ((sealed = seal_hex(r->to, place, secret, len)) == NULL ||
	    (again = unseal_hex(r->to, place, sealed, &len2)) == NULL ||
	    len2 != len || memcmp(again, secret, len) != 0) {
		free(sealed);
		sealed = NULL;
		*f = out_of_memory(r);
	}
	explicit_bzero(secret, len);
	if (again != NULL)
		explicit_bzero(again, len2);
	free(secret);
	free(again);
	return sealed;
}

/* Seals a batch in place: "sealed" becomes the new value, "old" the one that it replaces. */
static enum db_fault
batch_seal(struct rekey *r, json_t *batch)
{
	enum db_fault f = DB_OK;
	char *sealed;
	json_t *one;
	size_t i;

	json_array_foreach(batch, i, one) {
		if ((sealed = seal_value(r, one, &f)) == NULL)
			return f;
		if (json_object_set(one, "old", json_object_get(one, "sealed")) == -1 ||
		    json_object_set_new(one, "sealed", json_string(sealed)) == -1)
			f = out_of_memory(r);
		free(sealed);
		if (f != DB_OK)
			return f;
	}
	return DB_OK;
}

/* Where the next batch begins. */
struct cursor {
	char	kind[24], id[24];
};

static enum db_fault
batch_get(struct rekey *r, const struct cursor *c, json_t **batch)
{
	char many[16];
	const char *params[] = { c->kind, c->id, many, r->to->id };
	char *text = NULL;
	enum db_fault f;

	snprintf(many, sizeof(many), "%d", r->batch);
	if ((f = db_run(r->db, &sealed_next, params, &text)) != DB_OK)
		return with_reason(r, f);
	if (text == NULL || (*batch = json_loads(text, 0, NULL)) == NULL)
		f = out_of_memory(r);
	free(text);
	return f;
}

static enum db_fault
batch_put(struct rekey *r, const json_t *batch)
{
	const char *params[] = { NULL, r->to->id };
	enum db_fault f;
	char *text;

	if ((params[0] = text = json_dumps(batch, JSON_COMPACT)) == NULL)
		return out_of_memory(r);
	f = db_run(r->db, &reseal, params, NULL);
	free(text);
	return with_reason(r, f);
}

/* Seals all that is not yet under the new key, batch by batch. */
static enum db_fault
seal_rest(struct rekey *r)
{
	struct cursor c = { "0", "0" };
	json_t *batch = NULL, *last;
	enum db_fault f;
	size_t n;

	while ((f = batch_get(r, &c, &batch)) == DB_OK &&
	    (n = json_array_size(batch)) > 0 &&
	    (f = batch_seal(r, batch)) == DB_OK && (f = batch_put(r, batch)) == DB_OK) {
		last = json_array_get(batch, n - 1);
		snprintf(c.kind, sizeof(c.kind), "%lld",
		    (long long)json_integer_value(json_object_get(last, "kind")));
		snprintf(c.id, sizeof(c.id), "%lld",
		    (long long)json_integer_value(json_object_get(last, "id")));
		r->done += (long)n;
		progress_show(r->progress, r->all > 0 ? (double)r->done / (double)r->all : 1, 0, -1);
		json_decref(batch);
		batch = NULL;
	}
	json_decref(batch);
	return f;
}

static enum db_fault
count_all(struct rekey *r)
{
	json_t *j = NULL;
	char *text = NULL;
	json_int_t tokens = 0, destinations = 0, factors = 0;
	enum db_fault f;

	if ((f = db_run(r->db, &sealed_count, NULL, &text)) != DB_OK)
		return with_reason(r, f);
	if (text != NULL && (j = json_loads(text, 0, NULL)) != NULL)
		json_unpack(j, "{s:I, s:I, s:I}", "tokens", &tokens, "destinations", &destinations, "second_factors", &factors);
	r->all = (long)(tokens + destinations + factors);
	json_decref(j);
	free(text);
	return DB_OK;
}

/* Takes the lock that keeps other processes from sealing. *over: another rekey has ended with the same key. */
static enum db_fault
seals_lock(struct rekey *r, bool *over)
{
	char *current;
	enum db_fault f;

	if ((f = db_run(r->db, &lock, NULL, &current)) != DB_OK)
		return with_reason(r, f);
	*over = current != NULL && strcmp(current, r->to->id) == 0;
	if (!*over && (current == NULL || strcmp(current, r->from->id) != 0)) {
		error_set(&r->err, "another rekey has ended with key %s",
		    current != NULL ? current : "-");
		f = DB_AWAY;
	}
	free(current);
	return f;
}

static enum db_fault
rekey_finish(struct rekey *r)
{
	const char *params[] = { r->to->id };
	enum db_fault f;
	bool over = false;

	if ((f = with_reason(r, db_begin(r->db))) != DB_OK)
		return f;
	if ((f = seals_lock(r, &over)) == DB_OK && !over &&
	    (f = seal_rest(r)) == DB_OK)
		f = with_reason(r, db_run(r->db, &end, params, NULL));
	if (f == DB_OK)
		f = with_reason(r, db_commit(r->db));
	if (f != DB_OK)
		db_rollback(r->db);
	return f;
}

enum db_fault
rekey_run(struct rekey *r)
{
	enum db_fault f;

	r->done = 0;
	if ((f = count_all(r)) != DB_OK || (f = seal_rest(r)) != DB_OK)
		return f;
	return rekey_finish(r);
}
