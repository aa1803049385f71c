/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/hex.h"
#include "base/secret.h"
#include "control/keys/keys.h"
#include "control/reconcile/desired.h"

#include <jansson.h>

#define SECRET_MAX	4096

/* The state of parse(); c is the channel that it reads. */
struct parse {
	const struct master_key	*key;
	const char		*media;
	struct desired_channel	*c;
};

static const char *
text_of(const json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	return s != NULL ? s : "";
}

static int64_t
ms_of(const json_t *o, const char *name, int64_t unit, int64_t otherwise)
{
	const json_t *v = json_object_get(o, name);

	return json_is_number(v) ? (int64_t)(json_number_value(v) *
	    (double)unit) : otherwise;
}

static void
fault_set(struct parse *p, const char *reason)
{
	if (!p->c->plan.faulty)
		strlcpy(p->c->fault, reason, sizeof(p->c->fault));
	p->c->plan.faulty = true;
}

/* -- secrets -- */

/* A secret, sealed at place, after before; as a new string, or NULL. */
static json_t *
opened(struct parse *p, const char *hex, const char *place, const char *before)
{
	uint8_t sealed[SECRET_MAX + SEAL_OVERHEAD], clear[SECRET_MAX + SEAL_OVERHEAD];
	size_t len = strlen(hex) / 2, n;
	json_t *o = NULL;

	if (p->key != NULL && len > SEAL_OVERHEAD && len <= sizeof(sealed) &&
	    hex_get(sealed, len, hex) == 0 &&
	    unseal(p->key, place, sealed, len, clear, &n) == 0)
		o = json_sprintf("%s%.*s", before, (int)n, (char *)clear);
	explicit_bzero(clear, sizeof(clear));
	return o;
}

static void
does_not_open(struct parse *p, const char *what, const json_t *row)
{
	char reason[sizeof(p->c->fault)];

	snprintf(reason, sizeof(reason), "the %s of %s does not open with this master key: it was sealed under another "
	    "one, or is damaged", what, text_of(row, "name"));
	fault_set(p, reason);
}

/* The token of a loop. */
static json_t *
token_opened(struct parse *p, const json_t *s, const char *before)
{
	json_t *o = opened(p, text_of(s, "sealed"), text_of(s, "place"), before);

	if (o == NULL)
		does_not_open(p, "token", s);
	return o;
}

/*
 * The key of a destination, or its password. One that is sealed under this master key and does not open is for other
 * servers: only that destination is left out, so that nobody can stop a channel by a change of one address.
 */
static json_t *
dest_secret(struct parse *p, const json_t *d, bool password)
{
	const char *what = password ? "password" : "key", *name = text_of(d, "name");
	char place[SEAL_PLACE];
	json_t *o = NULL;

	if ((password ? keys_password_place(place, d) : keys_place(place, d)) == 0)
		o = opened(p, text_of(d, password ? "password_sealed" : "sealed"), place, "");
	if (o != NULL)
		return o;
	if (p->key == NULL || strcmp(text_of(d, password ? "password_key" : "key"), p->key->id) != 0)
		does_not_open(p, what, d);
	else
		snprintf(p->c->unbound, sizeof(p->c->unbound), "destination %s is left out: its %s is for another "
		    "address, or is damaged: lsctl-channel dest set %s %s --%s", name, what, p->c->plan.name, name, what);
	return NULL;
}

/* -- specs -- */

static void
lack_add(struct parse *p, const char *what, const char *name, const char *reason)
{
	size_t n = strlen(p->c->lack);

	snprintf(p->c->lack + n, sizeof(p->c->lack) - n, "%s%s %s %s",
	    n > 0 ? "; " : "", what, name, reason);
}

static json_t *
paths_of(struct parse *p, const json_t *files)
{
	json_t *list = json_array();
	const char *path;
	size_t i;

	for (i = 0; i < json_array_size(files); i++) {
		path = json_string_value(json_array_get(files, i));
		if (path == NULL)
			continue;
		json_array_append_new(list, path[0] == '/' ? json_string(path) :
		    json_sprintf("%s/%s", p->media, path));
	}
	return list;
}

