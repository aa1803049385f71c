/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "control/declare/declare.h"
#include "control/declare/declared_text.h"
#include "control/keys/keyring.h"
#include "control/keys/keys.h"

#define NAMES_MAX	(16 << 20)

struct declare {
	struct keys_ctx	 keys;		/* the master key only when a change seals */
	struct buf	 lost;		/* of declared_keys_lost() */
	size_t		 lost_used;	/* bytes of what declare_key_lost() returned */
	bool		 json;
};

/* To read, the privileges of a viewer are enough; to change, the tool has its own role. */
static const char role_read[] = "lsctl_viewer";
static const char role_write[] = "lsctl_channel";
static const char role_hosts[] = "lsctl_admin";

static const struct db_stmt views[] = {
	[VIEW_DOCUMENT] = { "declaration", "select declaration($1)", 1 },
	[VIEW_CHANNELS] = { "channels", "select channels($1)", 1 },
	[VIEW_LEASES] = { "leases", "select leases($1)", 1 },
};

static const struct db_stmt changes[] = {
	[DECLARE_ALL] = { "declare", "select declare($1::jsonb, $2, $3, $4)", 4 },
	[DECLARE_ONE] = { "declare_one", "select declare_one($1, $2, $3, $4, $5::jsonb, $6)", 6 },
	[DECLARE_NO_CHANNEL] = { "channel_remove", "select channel_remove($1)", 1 },
	[DECLARE_HOST] = { "host_set", "select host_set($1, $2::jsonb)", 2 },
	[DECLARE_NO_HOST] = { "host_remove", "select host_remove($1)", 1 },
	[DECLARE_NO_FILM] = { "film_remove", "select film_remove($1, $2)", 2 },
	[DECLARE_TAKEOVER] = { "channel_take_over", "select channel_take_over($1, $2)", 2 },
};

enum db_fault
declare_read(enum declare_view view, const char *const names[], size_t n, char **json, struct error *err)
{
	const char *params[1] = { NULL };
	enum db_fault fault = DB_AWAY;
	struct db *db = NULL;
	struct buf array;
	size_t i;
	int rc = 0;

	*json = NULL;
	buf_init(&array, NAMES_MAX);
	for (i = 0; i < n; i++)
		rc |= buf_addf(&array, "%c%s", i == 0 ? '{' : ',', names[i]);
	if (n > 0) {
		rc |= buf_add(&array, "}", 2);
		params[0] = (const char *)buf_head(&array);
	}
	if (rc != 0)
		error_set(err, "out of memory");
	else if ((db = db_open(role_read, &fault, err)) != NULL &&
	    (fault = db_run(db, &views[view], params, json)) != DB_OK)
		error_set(err, "%s", db_reason(db));
	db_close(db);
	buf_free(&array);
	return fault;
}

struct declare *
declare_begin(enum declare_what what, bool sealing, enum db_fault *fault, struct error *err)
{
	struct declare *d = calloc(1, sizeof(*d));
	bool hosts = what == DECLARE_HOST || what == DECLARE_NO_HOST;

	*fault = DB_AWAY;
	if (d == NULL) {
		error_set(err, "out of memory");
		return NULL;
	}
	buf_init(&d->lost, NAMES_MAX);
	if ((d->keys.db = db_open(hosts ? role_hosts : role_write, fault, err)) == NULL) {
		if (hosts && *fault == DB_DENIED)
			error_set(err, "only admins change hosts, 'lsctl-db grant LOGIN admin' makes one: %s",
			    err->text);
		goto bad;
	}
	if (sealing && (*fault = keyring_open(d->keys.db, &d->keys.key, err)) != DB_OK)
		goto bad;
	if ((*fault = db_begin(d->keys.db)) == DB_OK)
		return d;
	error_set(err, "%s", db_reason(d->keys.db));
bad:
	declare_end(d);
	return NULL;
}

static enum db_fault
with_reason(struct declare *d, enum db_fault fault)
{
	if (fault != DB_OK)
		error_set(&d->keys.err, "%s", db_reason(d->keys.db));
	return fault;
}

/* secret NULL: does nothing. */
static enum db_fault
secret_set(struct declare *d, enum keys_secret what, const char *const params[], const char *secret, struct buf *out,
    size_t *steps)
{
	enum db_fault fault;

	if (secret == NULL)
		return DB_OK;
	++*steps;
	fault = keys_dest_rotate(&d->keys, what, params[2], params[3], secret, NULL);
	if (fault == DB_OK && buf_addf(out, "~ %s destination %s %s\n", params[2], params[3],
	    what == KEYS_KEY ? "key" : "password") == -1)
		fault = DB_BROKEN;
	return fault;
}

enum db_fault
declare_change(struct declare *d, enum declare_what what, const char *const params[],
    const struct declare_secrets *secrets, struct buf *out, size_t *steps)
{
	const char *key = secrets != NULL ? secrets->key : NULL, *password = secrets != NULL ? secrets->password : NULL;
	enum db_fault fault;
	char *json;

	*steps = 0;
	fault = with_reason(d, db_run(d->keys.db, &changes[what], params, &json));
	if (fault == DB_OK && (json == NULL || declared_steps(out, d->json, json, steps) == -1)) {
		error_set(&d->keys.err, "the answer of the database is not valid, or too long");
		fault = DB_BROKEN;
	}
	buf_clear(&d->lost);
	d->lost_used = 0;
	if (fault == DB_OK && ((key == NULL && declared_keys_lost(&d->lost, "key", json) == -1) ||
	    (password == NULL && declared_keys_lost(&d->lost, "password", json) == -1)))
		fault = DB_BROKEN;
	free(json);
	if (fault == DB_OK && (fault = secret_set(d, KEYS_KEY, params, key, out, steps)) == DB_OK)
		fault = secret_set(d, KEYS_PASSWORD, params, password, out, steps);
	return fault;
}

const char *
declare_key_lost(struct declare *d, const char **what)
{
	const char *name;

	buf_take(&d->lost, d->lost_used);
	d->lost_used = 0;
	if (buf_len(&d->lost) == 0)
		return NULL;
	name = (const char *)buf_head(&d->lost);
	*what = name + strlen(name) + 1;
	d->lost_used = strlen(name) + 1 + strlen(*what) + 1;
	return name;
}

void
declare_as_json(struct declare *d)
{
	d->json = true;
}

enum db_fault
declare_commit(struct declare *d)
{
	return with_reason(d, db_commit(d->keys.db));
}

const char *
declare_reason(const struct declare *d)
{
	return d->keys.err.text;
}

void
declare_end(struct declare *d)
{
	if (d == NULL)
		return;
	db_close(d->keys.db);	/* rolls back */
	buf_free(&d->lost);
	master_key_wipe(&d->keys.key);
	free(d);
}
