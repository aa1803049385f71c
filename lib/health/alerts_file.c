/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/address.h"
#include "base/duration.h"
#include "base/json_where.h"
#include "base/problem_code.h"
#include "health/alerts_file.h"
#include "health/health_record.h"
#include "process/file.h"
#include "spec/spec.h"

#include <sys/stat.h>

#include <errno.h>
#include <unistd.h>

#define DEFAULT		"/etc/lsctl/alerts"
#define SIZE_MAX_BYTES	(1 << 20)
#define COUNT_MAX	1000000
#define FIELD		256	/* bytes of the path of a member */

enum is {
	IS_TEXT,	/* printable ASCII */
	IS_URL,		/* https:// or http:// */
	IS_MAIL,	/* an address of e-mail */
	IS_MAILS, IS_CODES, IS_NAMES,	/* arrays */
	IS_TIME, IS_COUNT, IS_FLAG, IS_SEVERITY,
	IS_OBJECT,	/* of members */
	IS_MAP,		/* names, each with an object of members */
	IS_WINDOWS	/* array of objects of members */
};

struct member {
	const char		*name;
	enum is			 is;
	bool			 required;
	const struct member	*of;
};

static const struct member window[] = {
	{ "days", IS_TEXT, false, NULL }, { "from", IS_TEXT, true, NULL }, { "to", IS_TEXT, true, NULL },
	{ "time_zone", IS_TEXT, false, NULL }, { NULL, IS_TEXT, false, NULL }
}, quiet[] = {
	{ "days", IS_TEXT, false, NULL }, { "from", IS_TEXT, true, NULL }, { "to", IS_TEXT, true, NULL },
	{ "time_zone", IS_TEXT, false, NULL }, { "critical", IS_FLAG, false, NULL }, { NULL, IS_TEXT, false, NULL }
}, person[] = {
	{ "ways", IS_NAMES, true, NULL }, { "quiet", IS_OBJECT, false, quiet }, { NULL, IS_TEXT, false, NULL }
}, rule[] = {
	{ "to", IS_NAMES, true, NULL }, { "then", IS_NAMES, false, NULL }, { "then_after", IS_TIME, false, NULL },
	{ "codes", IS_CODES, false, NULL }, { "channels", IS_NAMES, false, NULL }, { "severity", IS_SEVERITY, false, NULL },
	{ "delay", IS_TIME, false, NULL }, { NULL, IS_TEXT, false, NULL }
}, channel[] = {
	{ "kbps_under", IS_COUNT, false, NULL }, { "fps_under", IS_COUNT, false, NULL }, { "b_frames", IS_FLAG, false, NULL },
	{ "expected", IS_WINDOWS, false, window }, { NULL, IS_TEXT, false, NULL }
}, heartbeat[] = {
	{ "url_file", IS_TEXT, true, NULL }, { "every", IS_TIME, true, NULL }, { "severity", IS_SEVERITY, false, NULL },
	{ "inside", IS_FLAG, false, NULL }, { NULL, IS_TEXT, false, NULL }
}, whole[] = {
	{ "time_zone", IS_TEXT, false, NULL }, { "ways", IS_MAP, false, NULL }, { "people", IS_MAP, false, person },
	{ "rules", IS_MAP, false, rule }, { "channels", IS_MAP, false, channel },
	{ "heartbeat", IS_OBJECT, false, heartbeat }, { NULL, IS_TEXT, false, NULL }
};

/* The ways, each with its members. */
#define KIND	{ "kind", IS_TEXT, true, NULL }
#define INSIDE	{ "inside", IS_FLAG, false, NULL }
#define END	{ NULL, IS_TEXT, false, NULL }
static const struct member mail[] = {
	KIND, { "to", IS_MAILS, true, NULL }, { "from", IS_MAIL, false, NULL }, { "sendmail", IS_TEXT, false, NULL }, END
}, webhook[] = {
	KIND, { "url", IS_URL, false, NULL }, { "url_file", IS_TEXT, false, NULL }, { "secret_file", IS_TEXT, true, NULL },
	INSIDE, END
}, ntfy[] = {
	KIND, { "server", IS_URL, false, NULL }, { "topic", IS_TEXT, false, NULL }, { "topic_file", IS_TEXT, false, NULL },
	{ "token_file", IS_TEXT, false, NULL }, INSIDE, END
}, telegram[] = {
	KIND, { "server", IS_URL, false, NULL }, { "token_file", IS_TEXT, true, NULL }, { "chat", IS_TEXT, true, NULL },
	INSIDE, END
}, by_url[] = {
	KIND, { "url_file", IS_TEXT, true, NULL }, INSIDE, END
}, program[] = {
	KIND, { "program", IS_TEXT, true, NULL }, END
};

