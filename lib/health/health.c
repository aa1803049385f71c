/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/clock.h"
#include "health/health.h"
#include "health/health_host.h"
#include "health/health_problems.h"
#include "health/health_record.h"
#include "process/ctl_code.h"

#include <errno.h>

#define YOUNG_MS	4000	/* a publisher has this long to send media */

struct making {
	const struct health_answers *x;
	struct health		*h;
	const struct health	*previous;
	json_t			*desired;	/* the database's answer, or NULL */
	json_t			*desired_index;	/* name: channel, borrowed */
	json_t			*streams;	/* name: number in x->streams */
	char			 now_text[CLOCK_RFC3339_LEN];
	int64_t			 now;
};

static void
set_text(json_t *o, const char *name, const char *s)
{
	json_object_set_new(o, name, record_clean(s));
}

static void
set_known(json_t *o, const char *name, int64_t n)
{
	if (n >= 0)
		json_object_set_new(o, name, json_integer(n));
}

/* -- a channel -- */

/* A channel's record of the pass before. Only its server and sources.NAME.server are read. */
static const json_t *
previous_of(const struct making *m, const char *name)
{
	if (m->previous != NULL)
		return json_object_get(m->previous->index, name);
	return json_object_get(json_object_get(m->desired_index, name), "previous");
}

/* Since when the publisher is connected, by the pass before, the hook or the server; else since now. */
static const char *
publisher_since(const struct making *m, const struct server_stream *s,
    const json_t *before, const json_t *desired, char since[CLOCK_RFC3339_LEN])
{
	/* An id may have had a permission before the server was restarted: the server itself knows better. */
	double ago = s->alive_s >= 0 ? s->alive_s : record_number(json_object_get(desired, "allowed"), s->client);

	if (strcmp(record_text(before, "client"), s->client) == 0 &&
	    m->now - record_time(record_text(before, "seen")) > (int64_t)(ago * 1000) &&
	    record_time(record_text(before, "seen")) != -1)
		return record_text(before, "seen");
	return ago > 0 && ago < 1e9 ? clock_rfc3339(since, (int64_t)(ago * 1000)) :
	    m->now_text;
}

static json_t *
stream_record(const struct making *m, const char *stream, const json_t *before,
    const json_t *desired)
{
	json_t *n = json_object_get(m->streams, stream), *o;
	char since[CLOCK_RFC3339_LEN];
	const struct server_stream *s;
	bool same, still;

	if (n == NULL)
		return json_null();
	s = &m->x->streams->v[json_integer_value(n)];
	o = json_object();
	json_object_set_new(o, "publishing", json_boolean(s->publishing));
	json_object_set_new(o, "orphan", json_boolean(s->orphan));
	set_text(o, "client", s->client);
	set_text(o, "address", s->address);
	set_known(o, "recv_bytes", s->recv_bytes);
	set_known(o, "frames", s->frames);
	set_known(o, "kbps", s->kbps);
	set_known(o, "video_kbps", s->video_kbps);
	set_known(o, "audio_kbps", s->audio_kbps);
	if (s->alive_s >= 0)
		json_object_set_new(o, "alive_s", json_real(s->alive_s));
	set_known(o, "clients", s->clients);
	set_text(o, "video", s->video);
	set_text(o, "audio", s->audio);
	if (!s->publishing)
		return o;
	set_text(o, "seen", publisher_since(m, s, before, desired, since));
	same = strcmp(record_text(before, "client"), s->client) == 0;
	still = same && json_integer_value(json_object_get(before, "recv_bytes")) ==
	    s->recv_bytes;
	set_text(o, "moved", still && record_text(before, "moved")[0] != '\0' ?
	    record_text(before, "moved") : m->now_text);
	return o;
}

/* Adds the media server's view of a source's stream to that of the forwarder. */
static void
source_join(const struct making *m, json_t *record, const char *source,
    const json_t *desired, const json_t *before)
{
	json_t *all = json_object_get(record, "sources"), *o, *server;
	char stream[160];

	if ((o = json_object_get(all, source)) == NULL) {
		o = json_object();
		json_object_set_new(all, source, o);
	}
	if (m->x->streams == NULL)
		return;
	snprintf(stream, sizeof(stream), "%s_%s", record_text(record, "channel"),
	    source);
	server = stream_record(m, stream, json_object_get(json_object_get(
	    json_object_get(before, "sources"), source), "server"), desired);
	json_object_set_new(o, "server", server);
	if (!record_true(record, "running"))
		json_object_set_new(o, "publishing",
		    json_boolean(record_true(server, "publishing")));
	/* The silence that the forwarder reports may have begun before a new publisher connected. */
	if (record_true(server, "publishing") && record_number(o, "silent_s") > 2 &&
	    m->now - record_time(record_text(server, "seen")) > YOUNG_MS)
		json_object_set_new(o, "stale", json_true());
}

