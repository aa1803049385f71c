/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/buf.h"
#include "base/json_where.h"
#include "control/declare/declaration.h"
#include "control/declare/declared_value.h"
#include "spec/spec.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>

#define CHANNELS_MAX	100000
#define DOCUMENT_MAX	(64 << 20)

enum type { BOOLEAN, NUMBER, STRING, STRINGS, OBJECTS };

struct field {
	const char		*name;
	enum type		 type;
	bool			 required;
	int64_t			 min, max;	/* NUMBER: its value; STRINGS, OBJECTS: how many */
	const char		*(*check)(const char *);	/* of each string: NULL, or what is valid */
	const struct field	*of;		/* OBJECTS */
	bool			 assigned;	/* only in an assignment, not in a document */
};

static const struct field host_fields[] = {
	{ "name", STRING, true, 0, 0, declared_host_name, NULL, false },
	{ "server", STRING, false, 0, 0, declared_server, NULL, false },
	{ "play_url", STRING, false, 0, 0, declared_rtmp_url, NULL, false },
	{ "publish_url", STRING, false, 0, 0, declared_rtmp_url, NULL, false },
	{ "api_url", STRING, false, 0, 0, declared_http_url, NULL, false },
	{ .name = NULL }
};

static const struct field source_fields[] = {
	{ "name", STRING, true, 0, 0, declared_source_name, NULL, false },
	{ "kind", STRING, true, 0, 0, declared_source_kind, NULL, false },
	{ "tracks", STRING, false, 0, 0, declared_tracks, NULL, false },
	{ "files", STRINGS, false, 0, SPEC_FILES, declared_file, NULL, false },
	{ "position", NUMBER, true, 1, SPEC_SOURCES, NULL, NULL, true },
	{ .name = NULL }
};

static const struct field destination_fields[] = {
	{ "name", STRING, true, 0, 0, declared_name, NULL, false },
	{ "enabled", BOOLEAN, false, 0, 0, NULL, NULL, false },
	{ "url", STRING, true, 0, 0, declared_rtmp_url, NULL, false },
	{ "backup_url", STRING, false, 0, 0, declared_rtmp_url, NULL, false },
	{ "primary_retry_ms", NUMBER, false, 0, 86400000, NULL, NULL, false },
	{ "send_to", STRING, false, 0, 0, declared_send_to, NULL, false },
	{ "on_backup", STRING, false, 0, 0, declared_on_backup, NULL, false },
	{ "queue_ms", NUMBER, false, 1000, 60000, NULL, NULL, false },
	{ "ca_file", STRING, false, 0, 0, declared_ca_file, NULL, false },
	{ "user", STRING, false, 0, 0, declared_user, NULL, false },
	{ "answer_ms", NUMBER, false, 1000, 120000, NULL, NULL, false },
	{ "on_change", STRING, false, 0, 0, declared_on_change, NULL, false },
	{ "unpublish", STRING, false, 0, 0, declared_unpublish, NULL, false },
	{ "renew_ms", NUMBER, false, 0, 604800000, NULL, NULL, false },
	{ "renew_at", STRING, false, 0, 0, declared_time_of_day, NULL, false },
	{ "schedule", STRING, false, 0, 0, declared_schedule, NULL, false },
	{ "max_kbps", NUMBER, false, 0, 1000000, NULL, NULL, false },
	{ "bind", STRING, false, 0, 0, declared_bind, NULL, false },
	{ "proxy", STRING, false, 0, 0, declared_proxy, NULL, false },
	{ .name = NULL }
};

static const struct field channel_fields[] = {
	{ "name", STRING, true, 0, 0, declared_name, NULL, false },
	{ "host", STRING, false, 0, 0, declared_host_name, NULL, false },
	{ "enabled", BOOLEAN, false, 0, 0, NULL, NULL, false },
	{ "delay_ms", NUMBER, false, 0, 30000, NULL, NULL, false },
	{ "stall_ms", NUMBER, false, 200, 30000, NULL, NULL, false },
	{ "stable_ms", NUMBER, false, 0, 3600000, NULL, NULL, false },
	{ "stable_max_ms", NUMBER, false, 0, 86400000, NULL, NULL, false },
	{ "keyframe_wait_ms", NUMBER, false, 0, 3600000, NULL, NULL, false },
	{ "play_from", STRINGS, false, 0, 64, declared_network, NULL, false },
	{ "sources", OBJECTS, false, 1, SPEC_SOURCES, NULL, source_fields, false },
	{ "destinations", OBJECTS, false, 0, SPEC_DESTS, NULL, destination_fields, false },
	{ "without", STRINGS, true, 0, SPEC_SOURCES, declared_source_name, NULL, true },
	{ .name = NULL }
};

