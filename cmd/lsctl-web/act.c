/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/secret.h"
#include "lsctl-web/act.h"
#include "lsctl-web/caller.h"
#include "process/ctl_query.h"

#include <errno.h>

#define ACT_MS		30000		/* longer than lsctl-act(8) lets a tool run */
#define PLACE_MS	3000		/* no longer: the others are not served meanwhile */
#define LOOK_MS		20
#define ACT_ANSWER_MAX	(9 << 20)	/* more than it reads of a tool */

json_t *
act_arguments(struct call *c, const struct route *route)
{
	json_t *arguments = c->body != NULL && route->wrap == NULL ? json_incref(c->body) : json_object();

	if (c->body != NULL && route->wrap != NULL)
		json_object_set(arguments, route->wrap, c->body);
	if (call_names(c, arguments) == 0)
		return arguments;
	json_decref(arguments);
	return NULL;
}

/* The request as a line, to be wiped and freed. */
static char *
request_line(struct call *c, const char *command, json_t *arguments)
{
	const struct http_request *r = c->request;
	char version[64];
	json_t *line = json_pack("{s:s, s:s*, s:s, s:s*, s:o, s:s*, s:s*}", "do", command, "credential",
	    r->credential[0] != '\0' ? r->credential : NULL, "address", r->address, "agent", r->agent, "arguments", arguments,
	    "key", strcmp(r->method, "GET") != 0 ? r->idempotency_key : NULL, "version",
	    http_tag(r->if_match, version, sizeof(version)) ? version : NULL);
	char *text = line != NULL ? json_dumps(line, JSON_COMPACT) : NULL;

	json_decref(line);
	return text;
}

static json_t *
answer_read(struct call *c, char *text)
{
	json_t *answer = text != NULL ? json_loads(text, 0, NULL) : NULL;
	const char *code = json_string_value(json_object_get(answer, "code"));

	secret_free(text);
	if (code != NULL && strcmp(code, "ok") == 0)
		return answer;
	if (json_is_integer(json_object_get(answer, "wait_s")))
		reply_header(c->reply, "Retry-After: %lld", json_integer_value(json_object_get(answer, "wait_s")));
	reply_problem(c->reply, code != NULL ? code : "tool-failed",
	    json_string_value(json_object_get(answer, "detail")), json_string_value(json_object_get(answer, "field")));
	json_decref(answer);
	return NULL;
}

/* A place to wait for the answer; -1: none, in the time that one of many requests at once needs to get one. */
static int
place_take(struct call *c)
{
	const struct waiting *w = &c->web->waiting;
	int64_t end = clock_ms() + PLACE_MS;
	int place;

	while ((place = waiting_begin(w, w->places)) == -1 && w->places > 0 && clock_ms() < end &&
	    c->client->waits(c->client->arg, LOOK_MS))
		continue;
	return place;
}

json_t *
act_ask(struct call *c, const char *command, json_t *arguments)
{
	struct ctl_query q = { .path = (char *)(uintptr_t)c->web->act_socket, .max = ACT_ANSWER_MAX };
	const struct waiting *w = &c->web->waiting;
	char *line = request_line(c, command, arguments);
	int place;

	if (line == NULL) {
		reply_problem(c->reply, "not-valid", "the request has text that is not UTF-8", NULL);
		return NULL;
	}
	if ((place = place_take(c)) == -1 && w->places > 0) {
		secret_free(line);
		reply_header(c->reply, "Retry-After: %d", WAITING_RETRY_S);
		reply_problem(c->reply, "unavailable", "too many requests wait for lsctl-act: try again", NULL);
		return NULL;
	}
	ctl_query_all(&q, 1, line, ACT_MS);
	waiting_end(w, place);
	secret_free(line);
	if (q.answer == NULL) {
		reply_problem(c->reply, "unavailable", q.error == ENOENT || q.error == ECONNREFUSED ?
		    "lsctl-act does not run: systemctl start lsctl-act.socket" : strerror(q.error), NULL);
		return NULL;
	}
	return answer_read(c, q.answer);
}

void
act_reply(struct call *c, const struct route *route, const char *command, json_t *arguments)
{
	json_t *answer = act_ask(c, command, arguments), *body = json_object_get(answer, "body");

	if (answer == NULL)
		return;
	if (body != NULL)
		reply_json(c->reply, route->status == 0 || route->status == 204 ? 200 : route->status, json_incref(body));
	else
		reply_empty(c->reply, route->status == 201 || route->status == 202 ? route->status : 204);
	json_decref(answer);
}

void
act_run_route(struct call *c, const struct route *route)
{
	json_t *arguments = act_arguments(c, route);

	if (arguments != NULL)
		act_reply(c, route, route->name, arguments);
}

/* Is the content {"enabled": ...} and nothing else? That is a command of its own. */
static bool
enables(const struct call *c, bool *enable)
{
	const json_t *enabled = json_object_get(c->body, "enabled");

	*enable = json_is_true(enabled);
	return json_is_boolean(enabled) && json_object_size(c->body) == 1;
}

void
account_set(struct call *c, const struct route *route)
{
	json_t *arguments;
	bool enable;

	if (!enables(c, &enable)) {
		act_run_route(c, route);
		return;
	}
	arguments = json_object();
	if (call_names(c, arguments) == -1)
		json_decref(arguments);
	else
		act_reply(c, route, enable ? "account-enable" : "account-disable", arguments);
}

/* null stands for the host: another command, because another permission. */
void
alert_acknowledge(struct call *c, const struct route *route)
{
	const json_t *channel = json_object_get(c->body, "channel");

	if (channel == NULL)
		reply_problem(c->reply, "not-valid", "is missing: null stands for the host", "channel");
	else if (!json_is_null(channel))
		act_run_route(c, route);
	else {
		json_object_del(c->body, "channel");
		act_reply(c, route, "alert-acknowledge-host", json_incref(c->body));
	}
}

/*
 * An operator may turn a destination on and off, and change nothing else of it. The key is no field of the declaration,
 * but of the same object here.
 */
void
destination_set(struct call *c, const struct route *route)
{
	json_t *set = json_incref(c->body), *key, *arguments = json_object();
	bool enable;

	if (call_names(c, arguments) == -1)
		json_decref(arguments);
	else if (enables(c, &enable))
		act_reply(c, route, enable ? "destination-enable" : "destination-disable", arguments);
	else {
		if ((key = json_object_get(set, "key")) != NULL) {
			json_object_set(arguments, "key", key);
			json_object_del(set, "key");
		}
		json_object_set(arguments, "set", set != NULL ? set : json_null());
		act_reply(c, route, route->name, arguments);
	}
	json_decref(set);
}
