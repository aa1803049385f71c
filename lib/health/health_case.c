/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_case.h"
#include "health/health_record.h"

const char *
health_status_name(enum health_status s)
{
	static const char *const names[] = {
		[HEALTH_OK] = "ok", [HEALTH_WARNING] = "warning", [HEALTH_CRITICAL] = "critical"
	};

	return names[s];
}

void
health_problem(struct health_case *c, enum problem p, const char *kind, const char *name,
    const char *detail)
{
	enum health_status s = problem_code(p)->critical && !c->off ? HEALTH_CRITICAL : HEALTH_WARNING;
	char subject[320], text[768];
	json_t *o = json_object();

	snprintf(subject, sizeof(subject), "%s%s%s", kind, name != NULL ? ":" : "", name != NULL ? name : "");
	problem_text(text, sizeof(text), p, record_text(c->record, "channel"), subject,
	    detail != NULL ? detail : "");
	json_object_set_new(o, "code", json_string(problem_code(p)->name));
	json_object_set_new(o, "subject", record_clean(subject));
	json_object_set_new(o, "text", record_clean(text));
	json_array_append_new(json_object_get(c->record, "problems"), o);
	if (s > c->status)
		c->status = s;
}

char *
health_problem_key(char key[HEALTH_KEY], const json_t *problem)
{
	snprintf(key, HEALTH_KEY, "%s %s", record_text(problem, "code"), record_text(problem, "subject"));
	return key;
}

/* A code has no space. */
enum problem
health_problem_of(const char *key)
{
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(key, " "), key);
	return problem_find(name);
}

bool
health_problem_observed(enum problem p, bool database, bool server, bool forwarder)
{
	switch (p < PROBLEMS ? problem_code(p)->seen_by : OBSERVED_BY_ALL) {
	case OBSERVED_BY_DATABASE:
		return database;
	case OBSERVED_BY_SERVER:
		return server;
	case OBSERVED_BY_US:
		return true;
	case OBSERVED_BY_ALL:
		break;
	}
	return database && server && forwarder;
}