static const struct field document_fields[] = {
	{ "hosts", OBJECTS, false, 0, CHANNELS_MAX, NULL, host_fields, false },
	{ "channels", OBJECTS, false, 0, CHANNELS_MAX, NULL, channel_fields, false },
	{ .name = NULL }
};

static const struct field *const objects[] = {
	[DECLARED_HOST] = host_fields,
	[DECLARED_CHANNEL] = channel_fields,
	[DECLARED_SOURCE] = source_fields,
	[DECLARED_DESTINATION] = destination_fields,
};

static const struct field *
field_named(const struct field *f, const char *name, size_t len)
{
	for (; f->name != NULL; f++)
		if (strncmp(f->name, name, len) == 0 && f->name[len] == '\0')
			return f;
	return NULL;
}

/* Sets the reason and its place in the document. */
static int
invalid(struct declaration_fault *x, const char *at, const char *fmt, ...) printf_like(3, 4);

static int
invalid(struct declaration_fault *x, const char *at, const char *fmt, ...)
{
	va_list ap;

	strlcpy(x->field, at, sizeof(x->field));
	va_start(ap, fmt);
	vsnprintf(x->reason, sizeof(x->reason), fmt, ap);
	va_end(ap);
	return -1;
}

/* -- values -- */

static int
check_string(struct declaration_fault *x, const char *at, const struct field *f, json_t *v)
{
	const char *reason;

	if (!json_is_string(v))
		return invalid(x, at, "must be a string");
	/* jansson accepts no NUL in a string */
	if ((reason = f->check(json_string_value(v))) != NULL)
		return invalid(x, at, "%s", reason);
	return 0;
}

static int
check_strings(struct declaration_fault *x, const char *at, const struct field *f, json_t *v)
{
	char item[sizeof(x->field)];
	size_t i;

	if (!json_is_array(v))
		return invalid(x, at, "must be a list");
	if (json_array_size(v) > (size_t)f->max)
		return invalid(x, at, "must have at most %lld items", (long long)f->max);
	for (i = 0; i < json_array_size(v); i++) {
		snprintf(item, sizeof(item), "%s[%zu]", at, i);
		if (check_string(x, item, f, json_array_get(v, i)) == -1)
			return -1;
	}
	return 0;
}

static int	check_objects(struct declaration_fault *, const char *, const struct field *, json_t *);

static int
check_value(struct declaration_fault *x, const char *at, const struct field *f, json_t *v)
{
	switch (f->type) {
	case BOOLEAN:
		return json_is_boolean(v) ? 0 : invalid(x, at, "must be true or false");
	case NUMBER:
		if (json_is_integer(v) && json_integer_value(v) >= f->min &&
		    json_integer_value(v) <= f->max)
			return 0;
		return invalid(x, at, "must be a whole number from %lld to %lld", (long long)f->min,
		    (long long)f->max);
	case STRING:
		return check_string(x, at, f, v);
	case STRINGS:
		return check_strings(x, at, f, v);
	case OBJECTS:
		return check_objects(x, at, f, v);
	}
	return -1;
}

/* -- objects -- */

static int
unknown_field(struct declaration_fault *x, const char *at, const char *key)
{
	return invalid(x, at, strcmp(key, "key") == 0 ?
	    "a key does not belong here: lsctl-channel dest set CHANNEL NAME --key-file FILE" : strcmp(key, "password") == 0 ?
	    "a password does not belong here: lsctl-channel dest set CHANNEL NAME --password-file FILE" : "unknown field");
}

static bool
is_rtmps(const json_t *object, const char *field)
{
	const char *url = json_string_value(json_object_get(object, field));

	return url == NULL || strncasecmp(url, "rtmps:", 6) == 0;
}

/* Two fields that must fit together. */
static int
check_pairs(struct declaration_fault *x, const char *at, json_t *object)
{
	const char *kind = json_string_value(json_object_get(object, "kind"));
	const char *to = json_string_value(json_object_get(object, "send_to"));
	json_t *stable = json_object_get(object, "stable_ms");
	json_t *most = json_object_get(object, "stable_max_ms");

	if (kind != NULL && strcmp(kind, "live") == 0 && json_object_get(object, "files") != NULL)
		return invalid(x, at, "is live, and plays no files");
	if (kind != NULL && strcmp(kind, "live") != 0 && json_object_get(object, "tracks") != NULL)
		return invalid(x, at, "tracks is of live sources: films have both");
	if (to != NULL && strcmp(to, "both") == 0 && json_object_get(object, "backup_url") == NULL)
		return invalid(x, at, "send_to is both, which needs a backup_url");
	if (json_object_get(object, "proxy") != NULL && (!is_rtmps(object, "url") || !is_rtmps(object, "backup_url")))
		return invalid(x, at, "proxy needs rtmps:// addresses: else the proxy can read the key");
	if (most != NULL && json_integer_value(most) <
	    (stable != NULL ? json_integer_value(stable) : 5000))
		return invalid(x, at, "stable_max_ms must not be less than stable_ms");
	return 0;
}

