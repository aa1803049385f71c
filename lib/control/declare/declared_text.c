/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "control/declare/declared_text.h"

#include <jansson.h>

#define COLUMNS	21

/* The order of the fields in a document. */
static const char *const order[] = {
	"hosts", "channels", "name", "kind", "tracks", "host", "server", "play_url", "publish_url", "api_url",
	"url", "enabled", "mode", "mode_until", "mode_reason", "mode_by", "owner",
	"owner_reconciled_at", "backup_url", "primary_retry_ms", "send_to", "on_backup",
	"queue_ms", "ca_file", "user", "answer_ms", "on_change", "unpublish", "renew_ms", "renew_at", "schedule", "max_kbps",
	"bind", "proxy", "key", "key_at", "password", "password_at", "token", "files", "delay_ms",
	"stall_ms", "stable_ms",
	"stable_max_ms", "keyframe_wait_ms", "play_from", "sources", "destinations"
};

static json_t	*ordered(json_t *);

static int
put_ordered(json_t *to, json_t *from, const char *key)
{
	json_t *v = json_object_get(from, key);

	return v == NULL ? 0 : json_object_set_new(to, key, ordered(v));
}

/* A copy with its fields in order, to be released. NULL: no memory. */
static json_t *
ordered(json_t *v)
{
	json_t *copy;
	size_t i;
	int rc = 0;

	if (json_is_array(v)) {
		if ((copy = json_array()) == NULL)
			return NULL;
		for (i = 0; i < json_array_size(v); i++)
			rc |= json_array_append_new(copy, ordered(json_array_get(v, i)));
	} else if (json_is_object(v)) {
		if ((copy = json_object()) == NULL)
			return NULL;
		for (i = 0; i < nitems(order); i++)
			rc |= put_ordered(copy, v, order[i]);
	} else
		return json_incref(v);
	if (rc != 0) {
		json_decref(copy);
		return NULL;
	}
	return copy;
}

static int
put_json(struct buf *out, json_t *v, size_t flags)
{
	json_t *o = ordered(v);
	char *text = o != NULL ? json_dumps(o, flags) : NULL;
	int rc = -1;

	if (text != NULL)
		rc = buf_add(out, text, strlen(text)) | buf_add(out, "\n", 1);
	free(text);
	json_decref(o);
	return rc;
}

static int
put_lines(struct buf *out, json_t *list)
{
	size_t i;

	if (!json_is_array(list))
		return -1;
	for (i = 0; i < json_array_size(list); i++)
		if (put_json(out, json_array_get(list, i), JSON_COMPACT) == -1)
			return -1;
	return 0;
}

/* -- steps -- */

static const char *
member_text(const json_t *obj, const char *key)
{
	const char *s = json_string_value(json_object_get(obj, key));

	return s != NULL ? s : "";
}

/* A value as text: lists with commas, a missing value as a hyphen. */
static int
put_value(struct buf *out, json_t *v)
{
	size_t i;
	int rc = 0;

	switch (v != NULL ? json_typeof(v) : JSON_NULL) {
	case JSON_STRING:
		return buf_addf(out, "%s", json_string_value(v));
	case JSON_INTEGER:
		return buf_addf(out, "%lld", (long long)json_integer_value(v));
	case JSON_TRUE:
		return buf_addf(out, "yes");
	case JSON_FALSE:
		return buf_addf(out, "no");
	case JSON_ARRAY:
		if (json_array_size(v) == 0)
			break;
		for (i = 0; i < json_array_size(v); i++)
			rc |= (i > 0 ? buf_add(out, ",", 1) : 0) | put_value(out, json_array_get(v, i));
		return rc;
	default:
		break;
	}
	return buf_add(out, "-", 1);
}

static int
put_step(struct buf *out, const json_t *s)
{
	const char *object = member_text(s, "object"), *field = member_text(s, "field");
	int rc;

	rc = buf_addf(out, "%s", member_text(s, "op"));
	if (member_text(s, "channel")[0] != '\0')
		rc |= buf_addf(out, " %s", member_text(s, "channel"));
	if (strcmp(object, "channel") != 0)
		rc |= buf_addf(out, " %s %s", object, member_text(s, "item"));
	if (field[0] != '\0') {
		rc |= buf_addf(out, " %s ", field) | put_value(out, json_object_get(s, "old"));
		rc |= buf_addf(out, " -> ") | put_value(out, json_object_get(s, "new"));
	} else if (strcmp(object, "destination") == 0 && json_object_get(s, "new") != NULL)
		rc |= buf_addf(out, " ") | put_value(out, json_object_get(s, "new"));
	return rc | buf_add(out, "\n", 1);
}

static int
put_step_json(struct buf *out, const json_t *s)
{
	char *text = json_dumps(s, JSON_COMPACT | JSON_SORT_KEYS);
	int rc = text != NULL ? buf_addf(out, "%s\n", text) : -1;

	free(text);
	return rc;
}

