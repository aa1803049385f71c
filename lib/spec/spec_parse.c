/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/json_where.h"
#include "base/proxy_url.h"
#include "spec/spec_parse.h"

#include <jansson.h>
#include <stdarg.h>
#include <sys/stat.h>

/* The players of a loop have delay lines and buffers, so a loop can write in long batches. */
#define LOOP_BATCH_MS	200

/* After the first fault all further reads do nothing. */
struct reader {
	const char		*text;
	const char		*dir;	/* of the spec file: paths are relative to it */
	struct spec_fault	*fault;
	bool			 failed;
};

__attribute__((format(printf, 4, 5))) static void
fault_set(struct reader *r, const char *at, const char *field, const char *fmt, ...)
{
	va_list ap;

	if (r->failed)
		return;
	r->failed = true;
	snprintf(r->fault->field, sizeof(r->fault->field), "%s%s%s", at,
	    at[0] != '\0' && field[0] != '\0' ? "." : "", field);
	r->fault->line = r->text != NULL ?
	    json_where(r->text, r->fault->field) : 0;
	va_start(ap, fmt);
	vsnprintf(r->fault->reason, sizeof(r->fault->reason), fmt, ap);
	va_end(ap);
}

static void
fault_set_memory(struct reader *r)
{
	if (r->failed)
		return;
	fault_set(r, "", "", "out of memory");
	r->fault->kind = SPEC_NO_MEMORY;
}

/* Checks that every member is one of the known fields (NULL ends the list). */
static void
check_fields(struct reader *r, json_t *obj, const char *at,
    const char *const known[])
{
	const char *key;
	json_t *value;
	size_t i;

	if (!json_is_object(obj)) {
		fault_set(r, at, "", "must be an object");
		return;
	}
	json_object_foreach(obj, key, value) {
		for (i = 0; known[i] != NULL && strcmp(known[i], key) != 0;)
			i++;
		if (known[i] == NULL)
			fault_set(r, at, key, "unknown field");
	}
}

static const char *
read_string(struct reader *r, json_t *obj, const char *at, const char *field,
    bool required)
{
	json_t *v = json_object_get(obj, field);

	if (v == NULL && !required)
		return NULL;
	if (!json_is_string(v) || json_string_length(v) == 0 ||
	    strlen(json_string_value(v)) != json_string_length(v)) {
		fault_set(r, at, field, v == NULL ? "is missing" :
		    "must be a non-empty string");
		return NULL;
	}
	return json_string_value(v);
}

static char *
copy_string(struct reader *r, const char *s)
{
	char *p = s != NULL ? strdup(s) : NULL;

	if (s != NULL && p == NULL)
		fault_set_memory(r);
	return p;
}

static void
read_name(struct reader *r, json_t *obj, const char *at, const char *field,
    char dst[SPEC_NAME])
{
	const char *s = read_string(r, obj, at, field, true);

	if (s == NULL)
		return;
	if (!spec_name_ok(s))
		fault_set(r, at, field, "must be 1 to 63 of a-z, 0-9 and -, not "
		    "beginning with -");
	else
		strlcpy(dst, s, SPEC_NAME);
}

static void
read_number(struct reader *r, json_t *obj, const char *at, const char *field,
    int64_t min, int64_t max, int64_t *dst)
{
	json_t *v = json_object_get(obj, field);

	if (v == NULL)
		return;
	if (!json_is_integer(v) || json_integer_value(v) < min ||
	    json_integer_value(v) > max)
		fault_set(r, at, field, "must be a whole number from %lld to %lld",
		    (long long)min, (long long)max);
	else
		*dst = json_integer_value(v);
}

static char *
resolve_path(struct reader *r, const char *s)
{
	char *p = NULL;

	if (s == NULL || s[0] == '/')
		return copy_string(r, s);
	if (asprintf(&p, "%s/%s", r->dir, s) == -1) {
		fault_set_memory(r);
		return NULL;
	}
	return p;
}

static char *
read_url(struct reader *r, json_t *obj, const char *at, const char *field,
    bool required)
{
	const char *s = read_string(r, obj, at, field, required);

	if (s == NULL)
		return NULL;
	if (strncasecmp(s, "rtmp://", 7) != 0 &&
	    strncasecmp(s, "rtmps://", 8) != 0) {
		fault_set(r, at, field, "must begin with rtmp:// or rtmps://");
		return NULL;
	}
	return copy_string(r, s);
}

static void
identify_file(struct spec_file_id *id, const char *file)
{
	struct stat st;

	if (stat(file, &st) == -1)
		return;
	id->dev = st.st_dev;
	id->ino = st.st_ino;
	id->size = st.st_size;
	id->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
	    st.st_mtim.tv_nsec;
}

