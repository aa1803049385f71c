/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/secret.h"
#include "control/keys/dest_spec.h"
#include "control/keys/keys.h"

static const struct db_stmt stmt = { "destination_test", "select destination_test($1, $2)", 2 };

/* The films of one source; without any, an address that a test does not dial, because a spec has a source. */
static json_t *
source_make(const json_t *films, const char *media)
{
	json_t *paths = json_array(), *source;
	size_t i;

	for (i = 0; i < json_array_size(films); i++)
		json_array_append_new(paths, json_sprintf("%s/%s", media, json_string_value(json_array_get(films, i))));
	source = json_array_size(paths) > 0 ? json_pack("{ss sO}", "name", "film", "path", paths) :
	    json_pack("{ss ss}", "name", "none", "url", "rtmp://127.0.0.1/none/none");
	json_decref(paths);
	return source;
}

/* password NULL: it has none, or no user. */
static char *
text_make(const json_t *found, const char *key, const char *password, const char *media)
{
	const json_t *d = json_object_get(found, "destination"), *ca_file = json_object_get(d, "ca_file");
	json_t *answer_ms = json_object_get(d, "answer_ms"), *bind = json_object_get(d, "bind"), *proxy = json_object_get(d, "proxy"),
	    *user = json_object_get(d, "user");
	json_t *spec = json_pack("{sO s[o] s[{sO sO sO* ss sO* ss* sO* sO* sO*}]}", "channel", json_object_get(found, "channel"), "sources",
	    source_make(json_object_get(found, "films"), media), "destinations", "name", json_object_get(d, "name"), "url",
	    json_object_get(d, "url"), "ca_file", json_is_null(ca_file) ? NULL : ca_file, "key", key, "user", password != NULL ? user : NULL,
	    "password", password, "answer_ms", answer_ms, "bind", json_is_null(bind) ? NULL : bind, "proxy",
	    json_is_null(proxy) ? NULL : proxy);
	char *text = spec != NULL ? json_dumps(spec, JSON_COMPACT) : NULL;

	json_decref(spec);
	return text;
}

static enum db_fault
spec_open(struct dest_spec *s, const struct master_key *master, const json_t *found, const char *media, struct error *err)
{
	const json_t *d = json_object_get(found, "destination");
	const char *channel = keys_text(found, "channel"), *name = keys_text(d, "name");
	char place[SEAL_PLACE], *key, *password = NULL;

	if (json_string_value(json_object_get(d, "sealed")) == NULL) {
		error_set(err, "destination %s of %s has no key yet: lsctl-channel dest set %s %s --key", name, channel, channel,
		    name);
		return DB_REFUSED;
	}
	if (keys_place(place, d) == -1 || (key = unseal_hex(master, place, keys_text(d, "sealed"), NULL)) == NULL) {
		error_set(err, "the key of %s is for another address, or is damaged: lsctl-channel dest set %s %s --key", name,
		    channel, name);
		return DB_REFUSED;
	}
	if (json_is_string(json_object_get(d, "user")) && json_is_string(json_object_get(d, "password_sealed")) &&
	    (keys_password_place(place, d) == -1 ||
	    (password = unseal_hex(master, place, keys_text(d, "password_sealed"), NULL)) == NULL)) {
		error_set(err, "the password of %s is for another address, or is damaged: lsctl-channel dest set %s %s --password",
		    name, channel, name);
		secret_free(key);
		return DB_REFUSED;
	}
	s->enabled = json_is_true(json_object_get(found, "enabled"));
	s->text = text_make(found, key, password, media);
	secret_free(key);
	secret_free(password);
	if (s->text != NULL)
		return DB_OK;
	error_set(err, "out of memory");
	return DB_AWAY;
}

enum db_fault
dest_spec_make(struct dest_spec *s, struct db *db, const struct master_key *master, const char *channel,
    const char *destination, const char *media, struct error *err)
{
	const char *params[] = { channel, destination };
	enum db_fault f;
	char *text;
	json_t *found;

	memset(s, 0, sizeof(*s));
	if ((f = db_run(db, &stmt, params, &text)) != DB_OK) {
		error_set(err, "%s", db_reason(db));
		return f;
	}
	if ((found = json_loads(text != NULL ? text : "", 0, NULL)) == NULL) {
		error_set(err, "the answer of the database is not valid");
		f = DB_BROKEN;
	} else
		f = spec_open(s, master, found, media, err);
	json_decref(found);
	free(text);
	return f;
}
