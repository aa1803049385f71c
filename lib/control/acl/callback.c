/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "control/acl/callback.h"

#include <jansson.h>
#include <strings.h>

struct action {
	const char		*name;
	enum callback_action	 action;
};

static const struct action srs_actions[] = {
	{ "on_connect", CALLBACK_CONNECT },
	{ "on_publish", CALLBACK_PUBLISH },
	{ "on_unpublish", CALLBACK_UNPUBLISH },
	{ "on_play", CALLBACK_PLAY },
	{ "on_stop", CALLBACK_STOP },
	{ "on_close", CALLBACK_CLOSE },
	{ NULL, 0 }
};

static const struct action nginx_actions[] = {
	{ "connect", CALLBACK_CONNECT },
	{ "publish", CALLBACK_PUBLISH },
	{ "publish_done", CALLBACK_UNPUBLISH },
	{ "play", CALLBACK_PLAY },
	{ "play_done", CALLBACK_STOP },
	{ "update_publish", CALLBACK_UPDATE },
	{ "update_play", CALLBACK_UPDATE },
	{ "done", CALLBACK_DONE },
	{ "disconnect", CALLBACK_CLOSE },
	{ NULL, 0 }
};

static int
action_find(const struct action *list, const char *name, enum callback_action *found)
{
	for (; name != NULL && list->name != NULL; list++) {
		if (strcmp(list->name, name) == 0) {
			*found = list->action;
			return 0;
		}
	}
	return -1;
}

/* Copies a required field. -1: it is missing, too long, or empty without empty_ok. */
static int
field(char *dst, size_t size, const char *value, bool empty_ok)
{
	if (value == NULL || (value[0] == '\0' && !empty_ok))
		return -1;
	return strlcpy(dst, value, size) < size ? 0 : -1;
}

static bool
names_stream(enum callback_action a)
{
	return a != CALLBACK_CONNECT && a != CALLBACK_CLOSE;
}

/* -- SRS -- */

/*
 * SRS forwards the parameters that the client appended to the stream's name, with their question mark, then
 * those of the application's name, twice. It decodes nothing, so this function decodes nothing.
 */
static void
srs_token(struct callback *cb, const char *param)
{
	static const char key[] = "token=";
	size_t n;

	for (; param != NULL && cb->token == NULL && *param != '\0'; param += n) {
		param += strspn(param, "?&");
		n = strcspn(param, "?&");
		if (strncmp(param, key, sizeof(key) - 1) == 0) {
			cb->token = param + sizeof(key) - 1;
			cb->token_len = n - (sizeof(key) - 1);
		}
	}
}

