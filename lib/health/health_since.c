/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_record.h"
#include "health/health_since.h"

struct merge {
	bool		 database, server;
	const char	*now;
};

/* The problems of a record, and known ones that it cannot show now. */
static json_t *
record_merge(const struct merge *m, const json_t *record, const json_t *known)
{
	json_t *mine = json_object(), *one;
	const char *since, *name;
	char key[HEALTH_KEY];
	size_t i;

	json_array_foreach(json_object_get(record, "problems"), i, one) {
		since = record_text(known, health_problem_key(key, one));
		/* if the clock was set back, since must not be in the future */
		if (since[0] == '\0' || strcmp(since, m->now) > 0)
			since = m->now;
		json_object_set_new(mine, key, json_string(since));
	}
	json_object_foreach((json_t *)(uintptr_t)known, name, one)
		if (json_object_get(mine, name) == NULL && !health_problem_observed(health_problem_of(name),
		    m->database, m->server, record_is_observed(record)))
			json_object_set(mine, name, one);
	return mine;
}

static void
channel_put(json_t *all, const char *channel, json_t *mine)
{
	if (json_object_size(mine) > 0)
		json_object_set(all, channel, mine);
	json_decref(mine);
}

json_t *
health_since_merge(const json_t *known, const struct health *h)
{
	struct merge m = { record_true(h->host, "database"), record_true(json_object_get(h->host, "server"), "up"),
	    record_text(h->host, "time") };
	json_t *all = json_object(), *one;
	const char *channel;
	size_t i;

	channel_put(all, "", record_merge(&m, h->host, json_object_get(known, "")));
	json_array_foreach(h->channels, i, one) {
		channel = record_text(one, "channel");
		channel_put(all, channel, record_merge(&m, one, json_object_get(known, channel)));
	}
	json_object_foreach((json_t *)(uintptr_t)known, channel, one)
		if (!m.database && channel[0] != '\0' && json_object_get(h->index, channel) == NULL)
			json_object_set(all, channel, one);	/* this host may still own it */
	return all;
}

static void
record_set(const json_t *known, const json_t *record)
{
	const json_t *mine = json_object_get(known, record_text(record, "channel"));
	const char *since;
	json_t *one;
	char key[HEALTH_KEY];
	size_t i;

	json_array_foreach(json_object_get(record, "problems"), i, one) {
		since = record_text(mine, health_problem_key(key, one));
		json_object_set_new(one, "since", since[0] != '\0' ? json_string(since) : json_null());
	}
}

void
health_since_set(const json_t *known, struct health *h)
{
	const json_t *one;
	size_t i;

	record_set(known, h->host);
	json_array_foreach(h->channels, i, one) {
		record_set(known, one);
	}
}
