/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/reconcile/observed.h"

#include <jansson.h>
#include <math.h>

#define LONG_S		1e9	/* no time in a record is longer */

void
observed_init(struct observed *s)
{
	memset(s, 0, sizeof(*s));
	buf_init(&s->records, OBSERVED_MAX);
	status_file_init(&s->status);
}

void
observed_free(struct observed *s)
{
	free(s->channel);
	free(s->unknown_publisher);
	buf_free(&s->records);
	status_file_free(&s->status);
	memset(s, 0, sizeof(*s));
}

/* A text that fits, or "". */
static void
text_get(const json_t *o, const char *name, char *dst, size_t size)
{
	const char *s = json_string_value(json_object_get(o, name));

	if (s == NULL || strlcpy(dst, s, size) >= size)
		dst[0] = '\0';
}

/* A name, or "". */
static void
name_get(const json_t *o, const char *name, char dst[SPEC_NAME])
{
	text_get(o, name, dst, SPEC_NAME);
	if (!spec_name_ok(dst))
		dst[0] = '\0';
}

static bool
is_text(const json_t *o, const char *name, const char *text)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL && strcmp(s, text) == 0;
}

/* Seconds in ms, or -1. */
static int64_t
seconds_get(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	double s = json_number_value(v);

	return json_is_number(v) && s >= 0 && s < LONG_S ? (int64_t)(s * 1000) : -1;
}

/* RFC 3339 in UTC as ms since the epoch, or -1. */
static int64_t
time_get(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name)), *rest;
	struct tm tm = { 0 };
	double part = 0;

	if (s == NULL || (rest = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm)) == NULL)
		return -1;
	if (rest[0] == '.')
		part = strtod(rest, NULL);
	return (int64_t)timegm(&tm) * 1000 + (int64_t)(part * 1000);
}

static void
source_get(struct plan_source *p, const char *name, const json_t *o, int64_t now)
{
	const json_t *server = json_object_get(o, "server");
	int64_t since = time_get(server, "seen");

	memset(p, 0, sizeof(*p));
	strlcpy(p->name, name, sizeof(p->name));
	p->publishing = json_is_true(json_object_get(server, "publishing"));
	text_get(server, "client", p->client, sizeof(p->client));
	p->alive_ms = since != -1 && now >= since ? now - since : -1;
	p->stale = json_is_true(json_object_get(o, "stale"));
	p->silent_ms = seconds_get(o, "silent_s");
	p->allowed_ms = p->kicked_ms = -1;
}

static void
channel_get(struct observed_channel *c, const json_t *o)
{
	const json_t *sources = json_object_get(o, "sources"), *v;
	int64_t now = time_get(o, "time");
	const char *name;
	void *at;

	name_get(o, "mode", c->mode);
	if (json_is_false(json_object_get(o, "running")))
		c->mode[0] = '\0';	/* no forwarder has it */
	c->left_ms = seconds_get(o, "pin_left_s");
	if (c->left_ms == -1)
		c->left_ms = 0;
	for (at = json_object_iter((json_t *)(uintptr_t)sources); at != NULL;
	    at = json_object_iter_next((json_t *)(uintptr_t)sources, at)) {
		name = json_object_iter_key(at);
		v = json_object_iter_value(at);
		if (c->sources < SPEC_SOURCES && spec_name_ok(name))
			source_get(&c->source[c->sources++], name, v, now);
	}
}

/* v with room for one more element, zeroed. NULL: no memory, and v is unchanged. */
static void *
grow(void *v, size_t n, size_t *room, size_t size)
{
	size_t more = *room == 0 ? 16 : 2 * *room;

	if (n == *room) {
		if ((v = reallocarray(v, more, size)) == NULL)
			return NULL;
		*room = more;
	}
	memset((char *)v + n * size, 0, size);
	return v;
}