static void
add_file(struct reader *r, struct spec_source *src, json_t *v, const char *at,
    const char *field)
{
	char *p;

	if (!json_is_string(v) || json_string_length(v) == 0)
		fault_set(r, at, field, "must be a path");
	else if (src->files == SPEC_FILES)
		fault_set(r, at, field, "has more than %d files", SPEC_FILES);
	else if ((p = resolve_path(r, json_string_value(v))) != NULL) {
		identify_file(&src->id[src->files], p);
		src->file[src->files++] = p;
	}
}

/* Reads one path or a list of paths. */
static void
read_files(struct reader *r, struct spec_source *src, json_t *obj,
    const char *at, const char *field)
{
	json_t *v = json_object_get(obj, field);
	size_t i;

	if (json_is_array(v) && json_array_size(v) == 0)
		fault_set(r, at, field, "must name a file");
	else if (json_is_array(v))
		for (i = 0; i < json_array_size(v); i++)
			add_file(r, src, json_array_get(v, i), at, field);
	else if (v != NULL)
		add_file(r, src, v, at, field);
}

static void
read_tracks(struct reader *r, struct spec_source *src, json_t *obj, const char *at)
{
	const char *p = read_string(r, obj, at, "tracks", false);

	if (p == NULL || strcmp(p, "both") == 0)
		return;
	if (strcmp(p, "video") != 0)
		fault_set(r, at, "tracks", "must be both or video");
	else if (src->files > 0)
		fault_set(r, at, "tracks", "must be both: a file has both");
	src->tracks = TRACKS_VIDEO;
}

static void
read_source(struct reader *r, struct spec *s, json_t *obj, const char *at)
{
	static const char *const known[] = { "name", "url", "path", "tracks", NULL };
	struct spec_source *src = &s->source[s->sources++];
	int i;

	check_fields(r, obj, at, known);
	read_name(r, obj, at, "name", src->name);
	src->url = read_url(r, obj, at, "url", false);
	read_files(r, src, obj, at, "path");
	if ((src->url == NULL) == (src->files == 0))
		fault_set(r, at, "", "must have a url or a path, and not both");
	read_tracks(r, src, obj, at);
	if (strcmp(src->name, "auto") == 0 || strcmp(src->name, "off") == 0)
		fault_set(r, at, "name", "must not be auto or off");
	for (i = 0; i < s->sources - 1; i++)
		if (strcmp(s->source[i].name, src->name) == 0)
			fault_set(r, at, "name", "is used twice");
}

/* The second connection of a destination that is sent to both addresses: each has one address, and the same key. */
static void
add_backup_leg(struct reader *r, struct spec *s, struct spec_dest *d)
{
	struct spec_dest *b = &s->dest[s->dests++];

	*b = *d;
	strlcat(b->name, SPEC_BACKUP_LEG, sizeof(b->name));
	b->backup_leg = true;
	b->url = d->backup_url;
	b->backup_url = d->backup_url = NULL;
	b->key = copy_string(r, d->key);
	b->ca_file = copy_string(r, d->ca_file);
	b->bind = copy_string(r, d->bind);
	b->proxy = copy_string(r, d->proxy);
	b->user = copy_string(r, d->user);
	b->password = copy_string(r, d->password);
}

static void
read_send_to(struct reader *r, struct spec *s, json_t *obj, const char *at, struct spec_dest *d)
{
	const char *p = read_string(r, obj, at, "send_to", false);

	if (p == NULL || strcmp(p, "one") == 0)
		return;
	if (strcmp(p, "both") != 0)
		fault_set(r, at, "send_to", "must be one or both");
	else if (d->backup_url == NULL)
		fault_set(r, at, "send_to", "is both, which needs a backup_url");
	else if (!r->failed)
		add_backup_leg(r, s, d);
}

/* A server that asks gets both, or neither. */
static void
read_login(struct reader *r, struct spec_dest *d, json_t *obj, const char *at)
{
	const char *user = read_string(r, obj, at, "user", false), *password = read_string(r, obj, at, "password", false);

	if ((user == NULL) != (password == NULL))
		fault_set(r, at, user == NULL ? "user" : "password", "is missing: user and password go together");
	else if (user != NULL && (strlen(user) > SPEC_USER_MAX || user[strspn(user, SPEC_USER)] != '\0'))
		fault_set(r, at, "user", "must be 1 to %d of letters, digits and -._@+~", SPEC_USER_MAX);
	else if (password != NULL && strlen(password) > SPEC_PASSWORD_MAX)
		fault_set(r, at, "password", "must be at most %d bytes long", SPEC_PASSWORD_MAX);
	d->user = copy_string(r, user != NULL ? user : "");
	d->password = copy_string(r, password != NULL ? password : "");
}