int
declared_steps(struct buf *out, bool lines, const char *json, size_t *steps)
{
	json_t *list = json_loads(json, 0, NULL);
	int rc = json_is_array(list) ? 0 : -1;
	size_t i;

	*steps = json_array_size(list);
	for (i = 0; i < *steps && rc == 0; i++)
		rc = (lines ? put_step_json : put_step)(out, json_array_get(list, i));
	json_decref(list);
	return rc;
}

int
declared_keys_lost(struct buf *out, const char *what, const char *json)
{
	json_t *list = json_loads(json, 0, NULL), *s;
	int rc = json_is_array(list) ? 0 : -1;
	size_t i;

	for (i = 0; i < json_array_size(list) && rc == 0; i++) {
		s = json_array_get(list, i);
		if (strcmp(member_text(s, "object"), "destination") == 0 &&
		    strcmp(member_text(s, "field"), what) == 0)
			rc = buf_addf(out, "%s %s", member_text(s, "channel"), member_text(s, "item")) |
			    buf_add(out, "", 1) | buf_add(out, what, strlen(what) + 1);
	}
	json_decref(list);
	return rc;
}

/* -- tables -- */

struct table {
	size_t		 columns;
	struct buf	 cells;		/* each with its NUL; the head is the first row */
	bool		 broken;
};

static void
table_cell(struct table *t, const char *s)
{
	if (buf_add(&t->cells, s, strlen(s) + 1) == -1)
		t->broken = true;
}

static void
table_value(struct table *t, json_t *v)
{
	if (put_value(&t->cells, v) == -1 || buf_add(&t->cells, "", 1) == -1)
		t->broken = true;
}

static void
table_init(struct table *t, const char *const *head, size_t columns)
{
	size_t i;

	memset(t, 0, sizeof(*t));
	t->columns = columns;
	buf_init(&t->cells, 64 << 20);
	for (i = 0; i < columns; i++)
		table_cell(t, head[i]);
}

/* Prints a table after indent, each column as wide as its widest cell. Frees it. */
static int
table_put(struct table *t, struct buf *out, const char *indent)
{
	const char *p = (const char *)buf_head(&t->cells), *end, *c;
	size_t width[COLUMNS] = { 0 }, i, n;
	int rc = t->broken ? -1 : 0;

	end = p + buf_len(&t->cells);
	for (c = p, i = 0; c < end; c += n + 1, i++) {
		n = strlen(c);
		if (n > width[i % t->columns])
			width[i % t->columns] = n;
	}
	for (c = p, i = 0; c < end && rc == 0; c += strlen(c) + 1, i++) {
		n = i % t->columns;
		rc = n + 1 < t->columns ?
		    buf_addf(out, "%s%-*s  ", n == 0 ? indent : "", (int)width[n], c) :
		    buf_addf(out, "%s\n", c);
	}
	buf_free(&t->cells);
	return rc;
}

/* "obs,loop": the names in a list of objects. */
static void
table_names(struct table *t, json_t *list)
{
	struct buf *b = &t->cells;
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (buf_addf(b, "%s%s", i > 0 ? "," : "",
		    member_text(json_array_get(list, i), "name")) == -1)
			t->broken = true;
	table_cell(t, i > 0 ? "" : "-");
}

static int
put_table(struct buf *out, json_t *list)
{
	static const char *const head[] = { "CHANNEL", "HOST", "ENABLED", "MODE", "SOURCES",
	    "DESTINATIONS" };
	struct table t;
	json_t *c;
	size_t i;

	table_init(&t, head, nitems(head));
	for (i = 0; i < json_array_size(list); i++) {
		c = json_array_get(list, i);
		table_cell(&t, member_text(c, "name"));
		table_cell(&t, member_text(c, "host"));
		table_value(&t, json_object_get(c, "enabled"));
		table_cell(&t, member_text(c, "mode"));
		table_names(&t, json_object_get(c, "sources"));
		table_names(&t, json_object_get(c, "destinations"));
	}
	return table_put(&t, out, "");
}

static int
put_hosts(struct buf *out, json_t *list)
{
	static const char *const head[] = { "HOST", "SERVER", "PLAY_URL", "PUBLISH_URL", "API_URL" };
	struct table t;
	json_t *h;
	size_t i;

	table_init(&t, head, nitems(head));
	for (i = 0; i < json_array_size(list); i++) {
		h = json_array_get(list, i);
		table_cell(&t, member_text(h, "name"));
		table_cell(&t, member_text(h, "server"));
		table_cell(&t, member_text(h, "play_url"));
		table_cell(&t, member_text(h, "publish_url"));
		table_cell(&t, member_text(h, "api_url"));
	}
	return table_put(&t, out, "");
}

/* -- a channel -- */

