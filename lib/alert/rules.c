/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/problems.h"
#include "alert/rules.h"
#include "health/alerts_file.h"
#include "health/health_record.h"

struct pass {
	const json_t	*declaration;
	json_t		*all;		/* the rule of a declaration without rules, or NULL */
	json_t		*list;		/* whom to notify */
	int64_t		 now;
};

/* The problem that is looked at. */
struct problem_at {
	const char	*channel, *key;
	json_t		*one;
};

/* A member that is an object, made if it is missing. */
static json_t *
object_of(json_t *o, const char *name)
{
	json_t *member = json_object_get(o, name);

	if (!json_is_object(member)) {
		json_object_set_new(o, name, json_object());
		member = json_object_get(o, name);
	}
	return member;
}

/* -- people -- */

/* When the person may be notified: now, or at the end of the quiet hours. */
static int64_t
quiet_until(const struct pass *p, const json_t *person, bool critical)
{
	const json_t *quiet = json_object_get(person, "quiet");
	struct week_window w;

	if (quiet == NULL || (critical && !json_is_false(json_object_get(quiet, "critical"))))
		return p->now;
	w = alerts_window(quiet, p->declaration);
	return week_window_end(&w, p->now);
}

static void
notify(struct pass *p, const char *person, const char *rule, bool escalated, json_t *report, int64_t not_before)
{
	json_object_set_new(report, "rule", json_string(rule));
	json_object_set_new(report, "escalated", json_boolean(escalated));
	json_array_append_new(p->list, json_pack("{ss sI so}", "person", person, "not_before", (json_int_t)not_before,
	    "report", report));
}

/* Notifies those of the list that are awake and have not been notified. */
static void
people_notify(struct pass *p, const struct problem_at *at, const char *rule, const json_t *people, bool escalated)
{
	json_t *notified = object_of(at->one, "notified"), *person;
	const char *name;
	json_t *one;
	size_t i;

	json_array_foreach(people, i, one) {
		name = json_string_value(one);
		person = json_object_get(json_object_get(p->declaration, "people"), name);
		if (json_object_get(notified, name) != NULL ||
		    quiet_until(p, person, record_true(at->one, "critical")) > p->now)
			continue;
		json_object_set_new(notified, name, json_integer(p->now));
		notify(p, name, rule, escalated, problems_report("problem", at->channel, at->key, at->one), p->now);
	}
}

/* -- rules -- */

static bool
rule_fits(const struct problem_at *at, const json_t *rule)
{
	char code[64];

	snprintf(code, sizeof(code), "%.*s", (int)strcspn(at->key, " "), at->key);
	return alerts_list_has(rule, "codes", code, true) && alerts_list_has(rule, "channels", at->channel, true) &&
	    (strcmp(record_text(rule, "severity"), "critical") != 0 || record_true(at->one, "critical"));
}

static void
rule_apply(struct pass *p, const struct problem_at *at, const char *name, const json_t *rule)
{
	int64_t delay = alerts_seconds(rule, "delay", record_true(at->one, "critical") ? 0 : RULES_DELAY_S), due;
	json_t *since = object_of(at->one, "due");

	if (!rule_fits(at, rule) || p->now - (int64_t)record_number(at->one, "since") < delay)
		return;
	if (json_object_get(since, name) == NULL || record_number(since, name) > (double)p->now)
		json_object_set_new(since, name, json_integer(p->now));
	due = (int64_t)record_number(since, name);
	people_notify(p, at, name, json_object_get(rule, "to"), false);
	if (json_object_get(rule, "then") != NULL && p->now - due >= alerts_seconds(rule, "then_after", 0))
		people_notify(p, at, name, json_object_get(rule, "then"), true);
}

/* Is it acknowledged? When that is over, all begins again. */
static bool
is_acknowledged(const struct pass *p, json_t *one)
{
	const json_t *ack = json_object_get(one, "ack");

	if (ack == NULL)
		return false;
	if (record_number(ack, "until") < 0 || record_number(ack, "until") > (double)p->now)
		return true;
	json_object_del(one, "ack");
	json_object_del(one, "notified");
	json_object_del(one, "due");
	return false;
}

static void
problem_apply(struct pass *p, const struct problem_at *at)
{
	json_t *rules = json_object_get(p->declaration, "rules"), *rule;
	const char *name;

	if (rules == NULL)
		rules = p->all;
	if (json_object_get(at->one, "gone") != NULL || is_acknowledged(p, at->one))
		return;
	json_object_foreach(rules, name, rule) {
		rule_apply(p, at, name, rule);
	}
}

/* Notifies those who were notified that it began. */
static void
over_notify(struct pass *p, const json_t *one)
{
	const json_t *people = json_object_get(p->declaration, "people"), *person;
	bool critical = record_true(one, "critical");
	const char *name;
	json_t *at;

	json_object_foreach(json_object_get(one, "notified"), name, at) {
		if ((person = json_object_get(people, name)) != NULL)
			notify(p, name, "", false, problems_report("problem-over", record_text(one, "channel"),
			    record_text(one, "key"), one), quiet_until(p, person, critical));
	}
}

/* Everybody is notified of everything. */
static json_t *
rule_of_all(const json_t *declaration)
{
	json_t *to = json_array(), *person;
	const char *name;

	json_object_foreach(json_object_get(declaration, "people"), name, person) {
		json_array_append_new(to, json_string(name));
	}
	return json_pack("{s{so}}", "all", "to", to);
}

json_t *
rules_pass(const json_t *declaration, json_t *state, const json_t *over, int64_t now)
{
	struct pass p = { declaration, rule_of_all(declaration), json_array(), now };
	struct problem_at at = { 0 };
	json_t *mine, *one;
	size_t i;

	json_array_foreach(over, i, one) {
		over_notify(&p, one);
	}
	json_object_foreach(state, at.channel, mine) {
		json_object_foreach(mine, at.key, at.one) {
			problem_apply(&p, &at);
		}
	}
	json_decref(p.all);
	return p.list;
}

/* -- acknowledgement -- */

static bool
is_of_code(const char *key, const char *code)
{
	size_t n = strcspn(key, " ");

	return code == NULL || (strlen(code) == n && strncmp(key, code, n) == 0);
}

json_t *
rules_acknowledge(json_t *state, const char *channel, const char *code, const char *who, int64_t until, int64_t now)
{
	json_t *list = json_array(), *mine, *one, *report;
	const char *name, *key;

	json_object_foreach(state, name, mine) {
		json_object_foreach(mine, key, one) {
			if ((channel != NULL && strcmp(channel, name) != 0) || !is_of_code(key, code) ||
			    json_object_get(one, "gone") != NULL)
				continue;
			json_object_set_new(one, "ack", json_pack("{ss sI so}", "who", who, "at", (json_int_t)now, "until",
			    until > 0 ? json_integer(until) : json_null()));
			report = problems_report("acknowledged", name, key, one);
			json_object_set_new(report, "who", json_string(who));
			json_object_set(report, "until", json_object_get(json_object_get(one, "ack"), "until"));
			json_array_append_new(list, report);
		}
	}
	return list;
}