static bool
is_stream(const json_t *desired_source)
{
	return strcmp(record_text(desired_source, "kind"), "file") != 0;
}

/* In the order of the database, or without an answer in that of the forwarder. */
static void
sources_join(const struct making *m, json_t *record, const json_t *desired)
{
	const json_t *before = previous_of(m, record_text(record, "channel")),
	    *list = json_object_get(desired, "sources"), *one;
	json_t *all = json_object_get(record, "sources"), *o;
	const char *name;
	void *next;
	size_t i;

	if (!json_is_object(all))
		json_object_set_new(record, "sources", all = json_object());
	json_array_foreach(list, i, one) {
		if (is_stream(one))
			source_join(m, record, record_text(one, "name"), one, before);
		json_object_set(json_object_get(all, record_text(one, "name")), "kind", json_object_get(one, "kind"));
	}
	if (list != NULL)
		return;
	json_object_foreach_safe(all, next, name, o)
		if (json_object_get(o, "connected") != NULL)
			source_join(m, record, name, NULL, before);
}

/* NULL: not an answer of this channel. */
static json_t *
answer_read(const struct ctl_query *a, const char *channel)
{
	json_t *o = a->answer != NULL ? json_loads(a->answer, 0, NULL) : NULL;

	if (ctl_code_find(record_text(o, "code")) == CTL_OK &&
	    strcmp(record_text(o, "channel"), channel) == 0) {
		json_object_del(o, "code");	/* of the answer, not of the channel */
		return o;
	}
	json_decref(o);
	return NULL;
}

/* true: it answered; false: there is no process; null: not known. */
static json_t *
running_of(const json_t *answer, const struct ctl_query *a)
{
	if (answer != NULL)
		return json_true();
	return a->error == ENOENT || a->error == ECONNREFUSED ? json_false() : json_null();
}

static void
loop_join(json_t *record, const json_t *desired, const struct ctl_query *a)
{
	const char *channel = record_text(record, "channel"), *name;
	json_t *answer = answer_read(a, channel), *o, *dest;
	bool has = false;
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(desired, "sources"), i, one)
		has |= strcmp(record_text(one, "kind"), "loop") == 0;
	if (!has && answer == NULL) {
		json_object_set_new(record, "loop", json_null());
		return;
	}
	o = json_object();
	json_object_set_new(o, "running", running_of(answer, a));
	json_object_set(o, "state", json_object_get(answer, "state"));
	json_object_foreach(json_object_get(answer, "destinations"), name, dest) {
		json_object_set(o, "destination", dest);
	}
	json_object_set_new(record, "loop", o);
	json_decref(answer);
}

static void
desired_join(json_t *record, const json_t *desired)
{
	json_t *o = json_null();

	if (desired != NULL) {
		o = json_object();
		json_object_set(o, "enabled", json_object_get(desired, "enabled"));
		json_object_set(o, "mode", json_object_get(desired, "mode"));
	}
	json_object_set_new(record, "desired", o);
}

/* {"id", "since"}; since: when the id was first observed, or null. */
static void
server_join(const struct making *m, json_t *record)
{
	const json_t *before = json_object_get(previous_of(m, record_text(record,
	    "channel")), "server");
	const char *id, *old = record_text(before, "id");
	json_t *o = json_null();

	if (m->x->streams != NULL) {
		id = m->x->streams->identity;
		o = json_object();
		set_text(o, "id", id);
		if (old[0] == '\0')
			json_object_set_new(o, "since", json_null());
		else if (strcmp(old, id) != 0)
			set_text(o, "since", m->now_text);
		else
			json_object_set(o, "since", json_object_get(before, "since"));
	} else if (old[0] != '\0')
		o = json_incref(json_object_get(previous_of(m, record_text(record,
		    "channel")), "server"));	/* when the server is back, its id shows a restart */
	json_object_set_new(record, "server", o);
}