static int
srs_parse(struct callback *cb, const char *body, size_t len, const char **reason)
{
	/* SRS sends each name once. */
	json_t *j = json_loadb(body, len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *param;

	cb->body = j;
	if (!json_is_object(j)) {
		*reason = "not a JSON object";
		return -1;
	}
#define STRING(name)	json_string_value(json_object_get(j, name))
	if (action_find(srs_actions, STRING("action"), &cb->action) == -1) {
		*reason = "unknown action";
		return -1;
	}
	if (field(cb->vhost, sizeof(cb->vhost), STRING("vhost"), false) == -1 ||
	    field(cb->app, sizeof(cb->app), STRING("app"), false) == -1 ||
	    field(cb->client, sizeof(cb->client), STRING("client_id"), false) == -1 ||
	    field(cb->address, sizeof(cb->address), STRING("ip"), false) == -1 ||
	    (names_stream(cb->action) &&
	    field(cb->stream, sizeof(cb->stream), STRING("stream"), false) == -1)) {
		*reason = "a field is missing or too long";
		return -1;
	}
#undef STRING
	param = json_object_get(j, "param");
	if (param != NULL && !json_is_string(param)) {
		*reason = "param is not a string";
		return -1;
	}
	srs_token(cb, json_string_value(param));
	return 0;
}

/* -- nginx -- */

/* Decodes a form's value in place. 0, or -1: the encoding is not valid, or has a NUL. */
static int
form_decode(char *s)
{
	char *to = s;
	uint8_t c;

	for (; *s != '\0'; s++) {
		c = (uint8_t)*s;
		if (c == '+') {
			c = ' ';
		} else if (c == '%') {
			if (hex_get(&c, 1, s + 1) == -1 || c == '\0')
				return -1;
			s += 2;
		}
		*to++ = (char)c;
	}
	*to = '\0';
	return 0;
}

enum { F_CALL, F_APP, F_NAME, F_ADDR, F_CLIENT, F_TOKEN, F_FIELDS };

static const char *const form_names[F_FIELDS] = {
	[F_CALL] = "call", [F_APP] = "app", [F_NAME] = "name", [F_ADDR] = "addr",
	[F_CLIENT] = "clientid", [F_TOKEN] = "token"
};

/*
 * nginx appends what the client sent to its own fields: the first field of a name counts. A client may send a
 * wrong encoding; only in a field that counts is it an error.
 */
static int
form_parse(char *text, const char *value[F_FIELDS])
{
	char *pair, *v;
	int i;

	while ((pair = strsep(&text, "&")) != NULL) {
		v = pair + strcspn(pair, "=");
		if (*v == '\0')
			continue;
		*v++ = '\0';
		for (i = 0; i < F_FIELDS; i++) {
			if (strcmp(pair, form_names[i]) != 0 || value[i] != NULL)
				continue;
			if (form_decode(v) == -1)
				return -1;
			value[i] = v;
		}
	}
	return 0;
}

static int
nginx_parse(struct callback *cb, const char *body, size_t len, const char **reason)
{
	const char *value[F_FIELDS] = { NULL };
	char *text = malloc(len + 1);

	cb->body = text;
	if (text == NULL) {
		*reason = "out of memory";
		return -1;
	}
	memcpy(text, body, len);
	text[len] = '\0';
	if (strlen(text) != len || form_parse(text, value) == -1) {
		*reason = "not a form";
		return -1;
	}
	if (action_find(nginx_actions, value[F_CALL], &cb->action) == -1) {
		*reason = "unknown call";
		return -1;
	}
	if (field(cb->app, sizeof(cb->app), value[F_APP], true) == -1 ||
	    field(cb->address, sizeof(cb->address), value[F_ADDR], false) == -1 ||
	    (names_stream(cb->action) &&
	    (field(cb->stream, sizeof(cb->stream), value[F_NAME], false) == -1 ||
	    field(cb->client, sizeof(cb->client), value[F_CLIENT], false) == -1))) {
		*reason = "a field is missing or too long";
		return -1;
	}
	cb->token = value[F_TOKEN];
	cb->token_len = cb->token != NULL ? strlen(cb->token) : 0;
	return 0;
}

/* -- both -- */

int
callback_server_of(const char *type, enum callback_server *server)
{
	size_t n = type != NULL ? strcspn(type, "; \t") : 0;

	if (n == 16 && strncasecmp(type, "application/json", n) == 0)
		*server = CALLBACK_SRS;
	else if (n == 33 && strncasecmp(type, "application/x-www-form-urlencoded", n) == 0)
		*server = CALLBACK_NGINX;
	else
		return -1;
	return 0;
}

int
callback_parse(struct callback *cb, enum callback_server server, const char *body, size_t len,
    const char **reason)
{
	memset(cb, 0, sizeof(*cb));
	cb->server = server;
	if (len > CALLBACK_MAX) {
		*reason = "too long";
		return -1;
	}
	return server == CALLBACK_SRS ? srs_parse(cb, body, len, reason) :
	    nginx_parse(cb, body, len, reason);
}

void
callback_free(struct callback *cb)
{
	char *token = NULL;

	if (cb->token != NULL) {
		memcpy(&token, &cb->token, sizeof(token));	/* drops const: body is ours */
		explicit_bzero(token, cb->token_len);
	}
	if (cb->server == CALLBACK_SRS)
		json_decref(cb->body);
	else
		free(cb->body);
	memset(cb, 0, sizeof(*cb));
}

bool
callback_is_live(const struct callback *cb)
{
	return strcmp(cb->app, "live") == 0 &&
	    (cb->server != CALLBACK_SRS || strcmp(cb->vhost, "__defaultVhost__") == 0);
}
