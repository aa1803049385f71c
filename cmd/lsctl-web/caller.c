/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/hex.h"
#include "lsctl-web/caller.h"

#define AGAIN_MS	1000	/* before a database that was down is tried again */
#define CONNECT_MS	1000
#define QUERY_MS	3000

static const struct db_stmt caller_stmt = { "api_caller", "select api_caller($1, $2)", 2 };
static const struct db_stmt listen_stmt = { "listen", "listen lsctl_credentials", 0 };

struct db *
web_db(struct web *w)
{
	enum db_fault f;
	struct error err;

	if (w->db != NULL && db_notified(w->db))
		caller_cache_forget(w->cache, db_is_lost(w->db));
	if (w->db != NULL && db_is_lost(w->db)) {
		db_close(w->db);
		w->db = NULL;
	}
	if (w->db != NULL || clock_ms() < w->db_next_ms)
		return w->db;
	if ((w->db = db_open_within("lsctl_web", CONNECT_MS, QUERY_MS, &f, &err)) == NULL ||
	    db_run(w->db, &listen_stmt, NULL, NULL) != DB_OK) {
		db_close(w->db);
		w->db = NULL;
		w->db_next_ms = clock_ms() + AGAIN_MS;
	}
	caller_cache_forget(w->cache, true);	/* what was notified meanwhile was missed */
	return w->db;
}

static json_t *
parse(const char *text)
{
	json_t *who = json_loads(text, 0, NULL);

	if (!json_is_object(who)) {
		json_decref(who);
		return NULL;
	}
	return who;
}

/* Asks the database, and keeps the answer. NULL with the problem in the reply. */
static json_t *
caller_ask(struct call *c, struct db *db, int64_t now_s)
{
	uint64_t generation = caller_cache_generation(c->web->cache);
	const char *params[] = { c->digest, c->request->address };
	char *text = NULL;
	enum db_fault f;
	json_t *who = NULL;

	if ((f = db_run(db, &caller_stmt, params, &text)) != DB_OK)
		reply_problem(c->reply, f == DB_AWAY ? "database-down" : "tool-failed", NULL, NULL);
	else if (text == NULL || (who = parse(text)) == NULL)
		reply_problem(c->reply, "unauthenticated", NULL, NULL);
	else
		caller_cache_put(c->web->cache, generation, c->digest, text, now_s);
	free(text);
	return who;
}

json_t *
caller_find(struct call *c, bool stale)
{
	int64_t now_s = (int64_t)time(NULL);
	char text[CALLER_TEXT];
	struct db *db;
	json_t *who;

	if (c->digest[0] == '\0') {
		reply_problem(c->reply, "unauthenticated", NULL, NULL);
		return NULL;
	}
	db = web_db(c->web);
	if (db != NULL && caller_cache_get(c->web->cache, c->digest, false, now_s, text))
		return parse(text);
	if (db != NULL && ((who = caller_ask(c, db, now_s)) != NULL || !db_is_lost(db)))
		return who;
	if (stale && caller_cache_get(c->web->cache, c->digest, true, now_s, text))
		return parse(text);
	reply_problem(c->reply, "database-down", NULL, NULL);
	return NULL;
}

bool
caller_has(const json_t *who, const char *channel)
{
	const json_t *list = json_object_get(who, "channels"), *v;
	size_t i;

	if (!json_is_array(list))
		return true;
	json_array_foreach(list, i, v)
		if (strcmp(json_string_value(v), channel) == 0)
			return true;
	return false;
}

void
caller_csrf(const char *credential, char token[CREDENTIAL_DIGEST])
{
	uint8_t digest[SHA256_LEN];
	struct sha256 s;

	sha256_init(&s);
	sha256_add(&s, "csrf", 5);
	sha256_add(&s, credential, strlen(credential));
	sha256_end(&s, digest);
	hex_put(token, digest, sizeof(digest));
}

bool
caller_is_page(struct call *c)
{
	const struct http_request *r = c->request;
	uint8_t shown[SHA256_LEN], due[SHA256_LEN];
	char token[CREDENTIAL_DIGEST];

	if (r->bearer || r->credential[0] == '\0')
		return true;
	caller_csrf(r->credential, token);
	if (r->csrf != NULL && strlen(r->csrf) == sizeof(token) - 1 && hex_get(shown, sizeof(shown), r->csrf) == 0 &&
	    hex_get(due, sizeof(due), token) == 0 && sha256_equal(shown, due))
		return true;
	reply_problem(c->reply, "csrf", NULL, NULL);
	return false;
}
