/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "lsctl-web/route.h"

#define CHANNEL		"channels/:channel"
#define SOURCE		CHANNEL "/sources/:source"
#define DESTINATION	CHANNEL "/destinations/:destination"
#define ACCOUNT		"accounts/:account"

static const struct route routes[] = {
	{ "GET", "status", status_show, NULL, 0, NULL, NEEDS_NOTHING },
	{ "GET", "metrics", metrics_show, NULL, 0, NULL, NEEDS_NOTHING },
	{ "GET", "may", may_show, NULL, 204, NULL, NEEDS_NOTHING },

	{ "POST", "session", session_make, "sign-in", 201, NULL, IS_OPEN },
	{ "GET", "session", session_show, "session", 0, NULL, NEEDS_NOTHING },
	{ "DELETE", "session", session_end, "sign-out", 204, NULL, NEEDS_NOTHING },
	{ "POST", "link", act_run_route, "link-show", 0, NULL, IS_OPEN },
	{ "POST", "link/use", session_make, "link-use", 201, NULL, IS_OPEN },
	{ "GET", "me", read_run, "account", 0, NULL, NEEDS_NOTHING },
	{ "PUT", "me/password", act_run_route, "password", 204, NULL, NEEDS_NOTHING },
	{ "POST", "me/totp", act_run_route, "totp-begin", 201, NULL, NEEDS_NOTHING },
	{ "POST", "me/totp/confirm", act_run_route, "totp-confirm", 0, NULL, NEEDS_NOTHING },
	{ "DELETE", "me/totp", act_run_route, "totp-remove", 204, NULL, NEEDS_NOTHING },
	{ "DELETE", "me/sessions/:session", act_run_route, "own-session-remove", 204, NULL, NEEDS_NOTHING },

	{ "GET", "channels", read_run, "channels", 0, NULL, NEEDS_NOTHING },
	{ "POST", "channels", act_run_route, "channel-add", 201, NULL, NEEDS_NOTHING },
	{ "GET", CHANNEL, read_run, "channel", 0, NULL, NEEDS_NOTHING },
	{ "PATCH", CHANNEL, act_run_route, "channel-set", 204, "set", NEEDS_VERSION },
	{ "DELETE", CHANNEL, act_run_route, "channel-remove", 204, NULL, NEEDS_VERSION },
	{ "POST", CHANNEL "/take-over", act_run_route, "channel-take-over", 204, NULL, NEEDS_NOTHING },
	{ "PUT", CHANNEL "/override", act_run_route, "override", 0, NULL, NEEDS_NOTHING },
	{ "GET", CHANNEL "/encoder", read_run, "encoder", 0, NULL, NEEDS_NOTHING },
	{ "GET", CHANNEL "/timeline", read_run, "timeline", 0, NULL, NEEDS_NOTHING },
	{ "GET", CHANNEL "/timeline.svg", timeline_show, "timeline", 0, NULL, NEEDS_NOTHING },
	{ "GET", CHANNEL "/rates", rates_show, "rates", 0, NULL, NEEDS_NOTHING },
	{ "POST", CHANNEL "/sources", act_run_route, "source-add", 201, NULL, NEEDS_NOTHING },
	{ "PATCH", SOURCE, act_run_route, "source-set", 204, "set", NEEDS_NOTHING },
	{ "PUT", SOURCE "/position", act_run_route, "source-move", 204, NULL, NEEDS_NOTHING },
	{ "DELETE", SOURCE, act_run_route, "source-remove", 204, NULL, NEEDS_NOTHING },
	{ "PUT", SOURCE "/films", act_run_route, "films-set", 204, NULL, NEEDS_NOTHING },
	{ "POST", SOURCE "/key", act_run_route, "key-new", 201, NULL, NEEDS_NOTHING },
	{ "POST", SOURCE "/key/show", act_run_route, "key-show", 0, NULL, NEEDS_NOTHING },
	{ "POST", SOURCE "/key/rotate", act_run_route, "key-rotate", 204, NULL, NEEDS_NOTHING },
	{ "POST", SOURCE "/key/revoke", act_run_route, "key-revoke", 204, NULL, NEEDS_NOTHING },
	{ "POST", CHANNEL "/destinations", act_run_route, "destination-add", 201, NULL, NEEDS_NOTHING },
	{ "PATCH", DESTINATION, destination_set, "destination-set", 204, NULL, NEEDS_NOTHING },
	{ "DELETE", DESTINATION, act_run_route, "destination-remove", 204, NULL, NEEDS_NOTHING },
	{ "POST", DESTINATION "/test", act_run_route, "destination-test", 0, NULL, NEEDS_NOTHING },
	{ "PUT", DESTINATION "/key", act_run_route, "destination-key", 204, NULL, NEEDS_NOTHING },
	{ "PUT", DESTINATION "/password", act_run_route, "destination-password", 204, NULL, NEEDS_NOTHING },

	{ "GET", "films", films_show, "films", 0, NULL, NEEDS_NOTHING },
	{ "DELETE", "films/:film", act_run_route, "film-remove", 204, NULL, NEEDS_NOTHING },
	{ "POST", "uploads", upload_make, "film-upload", 201, NULL, NEEDS_NOTHING },
	{ "GET", "uploads/:upload", upload_show, "film-upload", 0, NULL, NEEDS_NOTHING },
	{ "PATCH", "uploads/:upload", upload_append, "film-upload", 204, NULL, IS_STREAM },
	{ "DELETE", "uploads/:upload", upload_remove, "film-upload", 204, NULL, NEEDS_NOTHING },
	{ "POST", "uploads/:upload/prepare", upload_prepare, "film-prepare", 202, NULL, NEEDS_NOTHING },

	{ "GET", "alerts", act_run_route, "alerts", 0, NULL, NEEDS_NOTHING },
	{ "POST", "alerts/ack", alert_acknowledge, "alert-acknowledge", 204, NULL, NEEDS_NOTHING },

	{ "GET", "events", events_show, "events", 0, NULL, NEEDS_NOTHING },
	{ "GET", "audit", read_run, "audit", 0, NULL, NEEDS_NOTHING },

	{ "GET", "hosts", read_run, "hosts", 0, NULL, NEEDS_NOTHING },
	{ "PUT", "hosts/:host", act_run_route, "host-set", 204, NULL, NEEDS_NOTHING },
	{ "DELETE", "hosts/:host", act_run_route, "host-remove", 204, NULL, NEEDS_NOTHING },

	{ "GET", "declaration", read_run, "declaration", 0, NULL, NEEDS_NOTHING },
	{ "POST", "declaration/apply", act_run_route, "declaration-apply", 0, NULL, IS_LARGE },
	{ "GET", "keys", act_run_route, "keys", 0, NULL, NEEDS_NOTHING },
	{ "POST", "master-key/rekey", act_run_route, "rekey", 204, NULL, NEEDS_NOTHING },

	{ "GET", "accounts", read_run, "accounts", 0, NULL, NEEDS_NOTHING },
	{ "POST", "accounts", act_run_route, "account-add", 201, NULL, NEEDS_NOTHING },
	{ "PATCH", ACCOUNT, account_set, "account-set", 204, NULL, NEEDS_NOTHING },
	{ "DELETE", ACCOUNT, act_run_route, "account-remove", 204, NULL, NEEDS_NOTHING },
	{ "POST", ACCOUNT "/link", act_run_route, "account-reset", 201, NULL, NEEDS_NOTHING },
	{ "POST", ACCOUNT "/tokens", act_run_route, "token-add", 201, NULL, NEEDS_NOTHING },
	{ "DELETE", ACCOUNT "/tokens/:token", act_run_route, "token-remove", 204, NULL, NEEDS_NOTHING },
	{ "DELETE", ACCOUNT "/sessions/:session", act_run_route, "session-remove", 204, NULL, NEEDS_NOTHING },
};

