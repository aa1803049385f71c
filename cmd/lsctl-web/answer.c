/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-web/caller.h"
#include "lsctl-web/route.h"

const char *
call_segment(const struct call *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->request->segments; i++)
		if (c->name[i] != NULL && strcmp(c->name[i], name) == 0)
			return c->request->segment[i];
	return NULL;
}

/* The content as an object. false: the problem is in the reply. */
static bool
body_read(struct call *c, const char *body, size_t len)
{
	const char *type = c->request->content_type;
	json_error_t err;

	if (len == 0)
		return true;
	/* a form of another site cannot send this type */
	if (type == NULL || strncasecmp(type, "application/json", 16) != 0) {
		reply_problem(c->reply, "media-type", "must be application/json", NULL);
		return false;
	}
	if ((c->body = json_loadb(body, len, JSON_REJECT_DUPLICATES, &err)) == NULL || !json_is_object(c->body)) {
		reply_problem(c->reply, "not-valid", c->body == NULL ? err.text : "must be an object", NULL);
		return false;
	}
	return true;
}

static bool
is_safe(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

void
web_answer(struct web *w, const struct http_request *r, const char *body, size_t len, struct reply *reply)
{
	struct call c = { .web = w, .request = r, .reply = reply };
	const struct route *route;
	bool allowed;

	if (r->credential[0] != '\0')
		credential_digest(r->credential, strlen(r->credential), c.digest);
	if ((route = route_find(&c, &allowed)) == NULL)
		reply_problem(reply, allowed ? "method" : "not-found", NULL, NULL);
	else if (route->needs == NEEDS_VERSION && r->if_match == NULL)
		reply_problem(reply, "version-required", NULL, NULL);
	else if ((is_safe(r->method) || route->needs == IS_OPEN || caller_is_page(&c)) && body_read(&c, body, len))
		route->run(&c, route);
	json_decref(c.body);
	if (reply->status == 0)
		reply_problem(reply, "tool-failed", "out of memory", NULL);
}
