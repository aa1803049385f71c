/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-web/caller.h"
#include "lsctl-web/route.h"

const char *
call_segment(const struct call *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->request->segments; i++)
		if (strcmp(c->name[i], name) == 0)
			return c->request->segment[i];
	return NULL;
}

int
call_names(struct call *c, json_t *arguments)
{
	size_t i;

	for (i = 0; i < c->request->segments; i++) {
		if (c->name[i][0] == '\0')
			continue;
		if (json_object_get(arguments, c->name[i]) != NULL) {
			reply_problem(c->reply, "not-valid", "is in the path already", c->name[i]);
			return -1;
		}
		if (json_object_set_new(arguments, c->name[i], json_string(c->request->segment[i])) == -1) {
			reply_problem(c->reply, "not-found", "the path is not UTF-8", c->name[i]);
			return -1;
		}
	}
	return 0;
}

#define CONTENT_MAX	(64 * 1024)
#define LARGE_MAX	(2 << 20)	/* of a declaration: a thousand channels */
#define JSON		"application/json"

/* The length of the content, at most max; 0 without. -1: the problem is in the reply. */
static long long
content_length(struct call *c, long long max)
{
	const char *type = c->request->content_type;
	long long len = c->request->content_length;

	if (len == 0)
		return 0;
	if (len > max) {
		reply_problem(c->reply, "too-large", NULL, NULL);
		return -1;
	}
	/* a form of another site cannot send this type */
	if (type == NULL || strncasecmp(type, JSON, strlen(JSON)) != 0 || strchr("; ", type[strlen(JSON)]) == NULL) {
		reply_problem(c->reply, "media-type", "must be application/json", NULL);
		return -1;
	}
	if (len < 0)
		reply_problem(c->reply, "not-valid", "the content did not come", NULL);
	return len;
}

/* The content as an object, read into body. false: the problem is in the reply. */
static bool
object_parse(struct call *c, char *body, size_t len)
{
	json_error_t err;

	if (c->client->read(c->client->arg, body, len) == -1) {
		reply_problem(c->reply, "not-valid", "the content did not come", NULL);
		return false;
	}
	c->body = json_loadb(body, len, JSON_REJECT_DUPLICATES, &err);
	explicit_bzero(body, len);
	if (json_is_object(c->body))
		return true;
	reply_problem(c->reply, "not-valid", c->body == NULL ? err.text : "must be an object", NULL);
	return false;
}

static bool
object_read(struct call *c)
{
	static char body[CONTENT_MAX];
	long long len = content_length(c, sizeof(body));

	return len == 0 || (len > 0 && object_parse(c, body, (size_t)len));
}

/* The same, of a caller who may send much: memory is for nobody else. */
static bool
large_read(struct call *c)
{
	json_t *who = caller_find(c, false);
	bool may = who != NULL && strcmp(json_string_value(json_object_get(who, "role")), "admin") == 0 &&
	    !json_is_array(json_object_get(who, "channels"));
	long long len;
	char *body;

	if (who != NULL && !may)
		reply_problem(c->reply, "forbidden", NULL, NULL);
	json_decref(who);
	if (!may || (len = content_length(c, LARGE_MAX)) <= 0)
		return may && c->reply->status == 0;
	if ((body = malloc((size_t)len)) == NULL)
		return false;	/* web_answer() says so */
	may = object_parse(c, body, (size_t)len);
	free(body);
	return may;
}

static bool
content_read(struct call *c, const struct route *route)
{
	switch (route->needs) {
	case IS_STREAM:
		return true;
	case IS_LARGE:
		return large_read(c);
	default:
		return object_read(c);
	}
}

/* A version that the caller has seen, or none was sent. A list, a weak tag or * would not say which. */
static bool
is_version(const char *if_match)
{
	char tag[64];

	return if_match == NULL || http_tag(if_match, tag, sizeof(tag));
}

static bool
is_safe(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;
}

void
web_answer(struct web *w, const struct http_request *r, const struct client *client, struct reply *reply)
{
	struct call c = { .web = w, .request = r, .client = client, .reply = reply };
	const struct route *route;
	char methods[ROUTE_METHODS];

	if (r->credential[0] != '\0')
		credential_digest(r->credential, strlen(r->credential), c.digest);
	if ((route = route_find(&c, methods)) == NULL) {
		reply_problem(reply, methods[0] != '\0' ? "method" : "not-found", NULL, NULL);
		if (methods[0] != '\0')
			reply_header(reply, "Allow: %s", methods);
	} else if (route->needs == NEEDS_VERSION && r->if_match == NULL)
		reply_problem(reply, "version-required", NULL, NULL);
	else if (!is_version(r->if_match))
		reply_problem(reply, "not-valid", "If-Match: must be the ETag of the channel, \"VERSION\"", NULL);
	else if ((is_safe(r->method) || route->needs == IS_OPEN || caller_is_page(&c)) &&
	    content_read(&c, route))
		route->run(&c, route);
	json_decref(c.body);
	if (reply->status == 0)
		reply_problem(reply, "tool-failed", "out of memory", NULL);
}
