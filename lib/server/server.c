/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "process/private_file.h"
#include "server/server.h"
#include "http/http.h"
#include "server/server_nginx.h"
#include "server/server_srs.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define URL_MAX		4096
#define AUTH_FILE	"/etc/lsctl/server.auth"

struct server {
	const struct server_driver	*driver;
	char				*api_url;	/* without a slash at the end */
	struct http			*http;
	struct error			 err;
	uint64_t			 requests;
};

static const struct server_driver *const drivers[] = { &server_srs, &server_nginx };

/* May the credentials go there? */
static int
auth_check(const struct server_auth *auth, const struct address *a, struct error *err)
{
	char text[ADDRESS_TEXT];

	if (auth == NULL || auth->login[0] == '\0' || address_is_loopback(a) ||
	    strcmp(address_text(a, text), auth->address) == 0)
		return 0;
	return error_set(err, "media server %s: the password in %s is not for this address: if it is, make %s the "
	    "second line of that file", text, auth->file, text);
}

struct server *
server_open(const char *kind, const char *api_url, const struct server_auth *auth, struct error *err)
{
	struct address a;
	struct server *s;
	size_t i, n = strlen(api_url);

	for (i = 0; i < nitems(drivers); i++)
		if (strcmp(drivers[i]->kind, kind) == 0)
			break;
	if (i == nitems(drivers)) {
		error_set(err, "media server %.40s: must be srs or nginx", kind);
		return NULL;
	}
	if (address_parse(&a, api_url, NULL) != NULL || strncmp(a.scheme, "http", 4) != 0) {
		error_set(err, "the media server's API: must be an address such as "
		    "http://127.0.0.1:1985, without credentials");
		return NULL;
	}
	if (auth_check(auth, &a, err) == -1)
		return NULL;
	while (n > 0 && api_url[n - 1] == '/')
		n--;
	if ((s = calloc(1, sizeof(*s))) == NULL ||
	    (s->api_url = strndup(api_url, n)) == NULL ||
	    (s->http = http_new(auth != NULL ? auth->login : NULL, SERVER_TIMEOUT_MS)) == NULL) {
		error_set(err, "out of memory");
		server_close(s);
		return NULL;
	}
	s->driver = drivers[i];
	return s;
}

void
server_close(struct server *s)
{
	if (s == NULL)
		return;
	http_free(s->http);
	free(s->api_url);
	free(s);
}

/* -- credentials -- */

/* The lines of the file, of n bytes, with a NUL after them. */
static bool
auth_parse(struct server_auth *auth, char *text, size_t n)
{
	struct address a;
	const char *rest = "";
	char *second;

	if (strlen(text) != n)
		return false;
	if (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	if ((second = strchr(text, '\n')) != NULL) {
		*second++ = '\0';
		if (address_parse(&a, second, &rest) != NULL || strncmp(a.scheme, "http", 4) != 0 ||
		    (rest[0] != '\0' && strcmp(rest, "/") != 0))
			return false;
		address_text(&a, auth->address);
	}
	return strlen(text) >= 3 && strchr(text, ':') != NULL &&
	    strlcpy(auth->login, text, sizeof(auth->login)) < sizeof(auth->login);
}

static int
auth_read(int fd, struct server_auth *auth, struct error *err)
{
	char text[SERVER_AUTH + ADDRESS_TEXT + 2];
	ssize_t n = read(fd, text, sizeof(text) - 1);
	int rc = 0;

	text[n > 0 ? n : 0] = '\0';
	if (n <= 0 || !auth_parse(auth, text, (size_t)n)) {
		error_set(err, "%s: must be one line, user:password, and a second one for a server on another "
		    "machine, as http://10.0.0.2:1985", auth->file);
		explicit_bzero(auth, sizeof(*auth));
		rc = -1;
	}
	explicit_bzero(text, sizeof(text));
	return rc;
}

int
server_auth_load(struct server_auth *auth, struct error *err)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY"),
	    *file = getenv("LSCTL_SERVER_AUTH_FILE");
	bool named = file != NULL && file[0] != '\0', may_lack = !named;
	char path[URL_MAX] = "";
	int fd = -1, rc;

	memset(auth, 0, sizeof(*auth));
	if (dir != NULL && dir[0] != '\0') {
		snprintf(path, sizeof(path), "%s/lsctl-server-auth", dir);
		fd = private_file_open(path, false);
	}
	if (fd == -1 && (path[0] == '\0' || (errno != EPERM && errno != EINVAL))) {
		strlcpy(path, named ? file : AUTH_FILE, sizeof(path));
		fd = private_file_open(path, false);
	}
	if (fd == -1 && may_lack && (errno == ENOENT || errno == EACCES))
		return 0;
	if (fd == -1) {
		private_file_reason(path, err);
		return -1;
	}
	strlcpy(auth->file, path, sizeof(auth->file));
	rc = auth_read(fd, auth, err);
	close(fd);
	return rc;
}