static void
state_join(const struct making *m, json_t *record, const json_t *desired, json_t *up)
{
	const char *state = "UNKNOWN";

	if (json_is_false(up))
		state = desired != NULL && (!record_true(desired, "enabled") ||
		    strcmp(record_text(desired, "mode"), "off") == 0) ? "OFF" : "DOWN";
	json_object_set_new(record, "time", json_string(m->now_text));
	if (!json_is_true(up)) {
		json_object_set_new(record, "state", json_string(state));
		json_object_set_new(record, "on_air", json_null());
	}
	json_object_set_new(record, "running", up);
	json_object_set_new(record, "host", json_string(m->x->host));
}

static void
channel_make(struct making *m, size_t i)
{
	const char *name = m->x->channels[i];
	const json_t *desired = json_object_get(m->desired_index, name);
	json_t *record = answer_read(&m->x->forward[i], name), *up;
	struct health_case c = { .x = m->x, .desired = desired, .forward_error = m->x->forward[i].error,
	    .loop_error = m->x->loop[i].error, .now = m->now };

	up = running_of(record, &m->x->forward[i]);
	if (record == NULL) {
		record = json_object();
		json_object_set_new(record, "channel", json_string(name));
	}
	c.record = record;
	state_join(m, record, desired, up);
	desired_join(record, desired);
	sources_join(m, record, desired);
	loop_join(record, desired, &m->x->loop[i]);
	server_join(m, record);
	json_object_del(record, "problems");	/* found again below */
	json_object_set_new(record, "problems", json_array());
	health_channel_problems(&c);
	json_object_set_new(record, "status", json_string(health_status_name(c.status)));
	json_array_append_new(m->h->channels, record);
	json_object_set(m->h->index, name, record);
}

/* -- all -- */

static json_t *
index_streams(const struct server_streams *l)
{
	const struct server_stream *s;
	json_t *o = json_object();
	size_t i;

	for (i = 0; l != NULL && i < l->n; i++) {
		s = &l->v[i];
		if (s->vhost[0] == '\0' && strcmp(s->app, SERVER_APP) == 0 &&
		    (s->publishing || json_object_get(o, s->name) == NULL))
			json_object_set_new(o, s->name, json_integer((json_int_t)i));
	}
	return o;
}

struct health *
health_make(const struct health_answers *x, const struct health *previous)
{
	struct making m = { .x = x, .previous = previous };
	json_t *one;
	size_t i;

	if ((m.h = calloc(1, sizeof(*m.h))) == NULL)
		return NULL;
	clock_rfc3339(m.now_text, 0);
	m.now = record_time(m.now_text);
	m.h->channels = json_array();
	m.h->index = json_object();
	m.desired = x->desired != NULL ? json_loads(x->desired, 0, NULL) : NULL;
	m.desired_index = json_object();
	json_array_foreach(json_object_get(m.desired, "channels"), i, one) {
		json_object_set(m.desired_index, record_text(one, "channel"), one);
	}
	m.streams = index_streams(x->streams);
	for (i = 0; i < x->n; i++)
		channel_make(&m, i);
	m.h->host = health_host_make(x, m.desired, m.now_text);
	json_decref(m.streams);
	json_decref(m.desired_index);
	json_decref(m.desired);
	return m.h;
}

void
health_free(struct health *h)
{
	if (h == NULL)
		return;
	json_decref(h->host);
	json_decref(h->index);
	json_decref(h->channels);
	free(h);
}

enum health_status
health_status(const struct health *h)
{
	const char *worst = record_text(h->host, "status");
	const json_t *one;
	size_t i;

	json_array_foreach(h->channels, i, one)
		if (strcmp(record_text(one, "status"), "critical") == 0 ||
		    strcmp(worst, "ok") == 0)
			worst = record_text(one, "status");
	return strcmp(worst, "critical") == 0 ? HEALTH_CRITICAL :
	    strcmp(worst, "warning") == 0 ? HEALTH_WARNING : HEALTH_OK;
}

int
health_pick(struct health *h, char *const names[], size_t n, const char **missing)
{
	json_t *picked = json_array();
	size_t i;

	for (i = 0; i < n; i++)
		if (json_array_append(picked, json_object_get(h->index, names[i])) == -1) {
			*missing = names[i];
			json_decref(picked);
			return -1;
		}
	json_decref(h->channels);
	h->channels = picked;
	h->picked = true;
	return 0;
}