/* The index of the value in the list, which NULL ends; 0 if the field is not there. */
static int
read_choice(struct reader *r, json_t *obj, const char *at, const char *field, const char *const values[],
    const char *reason)
{
	const char *p = read_string(r, obj, at, field, false);
	int i;

	if (p == NULL)
		return 0;
	for (i = 0; values[i] != NULL; i++)
		if (strcmp(p, values[i]) == 0)
			return i;
	fault_set(r, at, field, "%s", reason);
	return 0;
}

/* From where, and through what, it is dialled. */
static void
read_route(struct reader *r, struct spec_dest *d, json_t *obj, const char *at)
{
	const char *from = read_string(r, obj, at, "bind", false), *proxy = read_string(r, obj, at, "proxy", false), *reason;
	struct proxy_url parsed;

	if (from != NULL && (reason = proxy_bind_fault(from)) != NULL)
		fault_set(r, at, "bind", "%s", reason);
	if (proxy != NULL && (reason = proxy_url_parse(&parsed, proxy)) != NULL)
		fault_set(r, at, "proxy", "%s", reason);
	d->bind = copy_string(r, from != NULL ? from : "");
	d->proxy = copy_string(r, proxy != NULL ? proxy : "");
}

/* When and how the forwarder leaves a destination that works. */
static void
read_policy(struct reader *r, struct spec_dest *d, json_t *obj, const char *at)
{
	static const char *const backups[] = { "send", "disconnect", NULL }, *const changes[] = { "continue", "redial", NULL },
	    *const unpublishes[] = { "auto", "always", "never", NULL };
	const char *p, *reason;

	d->on_backup = (enum spec_on_backup)read_choice(r, obj, at, "on_backup", backups, "must be send or disconnect");
	d->on_change = (enum spec_on_change)read_choice(r, obj, at, "on_change", changes, "must be continue or redial");
	d->unpublish = (enum spec_unpublish)read_choice(r, obj, at, "unpublish", unpublishes, "must be auto, always or never");
	read_number(r, obj, at, "renew_ms", 0, 604800000, &d->renew_ms);
	p = read_string(r, obj, at, "renew_at", false);
	d->renew_at = p != NULL ? week_window_minutes(p) : -1;
	if (p != NULL && d->renew_at == -1)
		fault_set(r, at, "renew_at", "must be a time of day like 04:00");
	p = read_string(r, obj, at, "schedule", false);
	if (p != NULL && (reason = schedule_parse(&d->schedule, p)) != NULL)
		fault_set(r, at, "schedule", "%s", reason);
	read_number(r, obj, at, "max_kbps", 0, 1000000, &d->max_kbps);
}

static void
read_dest(struct reader *r, struct spec *s, json_t *obj, const char *at)
{
	static const char *const known[] = { "name", "url", "key",
	    "backup_url", "primary_retry_ms", "send_to", "on_backup", "ca_file", "queue_ms", "user", "password",
	    "answer_ms", "on_change", "unpublish", "renew_ms", "renew_at", "schedule", "max_kbps", "bind", "proxy", NULL };
	struct spec_dest *d = &s->dest[s->dests++];
	const char *p;
	int i;

	check_fields(r, obj, at, known);
	read_name(r, obj, at, "name", d->name);
	d->url = read_url(r, obj, at, "url", true);
	d->backup_url = read_url(r, obj, at, "backup_url", false);
	d->key = copy_string(r, read_string(r, obj, at, "key", false));
	p = read_string(r, obj, at, "ca_file", false);
	d->ca_file = p != NULL ? resolve_path(r, p) : copy_string(r, "");
	read_policy(r, d, obj, at);
	read_route(r, d, obj, at);
	d->queue_ms = 8000;
	read_number(r, obj, at, "queue_ms", 1000, 60000, &d->queue_ms);
	d->primary_retry_ms = 60000;
	read_number(r, obj, at, "primary_retry_ms", 0, 86400000, &d->primary_retry_ms);
	read_login(r, d, obj, at);
	d->answer_ms = 20000;
	read_number(r, obj, at, "answer_ms", 1000, 120000, &d->answer_ms);
	for (i = 0; i < s->dests - 1; i++)
		if (strcmp(s->dest[i].name, d->name) == 0)
			fault_set(r, at, "name", "is used twice");
	d->item = s->dests > 1 ? d[-1].item + 1 : 0;
	read_send_to(r, s, obj, at, d);
}

