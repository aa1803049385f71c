/* SPDX-License-Identifier: ISC */
/* Signing in and out. The session is a cookie that scripts cannot read. */
#include "base/base.h"
#include "lsctl-web/act.h"
#include "lsctl-web/caller.h"

#define SESSION_S	(30L * 86400)	/* as session_new() in sql/functions/sign_in.sql */
#define PROXY_SESSION_S	86400L		/* as session_by_proxy() */
#define DEVICE_S	(365L * 86400)

/* RFC 6265bis: __Host- is a cookie of this host alone, which came over HTTPS. */
static void
cookie_set(struct call *c, const char *name, const char *value, long max_age_s)
{
	bool https = c->request->https;

	reply_header(c->reply, "Set-Cookie: %s%s=%s; Path=/; Max-Age=%ld; HttpOnly; SameSite=Strict%s",
	    https ? "__Host-" : "", name, value, max_age_s, https ? "; Secure" : "");
}

static void
session_reply(struct call *c, int status, const json_t *who, const char *credential)
{
	char csrf[CREDENTIAL_DIGEST];

	caller_csrf(credential, csrf);
	reply_json(c->reply, status, json_pack("{s:O, s:O, s:O, s:O, s:s}", "account", json_object_get(who, "account"),
	    "role", json_object_get(who, "role"), "channels", json_object_get(who, "channels"), "expires_at",
	    json_object_get(who, "expires_at"), "csrf", csrf));
	reply_header(c->reply, "Cache-Control: no-store");
}

/* Asks for a session, and takes ownership of the arguments. */
static void
session_ask(struct call *c, const char *command, json_t *arguments, int status, long max_age_s)
{
	json_t *answer = act_ask(c, command, arguments);
	const char *secret = json_string_value(json_object_get(answer, "session"));
	const char *device = json_string_value(json_object_get(answer, "device"));

	if (answer == NULL)
		return;
	if (secret == NULL)
		reply_problem(c->reply, "tool-failed", NULL, NULL);
	else {
		cookie_set(c, "lsctl", secret, max_age_s);
		if (device != NULL && device[0] != '\0')
			cookie_set(c, "lsctl-device", device, DEVICE_S);
		session_reply(c, status, json_object_get(answer, "body"), secret);
	}
	json_decref(answer);
}

void
session_make(struct call *c, const struct route *route)
{
	json_t *arguments = act_arguments(c, route);

	if (arguments == NULL)
		return;
	if (c->request->device[0] != '\0')
		json_object_set_new(arguments, "device", json_string(c->request->device));
	session_ask(c, route->name, arguments, route->status, SESSION_S);
}

/* Whom a trusted proxy names has the session of this account, and no other: it is made if it is not there. */
static bool
is_of_proxy_user(const struct call *c, const json_t *who)
{
	const char *account = json_string_value(json_object_get(who, "account"));

	return c->request->proxy_user[0] == '\0' || c->request->bearer ||
	    (account != NULL && strcmp(account, c->request->proxy_user) == 0);
}

void
session_show(struct call *c, const struct route *route)
{
	json_t *who = caller_find(c, true);

	(void)route;
	if (!is_of_proxy_user(c, who)) {
		reply_free(c->reply);	/* that there is no session */
		session_ask(c, "proxy-sign-in", json_pack("{s:s}", "name", c->request->proxy_user), 200, PROXY_SESSION_S);
	} else if (who != NULL)
		session_reply(c, 200, who, c->request->credential);
	json_decref(who);
}

void
session_end(struct call *c, const struct route *route)
{
	json_t *answer = act_ask(c, route->name, json_object());

	if (answer != NULL) {
		cookie_set(c, "lsctl", "", 0);
		reply_empty(c->reply, 204);
	}
	json_decref(answer);
}

/* For nginx's auth_request, before it sends a picture or a preview of a channel, or what tells nothing of a channel. */
void
may_show(struct call *c, const struct route *route)
{
	json_t *who = caller_find(c, true);
	char channel[64];

	if (who == NULL)
		return;
	if (http_query(c->request, "channel", channel, sizeof(channel)) == NULL ||
	    (channel[0] != '\0' && !caller_has(who, channel)))
		reply_problem(c->reply, "forbidden", NULL, NULL);
	else
		reply_empty(c->reply, route->status);
	json_decref(who);
}