static int
check_object(struct declaration_fault *x, const char *at, const struct field *fields, json_t *object)
{
	const struct field *f;
	char path[sizeof(x->field)];
	const char *key;
	json_t *v;

	if (!json_is_object(object))
		return invalid(x, at, "must be an object");
	json_object_foreach(object, key, v) {
		snprintf(path, sizeof(path), "%s%s%s", at, at[0] != '\0' ? "." : "", key);
		if ((f = field_named(fields, key, strlen(key))) == NULL || f->assigned)
			return unknown_field(x, path, key);
		if (check_value(x, path, f, v) == -1)
			return -1;
	}
	for (f = fields; f->name != NULL; f++)
		if (f->required && !f->assigned && json_object_get(object, f->name) == NULL)
			return invalid(x, at, "%s is missing", f->name);
	return check_pairs(x, at, object);
}

/* Adds a checked name to seen; fails if seen has it already. */
static int
check_unique(struct declaration_fault *x, const char *at, json_t *seen, json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "name"));

	if (json_object_get(seen, name) == NULL)
		return json_object_set_new(seen, name, json_true());
	return invalid(x, at, "has a name that is used twice");
}

static int
check_objects(struct declaration_fault *x, const char *at, const struct field *f, json_t *list)
{
	json_t *seen = NULL, *object;
	size_t i, n = json_array_size(list);
	char item[sizeof(x->field)];
	const char *name;
	int rc = -1;

	if (!json_is_array(list))
		return invalid(x, at, "must be a list");
	if (n < (size_t)f->min || n > (size_t)f->max)
		return invalid(x, at, "must have %lld to %lld items", (long long)f->min,
		    (long long)f->max);
	if ((seen = json_object()) == NULL)
		return invalid(x, at, "out of memory");
	for (i = 0; i < n; i++) {
		object = json_array_get(list, i);
		snprintf(item, sizeof(item), "%s[%zu]", at, i);
		if (f->of == channel_fields) {
			name = json_string_value(json_object_get(object, "name"));
			strlcpy(x->channel, name != NULL ? name : "", sizeof(x->channel));
		}
		if (check_object(x, item, f->of, object) == -1 ||
		    check_unique(x, item, seen, object) == -1)
			goto out;
		x->channel[0] = f->of == channel_fields ? '\0' : x->channel[0];
	}
	rc = 0;
out:
	json_decref(seen);
	return rc;
}

/* Makes the path of a field begin at its channel: readers know its name, not its place in the list. */
static void
field_within_channel(struct declaration_fault *x)
{
	const char *inside;

	if (x->channel[0] == '\0' || (inside = strchr(x->field, ']')) == NULL)
		return;
	inside += inside[1] == '.' ? 2 : 1;
	memmove(x->field, inside, strlen(inside) + 1);
}

int
declaration_check(const char *text, size_t len, struct declaration_fault *x)
{
	json_error_t err;
	json_t *root;
	int rc;

	memset(x, 0, sizeof(*x));
	if ((root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &err)) == NULL) {
		/* jansson's text quotes the document, which may have a stream key in the wrong place */
		invalid(x, "", json_error_code(&err) == json_error_duplicate_key ?
		    "column %d: has a field twice" : "is not JSON near column %d", err.column);
		x->line = err.line > 0 ? err.line : 1;
		return -1;
	}
	rc = check_object(x, "", document_fields, root);
	if (rc == -1) {
		x->line = json_where(text, x->field);
		field_within_channel(x);
	}
	json_decref(root);
	return rc;
}

char *
declaration_fault_text(const struct declaration_fault *x, const char *file, char *dst, size_t size)
{
	char line[16] = "";

	if (x->line > 0)
		snprintf(line, sizeof(line), ":%d", x->line);
	snprintf(dst, size, "%s%s: %s%s%s%s%s%s", file, line, x->channel[0] != '\0' ? "channel " : "",
	    x->channel, x->channel[0] != '\0' ? ": " : "", x->field, x->field[0] != '\0' ? ": " : "",
	    x->reason);
	return dst;
}

