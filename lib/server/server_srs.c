/* SPDX-License-Identifier: ISC */
/* SRS 5. An error has status 200 and a code. An unknown path has status 200 and code 0. */
#include "base/base.h"
#include "http/http.h"
#include "server/server_srs.h"

#include <jansson.h>

#define NO_SUCH_CLIENT	2049

static const char *
member_text(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

/* A number; -1: missing, null or not a number. */
static int64_t
member_number(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	double d = json_number_value(v);

	if (!json_is_number(v) || !(d >= 0 && d < 9e18))
		return -1;
	return json_is_integer(v) ? json_integer_value(v) : (int64_t)d;
}

/* An answer with code 0, or NULL with an error. *code: -1 if there is none. */
static json_t *
answer_read(const char *body, size_t len, int64_t *code, struct error *err)
{
	json_error_t e;
	json_t *root = json_loadb(body, len, 0, &e);
	const json_t *c = json_object_get(root, "code");

	*code = json_is_integer(c) ? json_integer_value(c) : -1;
	if (*code == 0)
		return root;
	if (*code == -1)
		error_set(err, "its answer is not that of SRS");
	else
		error_set(err, "it answers with code %lld", (long long)*code);
	json_decref(root);
	return NULL;
}

/*
 * url is "/live/one" in the default vhost, and "name/live/one" in others; the member vhost is an internal id of
 * SRS. The application may have slashes, too. What stands before app and name is the vhost.
 */
static char *
vhost_of(const char *url, const char *app, const char *name)
{
	size_t tail = strlen(app) + strlen(name) + 2, n = strlen(url);

	return n > tail ? strndup(url, n - tail) : strdup("");
}

static enum server_fault
stream_read(const json_t *o, struct server_streams *list)
{
	const json_t *p = json_object_get(o, "publish"), *v, *a;
	struct server_stream *s = server_streams_add(list);

	if (s == NULL ||
	    (s->app = strdup(member_text(o, "app"))) == NULL ||
	    (s->name = strdup(member_text(o, "name"))) == NULL ||
	    (s->vhost = vhost_of(member_text(o, "url"), s->app, s->name)) == NULL)
		return SERVER_AWAY;
	/* While players wait, the entry has the id of the last publisher, or none before the first one. */
	s->publishing = json_is_true(json_object_get(p, "active"));
	s->orphan = !s->publishing;
	if (s->publishing)
		strlcpy(s->client, member_text(p, "cid"), sizeof(s->client));
	s->recv_bytes = member_number(o, "recv_bytes");
	s->frames = member_number(o, "frames");
	s->kbps = member_number(json_object_get(o, "kbps"), "recv_30s");
	s->video_kbps = s->audio_kbps = -1;
	s->alive_s = -1;
	s->clients = (int)member_number(o, "clients");
	v = json_object_get(o, "video");
	a = json_object_get(o, "audio");
	server_video_print(s->video, sizeof(s->video), member_text(v, "codec"),
	    member_number(v, "width"), member_number(v, "height"), "");
	server_audio_print(s->audio, sizeof(s->audio), member_text(a, "codec"),
	    member_number(a, "sample_rate"), member_number(a, "channel"));
	return SERVER_OK;
}

static enum server_fault
srs_streams(const char *body, size_t len, struct server_streams *list, struct error *err)
{
	enum server_fault f = SERVER_STRANGE;
	const json_t *all, *one;
	int64_t code;
	json_t *root;
	size_t i;

	if ((root = answer_read(body, len, &code, err)) == NULL)
		return SERVER_STRANGE;
	all = json_object_get(root, "streams");
	if (!json_is_array(all)) {
		error_set(err, "its answer has no streams: is the address that of "
		    "its HTTP API?");
		goto out;
	}
	f = SERVER_OK;
	strlcpy(list->identity, member_text(root, "service"), sizeof(list->identity));
	json_array_foreach(all, i, one)
		if (f == SERVER_OK && (f = stream_read(one, list)) != SERVER_OK)
			error_set(err, "out of memory");
out:
	json_decref(root);
	return f;
}

/* "/live/one", or "vhost/live/one". The name of a client sometimes ends with ".flv". */
static int
client_names(struct server_client *c, const char *url)
{
	const char *slash = strchr(url, '/'), *last = strrchr(url, '/');

	if (slash == NULL)
		slash = last = url;
	c->vhost = strndup(url, (size_t)(slash - url));
	c->app = last > slash ? strndup(slash + 1, (size_t)(last - slash - 1)) :
	    strdup("");
	c->name = strdup(*last == '/' ? last + 1 : last);
	return c->vhost != NULL && c->app != NULL && c->name != NULL ? 0 : -1;
}

static enum server_fault
srs_clients(const char *body, size_t len, struct server_clients *list, struct error *err)
{
	enum server_fault f = SERVER_STRANGE;
	const json_t *all, *one;
	struct server_client *c;
	int64_t code;
	json_t *root;
	size_t i;

	if ((root = answer_read(body, len, &code, err)) == NULL)
		return SERVER_STRANGE;
	all = json_object_get(root, "clients");
	if (!json_is_array(all)) {
		error_set(err, "its answer has no clients: is the address that of "
		    "its HTTP API?");
		goto out;
	}
	json_array_foreach(all, i, one) {
		if ((c = server_clients_add(list)) == NULL ||
		    client_names(c, member_text(one, "url")) == -1) {
			f = SERVER_AWAY;
			error_set(err, "out of memory");
			goto out;
		}
		c->publishing = json_is_true(json_object_get(one, "publish"));
		strlcpy(c->id, member_text(one, "id"), sizeof(c->id));
		strlcpy(c->address, member_text(one, "ip"), sizeof(c->address));
		c->alive_s = json_is_number(json_object_get(one, "alive")) ?
		    json_number_value(json_object_get(one, "alive")) : -1;
	}
	f = SERVER_OK;
out:
	json_decref(root);
	return f;
}

static int
srs_kick_path(struct buf *b, const char *app, const char *name, const char *client)
{
	(void)app;
	(void)name;
	return buf_addf(b, "/api/v1/clients/") == -1 ? -1 : http_escape(b, client);
}

static enum server_fault
srs_kick(const char *body, size_t len, bool *kicked, struct error *err)
{
	int64_t code;
	json_t *root = answer_read(body, len, &code, err);

	json_decref(root);
	*kicked = code == 0;
	return code == 0 || code == NO_SUCH_CLIENT ? SERVER_OK : SERVER_STRANGE;
}

/* Without the slash before the question mark SRS redirects. Without a count it lists 10. */
const struct server_driver server_srs = {
	"srs",
	"/api/v1/streams/?count=1000000", "/api/v1/clients/?count=1000000",
	srs_streams, srs_clients,
	"DELETE", srs_kick_path, srs_kick
};