/* -- requests -- */

/* What a status other than 200 means. */
static enum server_fault
status_fault(struct server *s, long status)
{
	if (status == 401 || status == 403) {
		error_set(&s->err, "media server %s: it wants credentials that it accepts: "
		    "see lsctl-server-auth in lsctl-health(8)", s->api_url);
		return SERVER_DENIED;
	}
	error_set(&s->err, "media server %s: it answers with "
	    "status %ld: is this the address of %s?", s->api_url, status,
	    strcmp(s->driver->kind, "srs") == 0 ? "SRS's HTTP API" :
	    "nginx's stat and control");
	return status >= 500 ? SERVER_AWAY : SERVER_STRANGE;
}

static enum server_fault
request(struct server *s, const char *method, const char *path, struct buf *body)
{
	char url[URL_MAX];
	struct error err;
	long status;

	if (snprintf(url, sizeof(url), "%s%s", s->api_url, path) >=
	    (int)sizeof(url)) {
		error_set(&s->err, "the name of a stream is too long for a request");
		return SERVER_STRANGE;
	}
	s->requests++;
	if ((status = http_ask(s->http, method, url, body, &err)) == -1) {
		error_set(&s->err, "media server %s: %s",
		    s->api_url, err.text);
		return SERVER_AWAY;
	}
	return status == 200 ? SERVER_OK : status_fault(s, status);
}

static enum server_fault
with_reason(struct server *s, enum server_fault f, const char *reason)
{
	if (f != SERVER_OK)
		error_set(&s->err, "media server %s: %s",
		    s->api_url, reason);
	return f;
}

enum server_fault
server_streams(struct server *s, struct server_streams *list)
{
	enum server_fault f;
	struct error err = { "" };
	struct buf body;

	memset(list, 0, sizeof(*list));
	buf_init(&body, SERVER_BODY_MAX);
	if ((f = request(s, "GET", s->driver->streams_path, &body)) == SERVER_OK)
		f = with_reason(s, s->driver->streams((const char *)buf_head(&body),
		    buf_len(&body), list, &err), err.text);
	buf_free(&body);
	if (f != SERVER_OK)
		server_streams_free(list);
	return f;
}

enum server_fault
server_clients(struct server *s, struct server_clients *list)
{
	enum server_fault f;
	struct error err = { "" };
	struct buf body;

	memset(list, 0, sizeof(*list));
	buf_init(&body, SERVER_BODY_MAX);
	if ((f = request(s, "GET", s->driver->clients_path, &body)) == SERVER_OK)
		f = with_reason(s, s->driver->clients((const char *)buf_head(&body),
		    buf_len(&body), list, &err), err.text);
	buf_free(&body);
	if (f != SERVER_OK)
		server_clients_free(list);
	return f;
}

enum server_fault
server_kick(struct server *s, const char *app, const char *name,
    const char *client, bool *kicked)
{
	enum server_fault f = SERVER_AWAY;
	struct buf path, body;
	struct error err = { "" };
	bool there = false;

	buf_init(&path, URL_MAX);
	buf_init(&body, SERVER_BODY_MAX);
	if (s->driver->kick_path(&path, app, name, client) == -1 ||
	    buf_add(&path, "", 1) == -1)
		with_reason(s, f, "the name of a client is too long");
	else if ((f = request(s, s->driver->kick_method, (const char *)buf_head(&path),
	    &body)) == SERVER_OK)
		f = with_reason(s, s->driver->kick((const char *)buf_head(&body),
		    buf_len(&body), &there, &err), err.text);
	buf_free(&body);
	buf_free(&path);
	if (kicked != NULL)
		*kicked = there;
	return f;
}

enum server_fault
server_kick_name(struct server *s, const char *name, int *kicked)
{
	struct server_clients list;
	const struct server_client *c;
	enum server_fault f;
	bool there;
	size_t i;

	*kicked = 0;
	if ((f = server_clients(s, &list)) != SERVER_OK)
		return f;
	for (i = 0; i < list.n && f == SERVER_OK; i++) {
		c = &list.v[i];
		if (!c->publishing || c->vhost[0] != '\0' ||
		    strcmp(c->app, SERVER_APP) != 0 || strcmp(c->name, name) != 0)
			continue;
		f = server_kick(s, c->app, c->name, c->id, &there);
		*kicked += there;
	}
	server_clients_free(&list);
	return f;
}

const char *
server_reason(const struct server *s)
{
	return s->err.text;
}

uint64_t
server_requests(const struct server *s)
{
	return s->requests;
}
