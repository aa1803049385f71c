/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/problems.h"
#include "health/health_record.h"

#define KEY	512

struct pass {
	const struct problems_when *when;
	json_t		*news;
	bool		 whole;		/* the host's record is there: these are all channels */
	bool		 database, server;	/* they answered, as far as that record tells */
};

/* The text up to what may change: the last word of whoever was asked, or what is in parentheses. */
static void
key_of(const char *text, char key[KEY])
{
	static const char *const worded[] = { "destination ", "loop: ", "database: ", "media server" };
	const char *end = NULL;
	size_t i;

	for (i = 0; i < nitems(worded) && end == NULL; i++)
		if (strncmp(text, worded[i], strlen(worded[i])) == 0)
			end = strstr(text, ": ");
	if (end == NULL)
		end = strstr(text, " (");
	snprintf(key, KEY, "%.*s", (int)(end != NULL ? (size_t)(end - text) : strlen(text)), text);
}

static void
tell(struct pass *p, const char *kind, const char *channel, const json_t *one, const char *why)
{
	json_t *o = json_pack("{ss so sI}", "kind", kind, "channel", channel[0] != '\0' ?
	    json_string(channel) : json_null(), "since",
	    (json_int_t)record_number(one, "since"));

	json_object_set_new(o, "why", json_string(why));
	json_array_append_new(p->news, o);
}

static void
over(struct pass *p, const char *channel, const json_t *one)
{
	int64_t s = (int64_t)(record_number(one, "gone") - record_number(one, "since"));
	char why[KEY + 64];

	snprintf(why, sizeof(why), "over after %lld %s: %s", (long long)(s < 600 ? s : s / 60),
	    s < 600 ? "s" : "min", record_text(one, "text"));
	tell(p, "problem-over", channel, one, why);
}

/* It is there. since: from when on it is known; after: how long it holds before it is told. */
static void
there(struct pass *p, json_t *mine, const char *channel, const char *text, int64_t since,
    int64_t after)
{
	int64_t now = p->when->now;
	char key[KEY];
	json_t *one;

	key_of(text, key);
	if (!json_is_object(one = json_object_get(mine, key))) {
		one = json_pack("{sI sb}", "since", (json_int_t)(since < now ? since : now),
		    "told", 0);
		json_object_set_new(mine, key, one);
	}
	if (record_number(one, "since") > (double)now)
		json_object_set_new(one, "since", json_integer(now));	/* the clock was set */
	json_object_set_new(one, "text", json_string(text));
	json_object_set_new(one, "seen", json_true());
	json_object_del(one, "gone");
	if (record_true(one, "told") || (double)now - record_number(one, "since") < (double)after)
		return;
	json_object_set_new(one, "told", json_true());
	tell(p, "problem", channel, one, text);
}

/* Would it have been seen? Of the two themselves no other one has to answer. */
static bool
is_sure(const struct pass *p, const char *channel, const char *key, bool running)
{
	if (channel[0] == '\0' && strcmp(key, "database") == 0)
		return p->database;
	if (channel[0] == '\0' && strncmp(key, "media server", 12) == 0)
		return p->server;
	return running && p->database && p->server;
}

/* What was not seen now: over, if it is sure that it would have been. */
static void
missing(struct pass *p, json_t *mine, const char *channel, bool running)
{
	const char *key;
	json_t *one;
	void *next;

	json_object_foreach_safe(mine, next, key, one) {
		if (record_true(one, "seen")) {
			json_object_del(one, "seen");
			continue;
		}
		if (!record_true(one, "told")) {
			json_object_del(mine, key);
			continue;
		}
		if (!is_sure(p, channel, key, running)) {
			json_object_del(one, "gone");
			continue;
		}
		if (record_number(one, "gone") < 0 || record_number(one, "gone") > (double)p->when->now)
			json_object_set_new(one, "gone", json_integer(p->when->now));
		if ((double)p->when->now - record_number(one, "gone") < (double)p->when->after)
			continue;
		over(p, channel, one);
		json_object_del(mine, key);
	}
}

/* The best source is not on the air, and another one is. */
static bool
on_backup(const json_t *record)
{
	json_t *sources = json_object_get(record, "sources"), *one;
	const char *name;
	bool first = true;

	if (strcmp(record_text(record, "mode"), "auto") != 0)
		return false;		/* somebody wants it so */
	json_object_foreach(sources, name, one) {
		if (record_true(one, "on_air"))
			return !first;
		first = false;
	}
	return false;
}

static void
backup(struct pass *p, json_t *mine, const json_t *record)
{
	int64_t since = record_time(record_text(record, "since")) / 1000;
	char text[128];

	if (p->when->backup == 0 || !on_backup(record))
		return;
	snprintf(text, sizeof(text), "a backup has been on the air for more than %lld minutes: is the "
	    "encoder to be off?", (long long)p->when->backup / 60);
	there(p, mine, record_text(record, "channel"), text, since > 0 ? since : p->when->now,
	    p->when->backup);
}

static void
record_add(struct pass *p, json_t *remembered, const json_t *record)
{
	const char *channel = record_text(record, "channel"), *state = record_text(record, "state");
	json_t *mine = json_object_get(remembered, channel), *one;
	bool running = true;
	size_t i;

	if (!json_is_object(mine)) {
		json_object_set_new(remembered, channel, json_object());
		mine = json_object_get(remembered, channel);
	}
	/* A forwarder that does not run tells nothing of its destinations. */
	if (channel[0] != '\0' && !record_true(record, "running") && strcmp(state, "OFF") != 0)
		running = false;
	json_array_foreach(json_object_get(record, "problems"), i, one)
		if (json_is_string(one))
			there(p, mine, channel, json_string_value(one), p->when->now, p->when->after);
	if (channel[0] != '\0')
		backup(p, mine, record);
	missing(p, mine, channel, running);
}

static bool
has_record(const json_t *records, const char *channel)
{
	const json_t *one;
	size_t i;

	json_array_foreach(records, i, one)
		if (strcmp(record_text(one, "channel"), channel) == 0)
			return true;
	return false;
}

json_t *
problems_pass(json_t *remembered, const json_t *records, const struct problems_when *when)
{
	struct pass p = { when, json_array(), false, true, true };
	const char *channel;
	json_t *one, *mine;
	void *next;
	size_t i;

	json_array_foreach(records, i, one)
		if (record_text(one, "channel")[0] == '\0') {
			p.whole = true;
			p.database = record_true(one, "database");
			p.server = record_true(json_object_get(one, "server"), "up");
		}
	json_array_foreach(records, i, one) {
		record_add(&p, remembered, one);
	}
	json_object_foreach_safe(remembered, next, channel, mine) {
		if (p.whole && !has_record(records, channel))
			missing(&p, mine, channel, true);	/* it is no channel of this host now */
		if (json_object_size(mine) == 0)
			json_object_del(remembered, channel);
	}
	return p.news;
}