static const struct {
	const char		*kind;
	const struct member	*members;
	const char		*one_of[2];	/* exactly one of these */
} kinds[] = {
	{ "mail", mail, { NULL, NULL } }, { "webhook", webhook, { "url", "url_file" } },
	{ "ntfy", ntfy, { "topic", "topic_file" } }, { "telegram", telegram, { NULL, NULL } },
	{ "discord", by_url, { NULL, NULL } }, { "slack", by_url, { NULL, NULL } }, { "program", program, { NULL, NULL } }
};

struct check {
	const json_t	*root;
	const char	*text, *file;
	struct error	*err;
	bool		 failed;	/* after the first fault all checks do nothing */
};

/* -- faults -- */

static void
wrong(struct check *c, const char *at, const char *name, const char *reason)
{
	char field[256];

	if (c->failed)
		return;
	c->failed = true;
	snprintf(field, sizeof(field), "%s%s%s", at, at[0] != '\0' && name[0] != '\0' ? "." : "", name);
	error_set(c->err, "%s:%d: %s%s%s", c->file, json_where(c->text, field), field, field[0] != '\0' ? ": " : "",
	    reason);
}

/* -- values -- */

bool
alerts_is_plain(const char *s)
{
	const char *p;

	for (p = s; *p > 0x20 && *p <= 0x7e; p++)
		continue;
	return *p == '\0' && p > s;
}