static void
copy(json_t *to, const json_t *from, const char *name)
{
	json_t *v = json_object_get(from, name);

	if (v != NULL && !json_is_null(v))
		json_object_set(to, name, v);
}

static void
forward_sources(struct parse *p, const json_t *desired, json_t *spec)
{
	json_t *list = json_array(), *o;
	const json_t *s, *files;
	size_t i;

	json_object_set_new(spec, "sources", list);
	for (i = 0; i < json_array_size(desired); i++) {
		s = json_array_get(desired, i);
		files = json_object_get(s, "files");
		o = json_object();
		copy(o, s, "name");
		if (strcmp(text_of(s, "kind"), "file") != 0) {
			copy(o, s, "url");
			copy(o, s, "tracks");
		} else if (json_array_size(files) > 0)
			json_object_set_new(o, "path", paths_of(p, files));
		else {
			lack_add(p, "source", text_of(s, "name"), "has no film");
			json_decref(o);
			continue;
		}
		json_array_append_new(list, o);
	}
}

/* The spec of a destination with its secrets; NULL: one of them does not open. */
static json_t *
forward_destination(struct parse *p, const json_t *d)
{
	static const char *const fields[] = {
		"name", "url", "backup_url", "primary_retry_ms", "send_to", "on_backup", "queue_ms", "ca_file", "answer_ms",
		"on_change", "unpublish", "renew_ms", "renew_at", "schedule", "max_kbps", "bind", "proxy"
	};
	bool user = text_of(d, "user")[0] != '\0', password = text_of(d, "password_sealed")[0] != '\0';
	json_t *o = json_object();
	size_t k;

	for (k = 0; k < nitems(fields); k++)
		copy(o, d, fields[k]);
	json_object_set_new(o, "key", dest_secret(p, d, false));
	if (user && password) {
		copy(o, d, "user");
		json_object_set_new(o, "password", dest_secret(p, d, true));
	} else if (user || password)
		lack_add(p, "destination", text_of(d, "name"), user ? "has a user and no password yet" :
		    "has a password and no user yet");
	if (json_object_get(o, "key") != NULL && (!user || !password || json_object_get(o, "password") != NULL))
		return o;
	json_decref(o);
	return NULL;
}

static void
forward_destinations(struct parse *p, const json_t *desired, json_t *spec)
{
	json_t *list = json_array(), *o;
	const json_t *d;
	size_t i;

	json_object_set_new(spec, "destinations", list);
	for (i = 0; i < json_array_size(desired); i++) {
		d = json_array_get(desired, i);
		if (text_of(d, "sealed")[0] == '\0') {
			lack_add(p, "destination", text_of(d, "name"), "has no key yet");
			continue;
		}
		if ((o = forward_destination(p, d)) != NULL)
			json_array_append_new(list, o);
	}
}

static char *
forward_spec(struct parse *p, const json_t *c)
{
	static const char *const fields[] = {
		"channel", "delay_ms", "stall_ms", "stable_ms", "stable_max_ms", "keyframe_wait_ms"
	};
	json_t *spec = json_object();
	char *text = NULL;
	size_t i;

	for (i = 0; i < nitems(fields); i++)
		copy(spec, c, fields[i]);
	json_object_set_new(spec, "mode", json_string(plan_spec_mode(
	    p->c->plan.mode, p->c->plan.left_ms)));
	forward_sources(p, json_object_get(c, "sources"), spec);
	forward_destinations(p, json_object_get(c, "destinations"), spec);
	if (json_array_size(json_object_get(spec, "sources")) > 0 &&
	    (text = json_dumps(spec, JSON_INDENT(1))) == NULL)
		fault_set(p, "out of memory for its spec");
	json_decref(spec);
	return text;
}

