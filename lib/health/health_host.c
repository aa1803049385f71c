/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_case.h"
#include "health/health_host.h"
#include "health/health_record.h"

#define RECONCILE_LATE_S	10	/* a pass begins every 2 seconds */
#define PUBLISHERS_EACH	5	/* as many get a problem each */

static json_t *
unknown_publishers(const struct health_answers *x, const json_t *desired, size_t *orphans)
{
	const struct server_streams *l = x->streams;
	json_t *known = json_object(), *list = json_array(), *o;
	const json_t *c, *s;
	char stream[160];
	size_t i, k;

	json_array_foreach(json_object_get(desired, "channels"), i, c) {
		json_array_foreach(json_object_get(c, "sources"), k, s) {
			snprintf(stream, sizeof(stream), "%s_%s",
			    record_text(c, "channel"), record_text(s, "name"));
			if (strcmp(record_text(s, "kind"), "file") != 0)
				json_object_set_new(known, stream, json_true());
		}
	}
	for (i = 0; i < l->n; i++) {
		if (strcmp(l->v[i].app, SERVER_APP) != 0 || (l->v[i].vhost[0] == '\0' &&
		    json_object_get(known, l->v[i].name) != NULL))
			continue;
		*orphans += l->v[i].orphan;
		if (!l->v[i].publishing)
			continue;
		o = json_object();
		json_object_set_new(o, "stream", record_clean(l->v[i].name));
		json_object_set_new(o, "vhost", record_clean(l->v[i].vhost));
		json_object_set_new(o, "client", record_clean(l->v[i].client));
		json_object_set_new(o, "address", record_clean(l->v[i].address));
		json_array_append_new(list, o);
	}
	json_decref(known);
	return list;
}

/* -- problems -- */

static void
server_problems(struct health_case *c)
{
	const struct health_answers *x = c->x;
	const char *reason = x->server_reason != NULL ? x->server_reason : "media server";

	if (x->streams != NULL)
		return;
	if (x->server_kind == NULL)
		health_problem(c, PROBLEM_SERVER_UNKNOWN, "server", NULL, NULL);
	else
		health_problem(c, x->server_fault == SERVER_DENIED ? PROBLEM_SERVER_DENIED :
		    x->server_fault == SERVER_STRANGE ? PROBLEM_SERVER_UNRECOGNIZED : PROBLEM_SERVER_DOWN,
		    "server", NULL, reason);
}

static void
database_problems(struct health_case *c)
{
	const struct health_answers *x = c->x;

	if (x->desired == NULL)
		health_problem(c, x->db_fault == DB_DENIED ? PROBLEM_DATABASE_DENIED :
		    x->db_fault == DB_BROKEN || x->db_fault == DB_REFUSED ? PROBLEM_DATABASE_SCHEMA :
		    PROBLEM_DATABASE_DOWN, "database", NULL, x->db_reason != NULL ? x->db_reason : "it is down");
	else if (!json_is_object(json_object_get(c->desired, "host")))
		health_problem(c, PROBLEM_HOST_UNDECLARED, "host", NULL, x->host);
}

/* Did the reconciliation stop? */
static void
reconcile_problems(struct health_case *c)
{
	double ago_s = record_number(json_object_get(c->desired, "host"), "reconciled_s");
	char ago[32];

	snprintf(ago, sizeof(ago), "%.0f s", ago_s);
	if (ago_s > RECONCILE_LATE_S)
		health_problem(c, PROBLEM_RECONCILE_LATE, "host", NULL, ago);
}

static void
stream_problems(struct health_case *c, const json_t *list, size_t orphans)
{
	char count[32], stream[300];
	const char *vhost;
	const json_t *one;
	size_t i, n = json_array_size(list);

	json_array_foreach(list, i, one) {
		if (i == PUBLISHERS_EACH)
			break;
		vhost = record_text(one, "vhost");
		snprintf(stream, sizeof(stream), "%s%s" SERVER_APP "/%s", vhost, vhost[0] != '\0' ? "/" : "",
		    record_text(one, "stream"));
		health_problem(c, vhost[0] != '\0' ? PROBLEM_PUBLISHER_PAST_HOOK : PROBLEM_UNKNOWN_PUBLISHER,
		    "stream", stream, NULL);
	}
	snprintf(count, sizeof(count), "%zu", n > PUBLISHERS_EACH ? n - PUBLISHERS_EACH : 0);
	if (n > PUBLISHERS_EACH)
		health_problem(c, PROBLEM_UNKNOWN_PUBLISHERS, "server", NULL, count);
	snprintf(count, sizeof(count), "%zu stream%s", orphans, orphans == 1 ? "" : "s");
	if (orphans > 0)
		health_problem(c, PROBLEM_ORPHAN_STREAMS, "server", NULL, count);
}

json_t *
health_host_make(const struct health_answers *x, const json_t *desired, const char *now)
{
	struct health_case c = { .x = x, .record = json_object(), .desired = desired };
	json_t *server = json_object(), *list;
	size_t orphans = 0;

	list = desired != NULL && x->streams != NULL ? unknown_publishers(x, desired, &orphans) : json_array();
	json_object_set_new(c.record, "host", record_clean(x->host));
	json_object_set_new(c.record, "time", json_string(now));
	json_object_set_new(c.record, "version", json_string(LSCTL_VERSION));
	json_object_set_new(server, "kind", x->server_kind != NULL ? json_string(x->server_kind) : json_null());
	json_object_set_new(server, "up", json_boolean(x->streams != NULL));
	if (x->streams != NULL) {
		json_object_set_new(server, "id", record_clean(x->streams->identity));
		json_object_set_new(server, "streams", json_integer((json_int_t)x->streams->n));
	}
	json_object_set_new(c.record, "server", server);
	json_object_set_new(c.record, "database", json_boolean(desired != NULL));
	json_object_set_new(c.record, "unknown_publishers", list);
	json_object_set_new(c.record, "problems", json_array());
	server_problems(&c);
	database_problems(&c);
	reconcile_problems(&c);
	stream_problems(&c, list, orphans);
	if (x->spool_waits)
		health_problem(&c, PROBLEM_SPOOL_WAITS, "spool", NULL, NULL);
	else if (x->spool_refused)
		health_problem(&c, PROBLEM_SPOOL_REFUSED, "spool", NULL, NULL);
	if (x->alerts_fault != NULL)
		health_problem(&c, PROBLEM_ALERTS_NOT_VALID, "host", NULL, x->alerts_fault);
	json_object_set_new(c.record, "status", json_string(health_status_name(c.status)));
	return c.record;
}
