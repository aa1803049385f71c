/* SPDX-License-Identifier: ISC */
/* What the database answers to a reader: api_read() in sql/functions/api.sql decides what the caller may see. */
#include "base/base.h"
#include "base/clock.h"
#include "lsctl-web/caller.h"
#include "lsctl-web/route.h"
#include "web/timeline_svg.h"

#include <ctype.h>

static const struct db_stmt read_stmt = { "api_read", "select api_read($1, $2, $3::jsonb)", 3 };

/* The fields of a query that a resource knows. digits: of the largest number that the database takes; 0: a text. */
static const struct {
	const char	*name;
	size_t		 digits;
} fields[] = {
	{ "kind", 0 }, { "who", 0 }, { "after", 18 }, { "before", 18 }, { "limit", 9 }, { "hours", 9 }, { "channel", 0 },
};

static bool
is_number(const char *text, size_t digits)
{
	return text[0] != '\0' && strlen(text) <= digits && text[strspn(text, "0123456789")] == '\0';
}

#define WAIT_MAX_S	25	/* proxies give up on an answer after 30 s and more */
#define LOOK_MS		1000	/* how often it is looked for new events */

/* The arguments: fields of the query, then names of the path. NULL with the problem in the reply. */
static json_t *
arguments_of(struct call *c)
{
	json_t *arguments = json_object();
	char value[HTTP_PATH];
	size_t i;

	for (i = 0; i < nitems(fields); i++) {
		if (http_query(c->request, fields[i].name, value, sizeof(value)) == NULL)
			continue;
		if (fields[i].digits > 0 && !is_number(value, fields[i].digits))
			reply_problem(c->reply, "not-valid", "must be a whole number", fields[i].name);
		else if (json_object_set_new(arguments, fields[i].name, json_string(value)) == -1)
			reply_problem(c->reply, "not-valid", "is not UTF-8", fields[i].name);
	}
	if (c->reply->status == 0 && call_names(c, arguments) == 0)
		return arguments;
	json_decref(arguments);
	return NULL;
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
		reply_problem(c->reply, f == DB_AWAY ? "database-down" : "tool-failed", NULL, NULL);
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

/* Seconds to wait, 0: not at all. -1: the problem is in the reply. */
static int
wait_read(struct call *c)
{
	char text[HTTP_PATH], after[HTTP_PATH];
	const char *err;
	int wait_s;

	if (http_query(c->request, "wait", text, sizeof(text)) == NULL)
		return 0;
	wait_s = (int)strtonum(text, 0, WAIT_MAX_S, &err);
	if (err != NULL)
		reply_problem(c->reply, "not-valid", "must be a number of seconds, at most 25", "wait");
	else if (http_query(c->request, "after", after, sizeof(after)) == NULL)
		reply_problem(c->reply, "not-valid", "is missing: wait needs it", "after");
	else
		return wait_s;
	return -1;
}

static bool
is_empty(const json_t *answer)
{
	return answer != NULL && json_array_size(json_object_get(answer, "body")) == 0;
}

/*
 * Asks again each second until something has happened. Each time the database decides anew what the caller may see. A
 * notification would spare these queries, and needs one for each event of each tool.
 */
static json_t *
events_await(struct call *c, const struct route *route, json_t *answer, int64_t end)
{
	const struct client *client = c->client;
	int64_t left;
	int place;

	if (client->waits == NULL) {
		json_decref(answer);
		reply_problem(c->reply, "unavailable", "a CGI program does not wait for events: ask without wait", NULL);
		return NULL;
	}
	if ((place = waiting_begin(&c->web->waiting, waiting_for_events(&c->web->waiting))) == -1) {
		json_decref(answer);
		reply_header(c->reply, "Retry-After: %d", WAITING_RETRY_S);
		reply_problem(c->reply, "unavailable", "too many requests wait for events: ask without wait", NULL);
		return NULL;
	}
	while (is_empty(answer) && (left = end - clock_ms()) > 0 &&
	    client->waits(client->arg, left < LOOK_MS ? (int)left : LOOK_MS)) {
		json_decref(answer);
		answer = read_answer(c, route->name);
	}
	waiting_end(&c->web->waiting, place);
	return answer;
}

void
events_show(struct call *c, const struct route *route)
{
	int wait_s = wait_read(c);
	int64_t end = clock_ms() + wait_s * 1000;
	json_t *answer = wait_s != -1 ? read_answer(c, route->name) : NULL;

	if (wait_s > 0 && is_empty(answer))
		answer = events_await(c, route, answer, end);
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
