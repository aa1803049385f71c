/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "base/paths.h"
#include "control/acl/spool.h"
#include "control/state_file.h"
#include "health/alerts_file.h"
#include "health/health_collect.h"
#include "health/health_since.h"
#include "spec/spec.h"

#include <dirent.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#define SPOOL_OLD_S	60	/* events that wait longer for the database are a problem */
#define SPOOL_REFUSED_S	3600	/* events that it refused are a problem for so long */

static const struct db_stmt desired_stmt = {
	"health_desired", "select lsctl.health_desired($1)", 1
};

struct collector {
	char		 host[256];
	const struct server_auth *auth;
	struct db	*db;
	enum db_fault	 fault;
	struct error	 db_err;
	char		*desired;	/* the last answer, or NULL */
	char		 kind[16], api_url[512];
	struct server	*server;
	enum server_fault server_fault;
	struct error	 server_err;
	struct server_streams streams;
	char		**names;
	struct ctl_query	*forward, *loop;
	size_t		 n, room;
	uint64_t	 trips, requests;
	struct health	*last;
};

struct collector *
collector_new(const char *host, const struct server_auth *auth)
{
	struct collector *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	strlcpy(c->host, host, sizeof(c->host));
	c->auth = auth;
	return c;
}

static void
forget_names(struct collector *c)
{
	size_t i;

	for (i = 0; i < c->n; i++) {
		free(c->names[i]);
		if (c->forward != NULL) {
			free(c->forward[i].path);
			free(c->forward[i].answer);
		}
		if (c->loop != NULL) {
			free(c->loop[i].path);
			free(c->loop[i].answer);
		}
	}
	free(c->names);
	free(c->forward);
	free(c->loop);
	c->names = NULL;
	c->forward = c->loop = NULL;
	c->n = c->room = 0;
}

void
collector_free(struct collector *c)
{
	if (c == NULL)
		return;
	forget_names(c);
	server_streams_free(&c->streams);
	server_close(c->server);
	health_free(c->last);
	db_close(c->db);
	free(c->desired);
	free(c);
}

/* -- the database -- */

static void
query_db(struct collector *c)
{
	const char *const params[] = { c->host };
	uint64_t before = c->db != NULL ? db_trips(c->db) : 0;

	free(c->desired);
	c->desired = NULL;
	c->trips = 0;
	if (c->db == NULL && (c->db = db_open("lsctl_health", &c->fault, &c->db_err)) == NULL)
		return;
	c->fault = db_run(c->db, &desired_stmt, params, &c->desired);
	c->trips = db_trips(c->db) - before;
	if (c->fault == DB_OK)
		return;
	error_set(&c->db_err, "%s", db_reason(c->db));
	db_close(c->db);	/* the next pass connects again */
	c->db = NULL;
}

/* -- channels -- */

static int
add_name(struct collector *c, const char *name)
{
	size_t room = c->room == 0 ? 64 : c->room * 2;
	char **grown;

	if (!spec_name_ok(name))
		return 0;
	if (c->n == c->room) {
		if ((grown = reallocarray(c->names, room, sizeof(*grown))) == NULL)
			return -1;
		c->names = grown;
		c->room = room;
	}
	if ((c->names[c->n] = strdup(name)) == NULL)
		return -1;
	c->n++;
	return 0;
}

/* Adds the channels that have a socket in a folder. */
static int
add_folder(struct collector *c, const char *folder)
{
	char path[512], name[SPEC_NAME];
	struct dirent *e;
	int rc = 0;
	size_t n;
	DIR *d;

	if ((d = opendir(path_run(path, sizeof(path), folder, NULL, ""))) == NULL)
		return 0;
	while (rc == 0 && (e = readdir(d)) != NULL) {
		n = strlen(e->d_name);
		if (n <= 5 || n - 5 >= sizeof(name) || strcmp(e->d_name + n - 5, ".sock") != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)(n - 5), e->d_name);
		rc = add_name(c, name);
	}
	closedir(d);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort_names(struct collector *c)
{
	size_t i, kept = 0;

	if (c->n > 0)
		qsort(c->names, c->n, sizeof(*c->names), by_name);
	for (i = 0; i < c->n; i++)
		if (kept > 0 && strcmp(c->names[kept - 1], c->names[i]) == 0)
			free(c->names[i]);
		else
			c->names[kept++] = c->names[i];
	c->n = kept;
}