/* Reads each item of an array with fn. */
static void
read_each(struct reader *r, struct spec *s, json_t *root, const char *field,
    int min, int max, void (*fn)(struct reader *, struct spec *, json_t *,
    const char *))
{
	json_t *list = json_object_get(root, field);
	char at[32];
	size_t i, n;

	n = json_array_size(list);
	if (list != NULL && !json_is_array(list))
		fault_set(r, "", field, "must be a list");
	else if (list == NULL && min > 0)
		fault_set(r, "", field, "is missing");
	else if (n < (size_t)min || n > (size_t)max)
		fault_set(r, "", field, "must have %d to %d items", min, max);
	for (i = 0; i < n && !r->failed; i++) {
		snprintf(at, sizeof(at), "%s[%zu]", field, i);
		fn(r, s, json_array_get(list, i), at);
	}
}

static void
read_mode(struct reader *r, struct spec *s, json_t *root)
{
	const char *mode = read_string(r, root, "", "mode", false);
	int i;

	strlcpy(s->mode, mode != NULL ? mode : "auto", sizeof(s->mode));
	if (strcmp(s->mode, "auto") == 0 || strcmp(s->mode, "off") == 0)
		return;
	for (i = 0; i < s->sources; i++)
		if (strcmp(s->source[i].name, s->mode) == 0)
			return;
	fault_set(r, "", "mode", "must be auto, off or the name of a source");
}

static void
read_forward(struct reader *r, struct spec *s, json_t *root)
{
	static const char *const known[] = { "channel", "mode", "delay_ms",
	    "stall_ms", "stable_ms", "stable_max_ms", "keyframe_wait_ms", "batch_ms", "socket", "sources",
	    "destinations", NULL };

	check_fields(r, root, "", known);
	read_name(r, root, "", "channel", s->channel);
	read_number(r, root, "", "delay_ms", 0, 30000, &s->delay_ms);
	s->batch_ms = s->delay_ms >= SPEC_BATCH_DELAY_MS ? SPEC_BATCH_MS : 0;
	read_number(r, root, "", "stall_ms", 200, 30000, &s->stall_ms);
	read_number(r, root, "", "stable_ms", 0, 3600000, &s->stable_ms);
	read_number(r, root, "", "batch_ms", 0, 200, &s->batch_ms);
	s->stable_max_ms = s->stable_ms > 60000 ? s->stable_ms : 60000;
	read_number(r, root, "", "stable_max_ms", s->stable_ms, 86400000,
	    &s->stable_max_ms);
	s->keyframe_wait_ms = 10000;
	read_number(r, root, "", "keyframe_wait_ms", 0, 3600000, &s->keyframe_wait_ms);
	s->socket = resolve_path(r, read_string(r, root, "", "socket", false));
	read_each(r, s, root, "sources", 1, SPEC_SOURCES, read_source);
	read_each(r, s, root, "destinations", 0, SPEC_DESTS, read_dest);
	read_mode(r, s, root);
}

static void
read_loop(struct reader *r, struct spec *s, json_t *root)
{
	static const char *const known[] = { "channel", "files", "socket",
	    "destination", NULL };
	json_t *dest = json_object_get(root, "destination");

	check_fields(r, root, "", known);
	read_name(r, root, "", "channel", s->channel);
	s->socket = resolve_path(r, read_string(r, root, "", "socket", false));
	strlcpy(s->mode, "auto", sizeof(s->mode));
	strlcpy(s->source[0].name, "file", sizeof(s->source[0].name));
	s->sources = 1;
	read_files(r, &s->source[0], root, "", "files");
	if (s->source[0].files == 0)
		fault_set(r, "", "files", "is missing");
	s->delay_ms = 0;
	s->batch_ms = LOOP_BATCH_MS;
	if (dest == NULL)
		fault_set(r, "", "destination", "is missing");
	else if (!r->failed)
		read_dest(r, s, dest, "destination");
}

struct spec *
spec_parse(const char *text, size_t len, const char *dir, enum spec_kind kind,
    struct spec_fault *fault)
{
	struct reader r = { .fault = fault, .dir = dir };
	struct spec *s = calloc(1, sizeof(*s));
	json_t *root;
	json_error_t err;

	memset(fault, 0, sizeof(*fault));
	if (s == NULL) {
		fault_set_memory(&r);
		return NULL;
	}
	s->kind = kind;
	s->delay_ms = 2000;
	s->stall_ms = 1500;
	s->stable_ms = 5000;
	if ((root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &err)) == NULL) {
		/* the text of jansson may quote a secret: report the place only */
		fault_set(&r, "", "", "is not JSON near column %d", err.column);
		fault->line = err.line;
	} else {
		r.text = text;
		if (kind == SPEC_FORWARD)
			read_forward(&r, s, root);
		else
			read_loop(&r, s, root);
	}
	json_decref(root);
	if (r.failed) {
		spec_free(s);
		return NULL;
	}
	return s;
}