char *
declaration_read(const char *path, struct declaration_fault *x)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	struct buf text;
	uint8_t *room;
	size_t n;

	memset(x, 0, sizeof(*x));
	buf_init(&text, DOCUMENT_MAX);
	if (f == NULL) {
		invalid(x, "", "%s", strerror(errno));
		return NULL;
	}
	while ((room = buf_room(&text, 65536)) != NULL && (n = fread(room, 1, 65536, f)) > 0)
		buf_added(&text, n);
	if (room == NULL)
		invalid(x, "", "%s", strerror(errno == ENOBUFS ? EFBIG : errno));
	else if (ferror(f))
		invalid(x, "", "%s", strerror(errno));
	else {
		*room = '\0';
		if (declaration_check((char *)text.data, buf_len(&text), x) == 0)
			goto out;
	}
	buf_free(&text);
out:
	if (f != stdin)
		fclose(f);
	return (char *)text.data;
}

/* -- assignments -- */

static json_t *
list_split(const char *list)
{
	json_t *array = json_array();
	size_t n;

	for (; array != NULL && *list != '\0'; list += n + (list[n] == ',')) {
		n = strcspn(list, ",");
		json_array_append_new(array, json_stringn(list, n));
	}
	return array;
}

/* The value of an assignment, in the type of its field; NULL if a required field is empty. */
static json_t *
assignment_value(const struct field *f, const char *s)
{
	const char *err;
	long long n;

	if (*s == '\0')
		return f->required ? NULL : json_null();
	switch (f->type) {
	case BOOLEAN:
		return strcmp(s, "true") == 0 || strcmp(s, "yes") == 0 ? json_true() :
		    strcmp(s, "false") == 0 || strcmp(s, "no") == 0 ? json_false() : json_string(s);
	case NUMBER:
		n = strtonum(s, INT32_MIN, INT32_MAX, &err);
		return err == NULL ? json_integer(n) : json_string(s);
	case STRING:
		return json_string(s);
	case STRINGS:
		return list_split(s);
	case OBJECTS:
		break;
	}
	return NULL;
}

static int
add_assignment(struct declaration_fault *x, json_t *obj, const struct field *fields, const char *text)
{
	size_t len = strcspn(text, "=");
	const struct field *f;
	char name[64], *p;
	json_t *v;

	snprintf(name, sizeof(name), "%.*s", (int)len, text);
	for (p = name; *p != '\0'; p++)
		*p = *p == '-' ? '_' : *p;
	f = field_named(fields, name, strlen(name));
	if (text[len] == '\0')
		return invalid(x, name, "must be KEY=VALUE");
	if (f == NULL)
		return unknown_field(x, name, name);
	if (strcmp(name, "name") == 0)
		return invalid(x, name, "cannot be changed");
	if (f->type == OBJECTS)
		return invalid(x, name, "cannot be assigned: see lsctl-channel %s",
		    f->of == source_fields ? "source" : "dest");
	if ((v = assignment_value(f, text + len + 1)) == NULL)
		return invalid(x, name, "must be UTF-8, and must not be empty");
	if (!json_is_null(v) && check_value(x, name, f, v) == -1) {
		json_decref(v);
		return -1;
	}
	if (json_object_get(obj, name) != NULL) {
		json_decref(v);
		return invalid(x, name, "is assigned twice");
	}
	return json_object_set_new(obj, name, v);
}

static char *
as_text(struct declaration_fault *x, json_t *obj, bool good)
{
	char *text = NULL;

	if (good && (text = json_dumps(obj, JSON_COMPACT)) == NULL)
		invalid(x, "", "out of memory");
	json_decref(obj);
	return text;
}

char *
declaration_assignments(enum declared_kind object, const char *const words[], size_t n,
    struct declaration_fault *x)
{
	json_t *obj = json_object();
	bool good = obj != NULL;
	size_t i;

	memset(x, 0, sizeof(*x));
	for (i = 0; i < n && good; i++)
		good = add_assignment(x, obj, objects[object], words[i]) == 0;
	return as_text(x, obj, good);
}

char *
declaration_files(const char *media, const char *const files[], size_t n,
    struct declaration_fault *x)
{
	const struct field *f = field_named(source_fields, "files", 5);
	json_t *obj = json_object(), *list = json_array();
	size_t i, len = strlen(media);
	const char *p;
	bool good;

	memset(x, 0, sizeof(*x));
	for (i = 0; i < n; i++) {
		p = files[i];
		if (strncmp(p, media, len) == 0 && p[len] == '/')
			p += len + strspn(p + len, "/");
		json_array_append_new(list, json_string(p));
	}
	good = json_object_set_new(obj, "files", list) == 0;
	if (good && json_array_size(list) != n)
		good = invalid(x, "files", "must be UTF-8") == 0;
	return as_text(x, obj, good && check_value(x, "files", f, list) == 0);
}