/* Finds the channels, and the address of their media server. 0, or -1: no memory. */
static int
find_channels(struct collector *c)
{
	json_t *root = c->desired != NULL ? json_loads(c->desired, 0, NULL) : NULL, *one;
	const char *name;
	int rc = 0;
	size_t i;

	json_array_foreach(json_object_get(root, "channels"), i, one) {
		name = json_string_value(json_object_get(one, "channel"));
		if (rc == 0 && name != NULL)
			rc = add_name(c, name);
	}
	if (json_is_object(one = json_object_get(root, "host"))) {
		const char *kind = json_string_value(json_object_get(one, "server")),
		    *url = json_string_value(json_object_get(one, "api_url"));

		strlcpy(c->kind, kind != NULL ? kind : "", sizeof(c->kind));
		if (url != NULL && strcmp(url, c->api_url) != 0) {
			strlcpy(c->api_url, url, sizeof(c->api_url));
			server_close(c->server);
			c->server = NULL;
		}
	}
	json_decref(root);
	if (rc == -1 || add_folder(c, "forward") == -1 || add_folder(c, "loop") == -1)
		return -1;
	sort_names(c);
	return 0;
}

static int
query_init(struct ctl_query *a, const char *folder, const char *name)
{
	char path[512];

	a->path = strdup(path_run(path, sizeof(path), folder, name, ".sock"));
	return a->path != NULL ? 0 : -1;
}

static int
query_channels(struct collector *c)
{
	struct ctl_query *all = calloc(2 * c->n + 1, sizeof(*all));
	size_t i;
	int rc = 0;

	c->forward = calloc(c->n + 1, sizeof(*c->forward));
	c->loop = calloc(c->n + 1, sizeof(*c->loop));
	if (all == NULL || c->forward == NULL || c->loop == NULL)
		rc = -1;
	for (i = 0; i < c->n && rc == 0; i++)
		if (query_init(&c->forward[i], "forward", c->names[i]) == -1 ||
		    query_init(&c->loop[i], "loop", c->names[i]) == -1)
			rc = -1;
	if (rc == 0) {
		memcpy(all, c->forward, c->n * sizeof(*all));
		memcpy(all + c->n, c->loop, c->n * sizeof(*all));
		ctl_query_all(all, 2 * c->n, "{\"cmd\":\"status\"}", CTL_QUERY_MS);
		memcpy(c->forward, all, c->n * sizeof(*all));
		memcpy(c->loop, all + c->n, c->n * sizeof(*all));
	}
	free(all);
	return rc;
}

/* -- the media server -- */

/* Without an answer of the database, ever, the environment names the media server. */
static void
find_server(struct collector *c)
{
	const char *kind = getenv("LSCTL_SERVER"), *url = getenv("LSCTL_API_URL");

	if (c->kind[0] != '\0' || kind == NULL || url == NULL)
		return;
	strlcpy(c->kind, kind, sizeof(c->kind));
	strlcpy(c->api_url, url, sizeof(c->api_url));
}

/* True when there is an answer. */
static bool
query_server(struct collector *c)
{
	uint64_t before;

	server_streams_free(&c->streams);
	c->requests = 0;
	find_server(c);
	if (c->kind[0] == '\0')
		return false;
	c->server_fault = SERVER_STRANGE;
	if (c->server == NULL && (c->server = server_open(c->kind, c->api_url, c->auth,
	    &c->server_err)) == NULL)
		return false;
	before = server_requests(c->server);
	c->server_fault = server_streams(c->server, &c->streams);
	if (c->server_fault != SERVER_OK)
		error_set(&c->server_err, "%s", server_reason(c->server));
	c->requests = server_requests(c->server) - before;
	return c->server_fault == SERVER_OK;
}