/* Does the path of the request fit? Then the names of its segments are set. */
static bool
fits(const struct route *route, struct call *c)
{
	const struct http_request *r = c->request;
	const char *p = route->path;
	size_t i, n;

	memset(c->name, 0, sizeof(c->name));
	for (i = 0; i < r->segments; i++, p += n + (p[n] == '/')) {
		n = strcspn(p, "/");
		if (p[0] == ':')
			snprintf(c->name[i], sizeof(c->name[i]), "%.*s", (int)n - 1, p + 1);
		else if (n == 0 || strlen(r->segment[i]) != n || strncmp(p, r->segment[i], n) != 0)
			return false;
	}
	return *p == '\0';
}

static void
allow(char methods[ROUTE_METHODS], const char *method)
{
	if (methods[0] != '\0')
		strlcat(methods, ", ", ROUTE_METHODS);
	strlcat(methods, method, ROUTE_METHODS);
	if (strcmp(method, "GET") == 0)
		strlcat(methods, ", HEAD", ROUTE_METHODS);
}

const struct route *
route_find(struct call *c, char methods[ROUTE_METHODS])
{
	/* the web server leaves the content of the answer out */
	const char *method = strcmp(c->request->method, "HEAD") == 0 ? "GET" : c->request->method;
	size_t i;

	methods[0] = '\0';
	for (i = 0; i < nitems(routes); i++)
		if (fits(&routes[i], c)) {
			if (strcmp(routes[i].method, method) == 0)
				return &routes[i];
			allow(methods, routes[i].method);
		}
	return NULL;
}