static char *
loop_spec(struct parse *p, const json_t *c, const json_t *s)
{
	const json_t *files = json_object_get(s, "files");
	const char *name = text_of(s, "name");
	char before[2 * SPEC_NAME + 8];
	json_t *spec;
	char *text;

	if (json_array_size(files) == 0) {
		lack_add(p, "source", name, "has no film");
		return NULL;
	}
	if (text_of(s, "sealed")[0] == '\0') {
		lack_add(p, "source", name, "has no token yet");
		return NULL;
	}
	snprintf(before, sizeof(before), "%s_%s?token=", p->c->plan.name, name);
	spec = json_pack("{ss so s{ss ss so*}}", "channel", p->c->plan.name,
	    "files", paths_of(p, files), "destination", "name", "server",
	    "url", text_of(c, "play_url"), "key", token_opened(p, s, before));
	text = spec != NULL ? json_dumps(spec, JSON_INDENT(1)) : NULL;
	if (text == NULL)
		fault_set(p, "out of memory for its spec");
	json_decref(spec);
	return text;
}

/* -- channels -- */

static void
parse_source(struct parse *p, const json_t *o)
{
	struct plan_source *s = &p->c->plan.source[p->c->plan.sources++];

	memset(s, 0, sizeof(*s));
	strlcpy(s->name, text_of(o, "name"), sizeof(s->name));
	if ((s->kicked_ms = ms_of(o, "kicked_s", 1000, -1)) < 0)
		s->kicked_ms = -1;	/* a clock was set back */
	s->allowed_ms = s->alive_ms = s->silent_ms = -1;
}

/* 0, or -1: it is not a channel. */
static int
parse_channel(struct parse *p, const json_t *o)
{
	struct plan_channel *c = &p->c->plan;
	const json_t *sources = json_object_get(o, "sources"), *s;
	size_t i;

	strlcpy(c->name, text_of(o, "channel"), sizeof(c->name));
	strlcpy(c->mode, text_of(o, "mode"), sizeof(c->mode));
	if (!spec_name_ok(c->name) || !spec_name_ok(c->mode) ||
	    !json_is_array(sources))
		return -1;
	c->left_ms = ms_of(o, "mode_left_ms", 1, 0);
	c->place = json_is_true(json_object_get(o, "enabled")) ? PLAN_HERE :
	    PLAN_DISABLED;
	if (json_array_size(sources) > SPEC_SOURCES ||
	    json_array_size(json_object_get(o, "destinations")) > SPEC_DESTS)
		fault_set(p, "it has more sources or destinations than a "
		    "forwarder takes");
	for (i = 0; i < json_array_size(sources) && i < SPEC_SOURCES; i++) {
		s = json_array_get(sources, i);
		parse_source(p, s);
		if (strcmp(text_of(s, "kind"), "loop") == 0 &&
		    p->c->spec[PLAN_LOOP] == NULL && c->place == PLAN_HERE)
			p->c->spec[PLAN_LOOP] = loop_spec(p, o, s);
	}
	if (c->place == PLAN_HERE)
		p->c->spec[PLAN_FORWARD] = forward_spec(p, o);
	for (i = 0; i < PLAN_UNITS; i++)
		c->wants[i] = p->c->spec[i] != NULL;
	return 0;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct desired_channel *)a)->plan.name,
	    ((const struct desired_channel *)b)->plan.name);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
parse_names(char ***names, size_t *n, const json_t *list)
{
	const char *name;
	size_t i;

	if ((*names = calloc(json_array_size(list) + 1, sizeof(char *))) == NULL)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		name = json_string_value(json_array_get(list, i));
		if (name == NULL || ((*names)[*n] = strdup(name)) == NULL)
			return -1;
		++*n;
	}
	qsort(*names, *n, sizeof(char *), by_text);
	return 0;
}

static int
parse_waits(struct desired *w, const json_t *list)
{
	const char *name;
	const json_t *o;
	size_t i;

	if ((w->waits = calloc(json_array_size(list) + 1, sizeof(char *))) == NULL)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		o = json_array_get(list, i);
		name = text_of(o, "channel");
		if (asprintf(&w->waits[w->waiting], "channel=%s waits for host %s, which still owns it: "
		    "'lsctl-channel show %s' prints when that host was last seen",
		    name, text_of(o, "owner"), name) == -1)
			return -1;
		w->waiting++;
	}
	return 0;
}