/* -- the spool -- */

/* Looks at the names of the spool, and not for names: its group may put any number of files there. */
static void
check_spool(struct health_answers *x)
{
	char path[512], name[sizeof("spool/ship.old" SPOOL_REFUSED)];
	struct stat st;
	size_t i;

	for (i = 0; i < nitems(spool_names); i++) {
		snprintf(name, sizeof(name), "spool/%s", spool_names[i]);
		if (lstat(path_state(path, sizeof(path), name, NULL), &st) == 0 && S_ISREG(st.st_mode) &&
		    st.st_size > 0)
			x->spool_waits |= st.st_mtime + SPOOL_OLD_S < time(NULL);
		strlcat(name, SPOOL_REFUSED, sizeof(name));
		if (lstat(path_state(path, sizeof(path), name, NULL), &st) == 0)
			x->spool_refused |= st.st_ctime + SPOOL_REFUSED_S > time(NULL);
	}
}

/* -- the declaration of alerts -- */

/* Not everybody who may run lsctl-health may read it: then there is none. */
static json_t *
load_alerts(struct health_answers *x, struct error *err)
{
	const char *path = alerts_file_path();
	json_t *declaration = access(path, R_OK) == 0 ? alerts_file_load(path, err) : NULL;

	x->alerts = declaration;
	x->alerts_fault = err->text[0] != '\0' ? err->text : NULL;
	return declaration;
}

/* -- since -- */

/*
 * If this process may not write the file, or another one has locked it, uses what the file has. A new problem that
 * could not be stored gets no time: else each pass would give it another one.
 */
static void
set_since(struct health *h)
{
	json_t *known, *merged;
	struct state_file file;
	char dir[512];
	bool locked;

	path_run(dir, sizeof(dir), "health", NULL, "");
	locked = state_file_open(&file, dir, "problems", false) == 0;
	known = locked ? json_incref(file.o) : state_file_peek(file.path);
	merged = health_since_merge(known, h);
	if (locked && !json_equal(merged, known)) {
		json_decref(file.o);
		file.o = json_incref(merged);
		if (state_file_save(&file) == 0) {
			json_decref(known);
			known = json_incref(merged);
		}
	}
	health_since_set(known, h);
	json_decref(merged);
	json_decref(known);
	if (locked)
		state_file_close(&file);
}

struct health *
collector_pass(struct collector *c)
{
	struct health_answers x = { .host = c->host };
	struct error alerts_err = { "" };
	json_t *alerts;
	struct health *h;

	query_db(c);
	forget_names(c);
	if (find_channels(c) == -1 || query_channels(c) == -1)
		return NULL;
	x.streams = query_server(c) ? &c->streams : NULL;
	x.server_kind = c->kind[0] != '\0' ? c->kind : NULL;
	x.server_fault = c->server_fault;
	x.server_reason = c->server_err.text;
	x.desired = c->desired;
	x.db_fault = c->fault;
	x.db_reason = c->db_err.text;
	x.channels = (const char *const *)c->names;
	x.forward = c->forward;
	x.loop = c->loop;
	x.n = c->n;
	check_spool(&x);
	alerts = load_alerts(&x, &alerts_err);
	if ((h = health_make(&x, c->last)) != NULL)
		set_since(h);
	json_decref(alerts);
	health_free(c->last);
	return c->last = h;
}

enum db_fault
collector_db(const struct collector *c)
{
	return c->fault;
}

uint64_t
collector_trips(const struct collector *c)
{
	return c->trips;
}

uint64_t
collector_requests(const struct collector *c)
{
	return c->requests;
}
