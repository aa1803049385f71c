/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/paths.h"
#include "control/acl/acl_write.h"
#include "control/keys/evict.h"
#include "server/server.h"

#include <jansson.h>
#include <limits.h>
#include <unistd.h>

static const struct db_stmt host_get = { "keys_host", "select keys_host($1)", 1 };

/* Is this the channel's host? */
static bool
is_here(const char *host, struct error *err)
{
	char own[256];

	if (strcmp(path_host(own, sizeof(own)), host) == 0)
		return true;
	error_set(err, "the channel is on host %s, and this is %s", host, own);
	return false;
}

int
evict_acl(struct db *db, const char *host, struct error *err)
{
	char path[PATH_MAX];

	if (!is_here(host, err))
		return -1;
	path_state(path, sizeof(path), "acl", NULL);
	return acl_write(path, db, host, err);
}

/* The media server of a host. NULL with an error. */
static struct server *
server_of(struct db *db, const char *host, struct error *err)
{
	const char *params[] = { host }, *kind, *api_url;
	char *text = NULL;
	struct server_auth auth;
	struct server *s = NULL;
	json_t *j = NULL;

	if (db_run(db, &host_get, params, &text) != DB_OK) {
		error_set(err, "%s", db_reason(db));
		return NULL;
	}
	if (text == NULL || (j = json_loads(text, 0, NULL)) == NULL ||
	    json_unpack(j, "{s:s, s:s}", "server", &kind, "api_url", &api_url) == -1)
		error_set(err, "there is no host %s", host);
	else if (server_auth_load(&auth, err) == 0)
		s = server_open(kind, api_url, &auth, err);
	explicit_bzero(&auth, sizeof(auth));
	json_decref(j);
	free(text);
	return s;
}

/* Disconnects clients that had connected elapsed_s ago, but did not publish yet when the first ones were listed. */
static enum server_fault
kick_latecomers(struct server *s, const char *stream, double elapsed_s, int *kicked)
{
	struct server_clients all;
	enum server_fault f;
	bool was_there;
	size_t i;

	if ((f = server_clients(s, &all)) != SERVER_OK)
		return f;
	for (i = 0; i < all.n && f == SERVER_OK; i++) {
		const struct server_client *c = &all.v[i];

		if (!c->publishing || c->vhost[0] != '\0' || c->alive_s < elapsed_s ||
		    strcmp(c->app, SERVER_APP) != 0 || strcmp(c->name, stream) != 0)
			continue;
		f = server_kick(s, c->app, c->name, c->id, &was_there);
		*kicked += f == SERVER_OK && was_there ? 1 : 0;
	}
	server_clients_free(&all);
	return f;
}

int
evict_publisher(struct db *db, const char *host, const char *stream, int *kicked, struct error *err)
{
	int64_t start = clock_ms();
	enum server_fault f;
	struct server *s;

	*kicked = 0;
	if (!is_here(host, err) || (s = server_of(db, host, err)) == NULL)
		return -1;
	if ((f = server_kick_name(s, stream, kicked)) == SERVER_OK) {
		usleep(EVICT_SETTLE_MS * 1000);
		f = kick_latecomers(s, stream, (double)(clock_ms() - start) / 1000, kicked);
	}
	if (f != SERVER_OK)
		error_set(err, "%s", server_reason(s));
	server_close(s);
	return f == SERVER_OK ? 0 : -1;
}

int
evict(struct db *db, const char *host, const char *channel, const char *source, const char *what,
    bool kick)
{
	struct error err;
	char stream[2 * 64 + 1];
	int kicked = 0;

	if (evict_acl(db, host, &err) == -1) {
		log_warnx("%s %s: %s, but the acl snapshot of host %s is not updated yet: until lsctl-switch runs "
		    "there, the old token is valid, and a new one is not: %s", channel, source, what, host, err.text);
		return -1;
	}
	if (!kick)
		return 0;
	snprintf(stream, sizeof(stream), "%.63s_%.63s", channel, source);
	if (evict_publisher(db, host, stream, &kicked, &err) == -1) {
		log_warnx("%s %s: %s, and the old token is refused from now on, but its publisher is not "
		    "disconnected yet: %s", channel, source, what, err.text);
		return -1;
	}
	log_notice("%s %s: %s; %s", channel, source, what,
	    kicked > 0 ? "its publisher was disconnected" : "nobody was publishing");
	return 0;
}