/* The dot-atom of RFC 5322, section 3.2.3, at a host name: nothing in it has a meaning in a header or to a shell. */
static bool
is_mail(const char *s)
{
	size_t local = strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-"), host;

	if (local == 0 || local > 64 || s[0] == '-' || s[0] == '.' || s[local] != '@')
		return false;
	host = strspn(s + local + 1, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-");
	return host > 0 && host < 250 && s[local + 1] != '-' && s[local + 1] != '.' && s[local + 1 + host] == '\0';
}

bool
alerts_is_url(const char *s)
{
	struct address a;

	return alerts_is_plain(s) && address_parse(&a, s, NULL) == NULL && strncmp(a.scheme, "http", 4) == 0;
}

static bool
is_time(const json_t *v)
{
	if (json_is_integer(v))
		return json_integer_value(v) >= 0 && json_integer_value(v) <= ALERTS_TIME_MAX_S;
	return json_is_string(v) && (strcmp(json_string_value(v), "0") == 0 ||
	    duration_s(json_string_value(v), ALERTS_TIME_MAX_S) > 0);
}

/* Each text of an array. */
static bool
is_list(const json_t *v, bool (*fits)(const char *))
{
	const json_t *one;
	size_t i;

	json_array_foreach(v, i, one)
		if (!json_is_string(one) || !fits(json_string_value(one)))
			return false;
	return json_is_array(v) && json_array_size(v) > 0;
}

static bool
is_code(const char *s)
{
	return problem_find(s) != PROBLEMS;
}

/* NULL, or the reason why the value is not valid. */
static const char *
value_check(enum is is, const json_t *v)
{
	const char *s = json_string_value(v);

	switch (is) {
	case IS_TEXT:
		return s != NULL && alerts_is_plain(s) ? NULL : "must be a text of printable ASCII without spaces";
	case IS_URL:
		return s != NULL && alerts_is_url(s) ? NULL : "must be a URL that begins with https:// or http://";
	case IS_MAIL:
		return s != NULL && is_mail(s) ? NULL : "must be an address like operator@example.org";
	case IS_MAILS:
		return is_list(v, is_mail) ? NULL : "must be a list of addresses like [\"operator@example.org\"]";
	case IS_CODES:
		return is_list(v, is_code) ? NULL : "must be a list of codes of lsctl-codes(7), like [\"no-video\"]";
	case IS_NAMES:
		return is_list(v, spec_name_ok) ? NULL : "must be a list of names, of a-z, 0-9 and -";
	case IS_TIME:
		return is_time(v) ? NULL : "must be a duration of 0 to 7d, like \"30s\" or \"10m\"";
	case IS_COUNT:
		return json_is_integer(v) && json_integer_value(v) > 0 && json_integer_value(v) <= COUNT_MAX ? NULL :
		    "must be a whole number from 1 to 1000000";
	case IS_FLAG:
		return json_is_boolean(v) ? NULL : "must be true or false";
	case IS_SEVERITY:
		return s != NULL && (strcmp(s, "critical") == 0 || strcmp(s, "warning") == 0) ? NULL :
		    "must be \"critical\", or \"warning\" for both";
	case IS_WINDOWS:
		return json_is_array(v) ? NULL : "must be a list of objects";
	case IS_OBJECT:
	case IS_MAP:
		break;
	}
	return json_is_object(v) ? NULL : "must be an object";
}

/* -- objects -- */

static void	members_check(struct check *, const json_t *, const char *at, const struct member *);

static void
window_check(struct check *c, const json_t *o, const char *at)
{
	const char *zone = record_text(json_object_get(o, "time_zone") != NULL ? o : c->root, "time_zone"), *reason;
	struct week_window w;

	if (c->failed)
		return;
	if (zone[0] == '\0')
		wrong(c, at, "time_zone", "is missing, here and beside \"people\"");
	else if ((reason = week_window_parse(&w, json_string_value(json_object_get(o, "days")), record_text(o, "from"),
	    record_text(o, "to"), zone)) != NULL)
		wrong(c, at, "", reason);
}

/* Members by the kind of the way. */
static void
way_check(struct check *c, const json_t *o, const char *at)
{
	const char *const *either;
	size_t i;

	for (i = 0; i < nitems(kinds) && strcmp(kinds[i].kind, record_text(o, "kind")) != 0;)
		i++;
	if (i == nitems(kinds)) {
		wrong(c, at, "kind", "must be mail, webhook, ntfy, telegram, discord, slack or program");
		return;
	}
	members_check(c, o, at, kinds[i].members);
	either = kinds[i].one_of;
	if (either[0] != NULL &&
	    (json_object_get(o, either[0]) == NULL) == (json_object_get(o, either[1]) == NULL))
		wrong(c, at, either[0], "either this or the same with _file, and not both");
}

static void
value_enter(struct check *c, const struct member *m, const json_t *v, const char *at)
{
	const char *name;
	char inner[FIELD];
	json_t *one;
	size_t i;

	if (m->is == IS_MAP)
		json_object_foreach((json_t *)(uintptr_t)v, name, one) {
			snprintf(inner, sizeof(inner), "%.127s.%.63s", at, name);
			if (!spec_name_ok(name) && strcmp(name, "*") != 0)
				wrong(c, inner, "", "is no name: a-z, 0-9 and -");
			else if (!json_is_object(one))
				wrong(c, inner, "", "must be an object");
			else if (m->of == NULL)
				way_check(c, one, inner);
			else
				members_check(c, one, inner, m->of);
		}
	else if (m->is == IS_WINDOWS)
		json_array_foreach(v, i, one) {
			snprintf(inner, sizeof(inner), "%.127s[%zu]", at, i);
			members_check(c, one, inner, m->of);
			window_check(c, one, inner);
		}
	else if (m->is == IS_OBJECT)
		members_check(c, v, at, m->of);
	if (m->of == quiet)
		window_check(c, v, at);
}

static void
members_check(struct check *c, const json_t *o, const char *at, const struct member *members)
{
	const struct member *m;
	const char *name, *reason;
	char inner[FIELD];
	json_t *v;

	if (!json_is_object(o))
		wrong(c, at, "", "must be an object");
	json_object_foreach((json_t *)(uintptr_t)o, name, v) {
		for (m = members; m->name != NULL && strcmp(m->name, name) != 0;)
			m++;
		snprintf(inner, sizeof(inner), "%.127s%s%.63s", at, at[0] != '\0' ? "." : "", name);
		if (m->name == NULL)
			wrong(c, inner, "", "unknown member");
		else if ((reason = value_check(m->is, v)) != NULL)
			wrong(c, inner, "", reason);
		else
			value_enter(c, m, v, inner);
	}
	for (m = members; m->name != NULL; m++)
		if (m->required && json_object_get(o, m->name) == NULL)
			wrong(c, at, m->name, "is missing");
}

/* -- what refers to what -- */

/* Each name in the list must be in the map. */
static void
names_check(struct check *c, const json_t *o, const char *at, const char *name, const char *map)
{
	const json_t *one;
	char reason[128];
	size_t i;

	json_array_foreach(json_object_get(o, name), i, one)
		if (json_object_get(json_object_get(c->root, map), json_string_value(one)) == NULL) {
			snprintf(reason, sizeof(reason), "%.63s is not declared in \"%s\"", json_string_value(one), map);
			wrong(c, at, name, reason);
		}
}

static void
references_check(struct check *c)
{
	const char *name;
	char at[128];
	json_t *o;

	json_object_foreach(json_object_get(c->root, "people"), name, o) {
		snprintf(at, sizeof(at), "people.%.63s", name);
		names_check(c, o, at, "ways", "ways");
	}
	json_object_foreach(json_object_get(c->root, "rules"), name, o) {
		snprintf(at, sizeof(at), "rules.%.63s", name);
		names_check(c, o, at, "to", "people");
		names_check(c, o, at, "then", "people");
		if ((json_object_get(o, "then") == NULL) != (json_object_get(o, "then_after") == NULL))
			wrong(c, at, "then", "then and then_after belong together");
	}
}

json_t *
alerts_file_parse(const char *text, const char *name, struct error *err)
{
	struct check c = { .text = text, .file = name, .err = err };
	json_error_t fault;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &fault);

	if (root == NULL) {
		error_set(err, "%s:%d: %s", name, fault.line, fault.text);
		return NULL;
	}
	c.root = root;
	members_check(&c, root, "", whole);
	if (!c.failed)
		references_check(&c);
	if (!c.failed)
		return root;
	json_decref(root);
	return NULL;
}

