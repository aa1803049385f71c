/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/problems.h"
#include "health/health_case.h"
#include "health/health_record.h"

#define TEXT	800

struct pass {
	const struct problems_when *when;
	json_t		*reports;
	bool		 whole;		/* there is a record of the host: the records have all channels */
	bool		 database, server;	/* they answered, by this record */
	bool		 critical;	/* of the present record: else no problem of it is */
};

/* The text of a problem that is over. Returns dst. */
static const char *
over_text(const json_t *one, char *dst, size_t size)
{
	int64_t s = (int64_t)(record_number(one, "gone") - record_number(one, "since"));

	snprintf(dst, size, "over after %lld %s: %s", (long long)(s < 600 ? s : s / 60), s < 600 ? "s" : "min",
	    record_text(one, "text"));
	return dst;
}

json_t *
problems_report(const char *kind, const char *channel, const char *key, const json_t *one)
{
	const char *subject = strchr(key, ' ');
	char text[TEXT + 64];
	json_t *o = json_pack("{ss so}", "kind", kind, "channel", channel[0] != '\0' ?
	    json_string(channel) : json_null());

	json_object_set_new(o, "code", json_stringn(key, strcspn(key, " ")));
	json_object_set_new(o, "subject", json_string(subject != NULL ? subject + 1 : ""));
	json_object_set_new(o, "since", json_integer((json_int_t)record_number(one, "since")));
	json_object_set_new(o, "critical", json_boolean(record_true(one, "critical")));
	json_object_set_new(o, "reason", json_string(strcmp(kind, "problem-over") == 0 ?
	    over_text(one, text, sizeof(text)) : record_text(one, "text")));
	return o;
}

/* A record has the problem. since: when it began; after: how long it must last before it is reported. */
static void
problem_note(struct pass *p, json_t *mine, const char *channel, const json_t *problem, int64_t since, int64_t after)
{
	int64_t now = p->when->now;
	char key[HEALTH_KEY];
	json_t *one;

	health_problem_key(key, problem);
	if (!json_is_object(one = json_object_get(mine, key))) {
		one = json_pack("{sI sb}", "since", (json_int_t)(since < now ? since : now),
		    "reported", 0);
		json_object_set_new(mine, key, one);
	}
	if (record_number(one, "since") > (double)now)
		json_object_set_new(one, "since", json_integer(now));	/* the clock was set */
	json_object_set(one, "text", json_object_get(problem, "text"));
	json_object_set_new(one, "critical", json_boolean(p->critical && health_problem_of(key) != PROBLEMS &&
	    problem_code(health_problem_of(key))->critical));
	json_object_set_new(one, "seen", json_true());
	json_object_del(one, "gone");
	if (record_true(one, "reported") || (double)now - record_number(one, "since") < (double)after)
		return;
	json_object_set_new(one, "reported", json_true());
	json_array_append_new(p->reports, problems_report("problem", channel, key, one));
}

/* Was somebody notified of it? */
static bool
is_known(const json_t *one)
{
	return record_true(one, "reported") || json_object_size(json_object_get(one, "notified")) > 0;
}

static void
problem_over(struct pass *p, json_t *mine, const char *channel, const char *key, json_t *one)
{
	if (record_true(one, "reported"))
		json_array_append_new(p->reports, problems_report("problem-over", channel, key, one));
	if (p->when->over != NULL) {
		json_object_set_new(one, "channel", json_string(channel));
		json_object_set_new(one, "key", json_string(key));
		json_array_append(p->when->over, one);
	}
	json_object_del(mine, key);
}

/* Ends the problems that no record has, if one would have them. */
static void
problems_end(struct pass *p, json_t *mine, const char *channel, bool running)
{
	const char *key;
	json_t *one;
	void *next;

	json_object_foreach_safe(mine, next, key, one) {
		if (record_true(one, "seen")) {
			json_object_del(one, "seen");
			continue;
		}
		if (!is_known(one)) {
			json_object_del(mine, key);
			continue;
		}
		if (!health_problem_observed(health_problem_of(key), p->database, p->server, running)) {
			json_object_del(one, "gone");
			continue;
		}
		if (record_number(one, "gone") < 0 || record_number(one, "gone") > (double)p->when->now)
			json_object_set_new(one, "gone", json_integer(p->when->now));
		if ((double)p->when->now - record_number(one, "gone") < (double)p->when->after)
			continue;
		problem_over(p, mine, channel, key, one);
	}
}

/* The best source is not on the air, and another one is. */
static bool
on_backup(const json_t *record)
{
	json_t *sources = json_object_get(record, "sources");
	const char *on_air = record_text(record, "on_air"),
	    *first = json_object_iter_key(json_object_iter(sources));

	return strcmp(record_text(record, "mode"), "auto") == 0 &&	/* else it is an override */
	    on_air[0] != '\0' && first != NULL && strcmp(on_air, first) != 0;
}

static void
backup_note(struct pass *p, json_t *mine, const json_t *record)
{
	const char *channel = record_text(record, "channel");
	int64_t since = record_time(record_text(record, "since")) / 1000;
	char minutes[24], text[TEXT];
	json_t *problem;

	if (p->when->backup == 0 || !on_backup(record))
		return;
	snprintf(minutes, sizeof(minutes), "%lld", (long long)p->when->backup / 60);
	problem = json_pack("{ss ss ss}", "code", problem_code(PROBLEM_BACKUP_ON_AIR)->name, "subject", "channel",
	    "text", problem_text(text, sizeof(text), PROBLEM_BACKUP_ON_AIR, channel, "channel", minutes));
	problem_note(p, mine, channel, problem, since > 0 ? since : p->when->now, p->when->backup);
	json_decref(problem);
}

static void
record_add(struct pass *p, json_t *state, const json_t *record)
{
	const char *channel = record_text(record, "channel");
	json_t *mine = json_object_get(state, channel), *one;
	int64_t since;
	size_t i;

	p->critical = strcmp(record_text(record, "status"), "critical") == 0;
	if (!json_is_object(mine)) {
		json_object_set_new(state, channel, json_object());
		mine = json_object_get(state, channel);
	}
	json_array_foreach(json_object_get(record, "problems"), i, one) {
		since = record_time(record_text(one, "since"));
		if (record_text(one, "code")[0] != '\0')
			problem_note(p, mine, channel, one, since != -1 ? since / 1000 : p->when->now, p->when->after);
	}
	if (channel[0] != '\0')
		backup_note(p, mine, record);
	problems_end(p, mine, channel, record_is_observed(record));
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
problems_pass(json_t *state, const json_t *records, const struct problems_when *when)
{
	struct pass p = { when, json_array(), false, true, true, false };
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
		record_add(&p, state, one);
	}
	json_object_foreach_safe(state, next, channel, mine) {
		if (p.whole && !has_record(records, channel))
			problems_end(&p, mine, channel, true);	/* the host does not own the channel now */
		if (json_object_size(mine) == 0)
			json_object_del(state, channel);
	}
	return p.reports;
}