static int
unknown_publisher_add(struct observed *s, const json_t *o)
{
	struct plan_unknown_publisher *p = grow(s->unknown_publisher, s->unknown_publishers,
	    &s->unknown_publisher_room, sizeof(*p));

	if (p == NULL)
		return -1;
	s->unknown_publisher = p;
	p += s->unknown_publishers;
	text_get(o, "stream", p->stream, sizeof(p->stream));
	text_get(o, "client", p->client, sizeof(p->client));
	if (p->stream[0] != '\0' && p->client[0] != '\0')
		s->unknown_publishers++;
	return 0;
}

/* The record of the host: its unknown publishers. */
static int
host_add(struct observed *s, const json_t *o)
{
	const json_t *list = json_object_get(o, "unknown_publishers"), *one;
	size_t i;

	/* All are of the application live; other virtual hosts do not belong to lsctl. */
	json_array_foreach(list, i, one) {
		if (is_text(one, "vhost", "") && unknown_publisher_add(s, one) == -1)
			return -1;
	}
	return 0;
}

static int
record_add(struct observed *s, const json_t *o, const char *line, size_t len)
{
	struct observed_channel *c;
	char name[SPEC_NAME];

	if (json_object_get(o, "channel") == NULL)
		return host_add(s, o);
	name_get(o, "channel", name);
	if (name[0] == '\0')
		return 1;
	if ((c = grow(s->channel, s->channels, &s->room, sizeof(*c))) == NULL)
		return -1;
	s->channel = c;
	c += s->channels;
	if (buf_addf(&s->records, "%c", s->channels == 0 ? '[' : ',') == -1 ||
	    buf_add(&s->records, line, len) == -1)
		return -1;
	strlcpy(c->name, name, sizeof(c->name));
	channel_get(c, o);
	s->channels++;
	return 0;
}

int
observed_add(struct observed *s, const char *line, size_t len)
{
	json_t *o;
	int rc = 1;

	if (len > OBSERVED_LINE_MAX || memchr(line, '\0', len) != NULL)
		return 1;
	o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(o) && (rc = record_add(s, o, line, len)) == 0)
		rc = status_file_add(&s->status, o);
	json_decref(o);
	return rc;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct observed_channel *)a)->name,
	    ((const struct observed_channel *)b)->name);
}

void
observed_sort(struct observed *s)
{
	if (s->channels > 0)
		qsort(s->channel, s->channels, sizeof(*s->channel), by_name);
}

const struct observed_channel *
observed_find(const struct observed *s, const char *name)
{
	struct observed_channel key = { 0 };

	if (s->channels == 0)
		return NULL;
	strlcpy(key.name, name, sizeof(key.name));
	return bsearch(&key, s->channel, s->channels, sizeof(key), by_name);
}

static void
merge_source(struct plan_source *to, const struct plan_source *s)
{
	to->publishing = s->publishing;
	strlcpy(to->client, s->client, sizeof(to->client));
	to->alive_ms = s->alive_ms;
	to->stale = s->stale;
	to->silent_ms = s->silent_ms;
}

void
observed_merge(const struct observed_channel *s, struct plan_channel *c)
{
	int i, k;

	if (s == NULL)
		return;
	strlcpy(c->now_mode, s->mode, sizeof(c->now_mode));
	c->now_left_ms = s->left_ms;
	for (i = 0; i < s->sources; i++) {
		for (k = 0; k < c->sources && strcmp(c->source[k].name,
		    s->source[i].name) != 0; k++)
			continue;
		if (k < c->sources)
			merge_source(&c->source[k], &s->source[i]);
		else if (c->place == PLAN_GONE || c->place == PLAN_ELSEWHERE)
			c->source[c->sources++] = s->source[i];
	}
}

const char *
observed_records(struct observed *s)
{
	if (s->channels == 0)
		return "[]";
	if (buf_add(&s->records, "]", 2) == -1)	/* and its NUL */
		return NULL;
	return (const char *)buf_head(&s->records);
}