const char *
alerts_file_path(void)
{
	const char *path = getenv("LSCTL_ALERTS");

	return path != NULL && path[0] != '\0' ? path : DEFAULT;
}

json_t *
alerts_file_load(const char *path, struct error *err)
{
	char *text = file_text(path, SIZE_MAX_BYTES);
	struct stat st;
	json_t *root;

	err->text[0] = '\0';
	if (text == NULL) {
		if (errno != ENOENT)
			error_set(err, "%s: %s", path, file_strerror(errno));
		return NULL;
	}
	/* It names programs that root runs. */
	if (stat(path, &st) == -1 || (st.st_mode & 022) != 0 || (st.st_uid != 0 && st.st_uid != geteuid())) {
		error_set(err, "%s: others may change it: chown root, chmod 644", path);
		free(text);
		return NULL;
	}
	root = alerts_file_parse(text, path, err);
	free(text);
	return root;
}

/* -- access -- */

int64_t
alerts_seconds(const json_t *o, const char *name, int64_t otherwise)
{
	const json_t *v = json_object_get(o, name);

	if (v == NULL)
		return otherwise;
	if (json_is_integer(v))
		return json_integer_value(v);
	return strcmp(json_string_value(v), "0") == 0 ? 0 : duration_s(json_string_value(v), ALERTS_TIME_MAX_S);
}

bool
alerts_list_has(const json_t *o, const char *name, const char *text, bool otherwise)
{
	const json_t *list = json_object_get(o, name), *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(json_string_value(one), text) == 0)
			return true;
	return list == NULL && otherwise;
}

struct week_window
alerts_window(const json_t *o, const json_t *declaration)
{
	const char *zone = record_text(json_object_get(o, "time_zone") != NULL ? o : declaration, "time_zone");
	struct week_window w;

	week_window_parse(&w, json_string_value(json_object_get(o, "days")), record_text(o, "from"), record_text(o, "to"),
	    zone);
	return w;
}