static int
put_destinations(struct buf *out, json_t *list, const char *indent)
{
	static const char *const head[] = { "DESTINATION", "ENABLED", "KEY", "ON_BACKUP", "QUEUE_MS",
	    "URL", "BACKUP_URL", "PRIMARY_RETRY_MS", "SEND_TO", "CA_FILE", "USER", "PASSWORD", "ANSWER_MS",
	    "ON_CHANGE", "UNPUBLISH", "RENEW_MS", "RENEW_AT", "SCHEDULE", "MAX_KBPS", "BIND", "PROXY" };
	struct table t;
	json_t *d;
	size_t i;

	table_init(&t, head, nitems(head));
	for (i = 0; i < json_array_size(list); i++) {
		d = json_array_get(list, i);
		table_cell(&t, member_text(d, "name"));
		table_value(&t, json_object_get(d, "enabled"));
		table_cell(&t, json_is_true(json_object_get(d, "key")) ? member_text(d, "key_at") : "none");
		table_cell(&t, member_text(d, "on_backup"));
		table_value(&t, json_object_get(d, "queue_ms"));
		table_cell(&t, member_text(d, "url"));
		table_value(&t, json_object_get(d, "backup_url"));
		table_value(&t, json_object_get(d, "primary_retry_ms"));
		table_cell(&t, member_text(d, "send_to"));
		table_value(&t, json_object_get(d, "ca_file"));
		table_value(&t, json_object_get(d, "user"));
		table_cell(&t, json_is_true(json_object_get(d, "password")) ? member_text(d, "password_at") : "none");
		table_value(&t, json_object_get(d, "answer_ms"));
		table_cell(&t, member_text(d, "on_change"));
		table_cell(&t, member_text(d, "unpublish"));
		table_value(&t, json_object_get(d, "renew_ms"));
		table_value(&t, json_object_get(d, "renew_at"));
		table_value(&t, json_object_get(d, "schedule"));
		table_value(&t, json_object_get(d, "max_kbps"));
		table_value(&t, json_object_get(d, "bind"));
		table_value(&t, json_object_get(d, "proxy"));
	}
	return table_put(&t, out, indent);
}

static int
put_sources(struct buf *out, json_t *list)
{
	static const char *const head[] = { "SOURCE", "KIND", "TRACKS", "TOKEN", "FILES" };
	struct table t;
	json_t *s;
	size_t i;

	table_init(&t, head, nitems(head));
	for (i = 0; i < json_array_size(list); i++) {
		s = json_array_get(list, i);
		table_cell(&t, member_text(s, "name"));
		table_cell(&t, member_text(s, "kind"));
		table_cell(&t, json_object_get(s, "tracks") != NULL ? member_text(s, "tracks") : "both");
		table_value(&t, json_object_get(s, "token"));
		table_value(&t, json_object_get(s, "files"));
	}
	return table_put(&t, out, "  ");
}

static int
put_channel(struct buf *out, json_t *c)
{
	static const char *const fields[] = { "host", "enabled", "mode", "mode_until", "mode_reason",
	    "mode_by", "owner", "owner_reconciled_at", "delay_ms", "stall_ms", "stable_ms", "stable_max_ms",
	    "keyframe_wait_ms", "play_from" };
	json_t *v, *dests = json_object_get(c, "destinations");
	size_t i;
	int rc;

	rc = buf_addf(out, "%s\n", member_text(c, "name"));
	for (i = 0; i < nitems(fields); i++)
		if ((v = json_object_get(c, fields[i])) != NULL)
			rc |= buf_addf(out, "  %-20s", fields[i]) | put_value(out, v) |
			    buf_add(out, "\n", 1);
	rc |= put_sources(out, json_object_get(c, "sources"));
	if (json_array_size(dests) > 0)
		rc |= put_destinations(out, dests, "  ");
	return rc;
}

static int
put_channels(struct buf *out, json_t *list)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < json_array_size(list) && rc == 0; i++)
		rc = (i > 0 ? buf_add(out, "\n", 1) : 0) | put_channel(out, json_array_get(list, i));
	return rc;
}

/* Removes all objects from a list except the named one. 0, or 1 if there is none of that name. */
static int
list_pick(json_t *list, const char *name)
{
	size_t i;

	for (i = json_array_size(list); i-- > 0;)
		if (strcmp(member_text(json_array_get(list, i), "name"), name) != 0)
			json_array_remove(list, i);
	return json_array_size(list) == 0;
}

static int
put_form(struct buf *out, enum declared_form form, json_t *root, json_t *list)
{
	switch (form) {
	case FORM_DOCUMENT:
		return put_json(out, root, JSON_INDENT(2));
	case FORM_HOSTS:
		return put_hosts(out, list);
	case FORM_TABLE:
		return put_table(out, list);
	case FORM_CHANNELS:
		return put_channels(out, list);
	case FORM_DESTINATIONS:
		return put_destinations(out, list, "");
	}
	return -1;
}

int
declared_view(struct buf *out, enum declared_form form, bool lines, const char *item,
    const char *json)
{
	json_t *root = json_loads(json, 0, NULL), *list = root;
	int rc = 0;

	if (form == FORM_HOSTS || form == FORM_DOCUMENT)
		list = json_object_get(root, "hosts");
	else if (form == FORM_DESTINATIONS)
		list = json_object_get(json_array_get(root, 0), "destinations");
	if (!json_is_array(list))
		rc = -1;
	else if (item != NULL)
		rc = list_pick(list, item);
	if (rc == 0)
		rc = lines ? put_lines(out, list) : put_form(out, form, root, list);
	json_decref(root);
	return rc;
}
