/* SPDX-License-Identifier: ISC */
/* What the database answers to a reader: api_read() in sql/functions/api.sql decides what the caller may see. */
#include "base/base.h"
#include "lsctl-web/caller.h"
#include "lsctl-web/route.h"
#include "web/timeline_svg.h"

#include <ctype.h>

static const struct db_stmt read_stmt = { "api_read", "select api_read($1, $2, $3::jsonb)", 3 };

/* The fields of a query that a resource knows. */
static const char *const fields[] = { "kind", "who", "after", "before", "limit", "hours", "channel" };

static bool
is_number(const char *text)
{
	return text[0] != '\0' && strlen(text) <= 18 && text[strspn(text, "0123456789")] == '\0';
}

/* The arguments: fields of the query, then names of the path. NULL with the problem in the reply. */
static json_t *
arguments_of(struct call *c)
{
	json_t *arguments = json_object();
	char value[HTTP_PATH];
	size_t i;

	for (i = 0; i < nitems(fields); i++) {
		if (http_query(c->request, fields[i], value, sizeof(value)) == NULL)
			continue;
		if (i >= 2 && i <= 5 && !is_number(value)) {
			reply_problem(c->reply, "not-valid", "must be a whole number", fields[i]);
			json_decref(arguments);
			return NULL;
		}
		json_object_set_new(arguments, fields[i], json_string(value));
	}
	for (i = 0; i < c->request->segments; i++)
		if (c->name[i] != NULL)
			json_object_set_new(arguments, c->name[i], json_string(c->request->segment[i]));
	return arguments;
}

/* A list gets the name of its resource, so that more can stand beside it one day. */
static void
body_reply(struct call *c, const struct route *route, json_t *body)
{
	const char *version = json_string_value(json_object_get(body, "version"));

	if (json_is_array(body))
		reply_json(c->reply, 200, json_pack("{s:O}", strcmp(route->name, "audit") == 0 ? "events" : route->name, body));
	else
		reply_json(c->reply, 200, json_incref(body));
	if (version != NULL)
		reply_header(c->reply, "ETag: \"%s\"", version);
}

/* The answer of the database with code "ok", owned; NULL: the problem is in the reply. */
static json_t *
read_answer(struct call *c, const char *resource)
{
	struct db *db = web_db(c->web);
	json_t *arguments = arguments_of(c), *answer = NULL;
	char *text = NULL, *asked = NULL;
	const char *params[] = { c->digest, resource, NULL }, *code;
	enum db_fault f;

	if (arguments == NULL)
		return NULL;
	if (c->digest[0] == '\0')
		reply_problem(c->reply, "unauthenticated", NULL, NULL);
	else if (db == NULL)
		reply_problem(c->reply, "database-down", NULL, NULL);
	else if ((params[2] = asked = json_dumps(arguments, JSON_COMPACT)) == NULL)
		reply_problem(c->reply, "tool-failed", "out of memory", NULL);
	else if ((f = db_run(db, &read_stmt, params, &text)) != DB_OK)
		reply_problem(c->reply, f == DB_AWAY ? "database-down" : "tool-failed", db_reason(db), NULL);
	else {
		answer = json_loads(text != NULL ? text : "", 0, NULL);
		code = json_string_value(json_object_get(answer, "code"));
		if (code == NULL || strcmp(code, "ok") != 0) {
			reply_problem(c->reply, code != NULL ? code : "tool-failed", NULL, NULL);
			json_decref(answer);
			answer = NULL;
		}
	}
	free(asked);
	free(text);
	json_decref(arguments);
	return answer;
}

void
read_run(struct call *c, const struct route *route)
{
	json_t *answer = read_answer(c, route->name);

	if (answer != NULL)
		body_reply(c, route, json_object_get(answer, "body"));
	json_decref(answer);
}

void
timeline_show(struct call *c, const struct route *route)
{
	json_t *answer = read_answer(c, route->name), *body = json_object_get(answer, "body");
	char best[80];
	size_t i;

	if (answer == NULL)
		return;
	snprintf(best, sizeof(best), "%s_ACTIVE", json_string_value(json_object_get(body, "best")) != NULL ?
	    json_string_value(json_object_get(body, "best")) : "");
	for (i = 0; best[i] != '\0'; i++)
		best[i] = best[i] == '-' ? '_' : (char)toupper((unsigned char)best[i]);
	if ((c->reply->body = timeline_svg(body, best)) == NULL)
		reply_problem(c->reply, "tool-failed", NULL, NULL);
	else {
		c->reply->status = 200;
		c->reply->type = "image/svg+xml";
		c->reply->len = strlen(c->reply->body);
	}
	json_decref(answer);
}