static int
parse(struct desired *w, const json_t *root, struct parse *p)
{
	const json_t *list = json_object_get(root, "channels");
	size_t i;

	if (!json_is_array(list))
		return -1;
	strlcpy(w->server, text_of(root, "server"), sizeof(w->server));
	strlcpy(w->key_id, text_of(root, "master_key"), sizeof(w->key_id));
	if ((w->api_url = strdup(text_of(root, "api_url"))) == NULL ||
	    (w->channel = calloc(json_array_size(list) + 1,
	    sizeof(*w->channel))) == NULL)
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		p->c = &w->channel[w->channels++];
		if (parse_channel(p, json_array_get(list, i)) == -1)
			return -1;
	}
	qsort(w->channel, w->channels, sizeof(*w->channel), by_name);
	if (parse_names(&w->elsewhere, &w->elsewheres, json_object_get(root, "elsewhere")) == -1 ||
	    parse_names(&w->leaving, &w->leavings, json_object_get(root, "surplus")) == -1)
		return -1;
	return parse_waits(w, json_object_get(root, "waiting"));
}

struct desired *
desired_parse(const char *text, const struct master_key *key, const char *media, struct error *err)
{
	struct parse p = { .key = key, .media = media };
	struct desired *w;
	json_t *root;

	w = calloc(1, sizeof(*w));
	root = json_loads(text, 0, NULL);
	if (w == NULL || root == NULL || parse(w, root, &p) == -1) {
		error_set(err, "the desired state from the database is not valid, or "
		    "out of memory");
		desired_free(w);
		w = NULL;
	}
	json_decref(root);
	return w;
}

static void
free_texts(char **text, size_t n)
{
	while (n > 0)
		free(text[--n]);
	free(text);
}

void
desired_free(struct desired *w)
{
	size_t i, u;

	if (w == NULL)
		return;
	for (i = 0; i < w->channels; i++)
		for (u = 0; u < PLAN_UNITS; u++)
			secret_free(w->channel[i].spec[u]);
	free_texts(w->elsewhere, w->elsewheres);
	free_texts(w->leaving, w->leavings);
	free_texts(w->waits, w->waiting);
	free(w->channel);
	free(w->api_url);
	free(w);
}

struct desired_channel *
desired_find(const struct desired *w, const char *name)
{
	struct desired_channel key = { 0 };

	strlcpy(key.plan.name, name, sizeof(key.plan.name));
	return bsearch(&key, w->channel, w->channels, sizeof(key), by_name);
}

bool
desired_elsewhere(const struct desired *w, const char *name)
{
	return bsearch(&name, w->elsewhere, w->elsewheres, sizeof(char *),
	    by_text) != NULL;
}

/* Have both the same delay, and sources of the same names and kinds in the same order? */
static bool
same_build(const json_t *a, const json_t *b)
{
	const json_t *s = json_object_get(a, "sources"),
	    *t = json_object_get(b, "sources"), *x, *y;
	size_t i;

	if (json_array_size(s) != json_array_size(t) ||
	    ms_of(a, "delay_ms", 1, -1) != ms_of(b, "delay_ms", 1, -1))
		return false;
	for (i = 0; i < json_array_size(s); i++) {
		x = json_array_get(s, i);
		y = json_array_get(t, i);
		if (strcmp(text_of(x, "name"), text_of(y, "name")) != 0 ||
		    (json_object_get(x, "url") != NULL) !=
		    (json_object_get(y, "url") != NULL))
			return false;
	}
	return true;
}

enum plan_spec
desired_compare(enum plan_unit u, const char *old, size_t len, const char *spec)
{
	json_t *a, *b;
	enum plan_spec s;

	if (strlen(spec) == len && memcmp(old, spec, len) == 0)
		return PLAN_SAME;
	if (u == PLAN_LOOP)
		return PLAN_OTHER;
	a = json_loadb(old, len, 0, NULL);
	b = json_loads(spec, 0, NULL);
	s = a != NULL && !same_build(a, b) ? PLAN_OTHER_RESTART : PLAN_OTHER;
	json_decref(a);
	json_decref(b);
	return s;
}
