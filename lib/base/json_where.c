/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "base/json_where.h"

struct cursor {
	const char	*p;
	int		 line;
};

static void
skip_space(struct cursor *c)
{
	for (; *c->p == ' ' || *c->p == '\t' || *c->p == '\r' || *c->p == '\n';
	    c->p++)
		c->line += *c->p == '\n';
}

static void
skip_string(struct cursor *c)
{
	for (c->p++; *c->p != '\0' && *c->p != '"'; c->p++)
		if (*c->p == '\\' && c->p[1] != '\0')
			c->p++;
	if (*c->p == '"')
		c->p++;
}

/* Skips one value. The text must be well-formed. */
static void
skip_value(struct cursor *c)
{
	int depth = 0;

	do {
		skip_space(c);
		if (*c->p == '\0')
			return;
		if (*c->p == '"') {
			skip_string(c);
			continue;
		}
		if (*c->p == '{' || *c->p == '[')
			depth++;
		else if (*c->p == '}' || *c->p == ']')
			depth--;
		else if (depth == 0 && *c->p != ',' && *c->p != ':') {
			c->p += strcspn(c->p, ",]} \t\r\n");
			return;
		}
		c->p++;
	} while (depth > 0);
}

/* Moves to the value of the named member. false: there is none, and the cursor has not moved. */
static bool
enter_member(struct cursor *c, const char *name, size_t len)
{
	struct cursor k = *c;
	const char *key;
	int line;

	if (*k.p != '{')
		return false;
	for (k.p++;;) {
		skip_space(&k);
		if (*k.p != '"')
			return false;
		key = k.p + 1;
		line = k.line;
		skip_string(&k);
		skip_space(&k);
		k.p += *k.p == ':';
		skip_space(&k);
		if ((size_t)(k.p - key) > len && strncmp(key, name, len) == 0 &&
		    key[len] == '"') {
			c->p = k.p;
			c->line = line;
			return true;
		}
		skip_value(&k);
		skip_space(&k);
		if (*k.p != ',')
			return false;
		k.p++;
	}
}

static bool
enter_item(struct cursor *c, unsigned long n)
{
	struct cursor k = *c;

	if (*k.p != '[')
		return false;
	for (k.p++; ; n--) {
		skip_space(&k);
		if (n == 0) {
			*c = k;
			return *k.p != ']' && *k.p != '\0';
		}
		skip_value(&k);
		skip_space(&k);
		if (*k.p != ',')
			return false;
		k.p++;
	}
}

int
json_where(const char *text, const char *path)
{
	struct cursor c = { .p = text, .line = 1 };
	char *end;
	size_t len;

	skip_space(&c);
	while (*path != '\0') {
		if (*path == '[') {
			if (!enter_item(&c, strtoul(path + 1, &end, 10)))
				break;
			path = end + (*end == ']');
		} else {
			len = strcspn(path, ".[");
			if (!enter_member(&c, path, len))
				break;
			path += len;
		}
		path += *path == '.';
		skip_space(&c);
	}
	return c.line;
}
