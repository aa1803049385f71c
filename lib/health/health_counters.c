/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "health/health_counters.h"
#include "health/health_record.h"

#define KEY	256

struct merge {
	json_t		*mine;
	const json_t	*known;		/* of this channel, or NULL */
	bool		 restarted;
};

static const char *const source_members[] = { "breaks", "dropped", NULL };
static const char *const destination_members[] = { "acked_bytes", "reconnects", "dropped_frames", NULL };

static const char *
key_of(char key[KEY], const char *group, const char *item, const char *member)
{
	if (group == NULL)
		strlcpy(key, member, KEY);
	else
		snprintf(key, KEY, "%s %s %s", group, item, member);
	return key;
}

static void
member_merge(const struct merge *m, const char *key, const json_t *value)
{
	const json_t *pair = json_object_get(m->known, key);
	json_int_t before = json_integer_value(json_array_get(pair, 0)), last = json_integer_value(json_array_get(pair, 1)),
	    now = json_integer_value(value);

	if (!json_is_integer(value))
		return;
	if (m->restarted || now < last)
		before += last;
	json_object_set_new(m->mine, key, json_pack("[II]", before, now));
}

static void
group_merge(const struct merge *m, const json_t *record, const char *group, const char *const members[])
{
	const char *name;
	char key[KEY];
	json_t *one;
	size_t i;

	json_object_foreach(json_object_get(record, group), name, one)
		for (i = 0; members[i] != NULL; i++)
			member_merge(m, key_of(key, group, name, members[i]), json_object_get(one, members[i]));
}

static json_t *
record_merge(const json_t *known, const json_t *record)
{
	struct merge m = { .mine = json_object(), .known = known };
	const char *started = record_text(record, "started");

	m.restarted = known != NULL && strcmp(started, record_text(known, "started")) != 0;
	json_object_set_new(m.mine, "started", json_string(started));
	member_merge(&m, "cuts", json_object_get(record, "cuts"));
	group_merge(&m, record, "sources", source_members);
	group_merge(&m, record, "destinations", destination_members);
	return m.mine;
}

json_t *
health_counters_merge(const json_t *known, const struct health *h)
{
	bool database = record_true(h->host, "database");
	json_t *all = json_object(), *one, *record;
	const char *channel;
	size_t i;

	json_array_foreach(h->channels, i, record) {
		channel = record_text(record, "channel");
		one = json_object_get(known, channel);
		if (record_true(record, "running"))
			json_object_set_new(all, channel, record_merge(one, record));
		else if (one != NULL)
			json_object_set(all, channel, one);
	}
	json_object_foreach((json_t *)(uintptr_t)known, channel, one)
		if (!database && json_object_get(h->index, channel) == NULL)
			json_object_set(all, channel, one);	/* this host may still own it */
	return all;
}

double
health_counter(const json_t *counters, const char *channel, const char *group, const char *item, const char *member)
{
	const json_t *pair;
	char key[KEY];

	pair = json_object_get(json_object_get(counters, channel), key_of(key, group, item, member));
	if (!json_is_array(pair))
		return -1;
	return (double)json_integer_value(json_array_get(pair, 0)) + (double)json_integer_value(json_array_get(pair, 1));
}
