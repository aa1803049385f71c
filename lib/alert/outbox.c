/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/outbox.h"
#include "base/hex.h"
#include "health/health_record.h"

#include <sys/random.h>

static const int backoff_s[] = { 10, 30, 60, 300, 900 };

static json_t *
messages_of(json_t *state)
{
	json_t *list = json_object_get(state, "messages");

	if (!json_is_array(list)) {
		json_object_set_new(state, "messages", json_array());
		list = json_object_get(state, "messages");
	}
	return list;
}

/* The state is empty when nothing waits: then its file is removed. */
static void
tidy(json_t *state)
{
	if (json_array_size(json_object_get(state, "messages")) == 0)
		json_object_del(state, "messages");
}

static void
heartbeat_drop(json_t *list)
{
	size_t i = json_array_size(list);

	while (i-- > 0)
		if (strcmp(record_text(json_array_get(list, i), "way"), OUTBOX_HEARTBEAT) == 0)
			json_array_remove(list, i);
}

size_t
outbox_add(json_t *state, const char *way, const char *person, json_t *message, int64_t next, int64_t until)
{
	json_t *list = messages_of(state);
	uint8_t random[8];
	char id[17];
	size_t dropped = 0;

	if (strcmp(way, OUTBOX_HEARTBEAT) == 0)
		heartbeat_drop(list);
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memset(random, 0, sizeof(random));
	json_array_append_new(list, json_pack("{ss ss ss si sI sI sO}", "id", hex_put(id, random, sizeof(random)), "way",
	    way, "person", person, "tries", 0, "next", (json_int_t)next, "until", (json_int_t)until, "message", message));
	for (; json_array_size(list) > OUTBOX_MAX; dropped++)
		json_array_remove(list, 0);
	return dropped;
}

json_t *
outbox_due(const json_t *state, int64_t now, int64_t *wait_s)
{
	json_t *one, *first = NULL;
	size_t i;

	json_array_foreach(json_object_get(state, "messages"), i, one)
		if (first == NULL || record_number(one, "next") < record_number(first, "next"))
			first = one;
	*wait_s = first != NULL ? (int64_t)record_number(first, "next") - now : -1;
	if (first == NULL || *wait_s > 0)
		return NULL;
	*wait_s = 0;
	return first;
}

static json_t *
message_find(json_t *state, const char *id, size_t *at)
{
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(state, "messages"), i, one)
		if (strcmp(record_text(one, "id"), id) == 0) {
			*at = i;
			return one;
		}
	return NULL;
}

void
outbox_remove(json_t *state, const char *id)
{
	size_t at;

	if (message_find(state, id, &at) != NULL)
		json_array_remove(json_object_get(state, "messages"), at);
	tidy(state);
}

/* Other messages of the way would fail, too, and each of them takes the time limit of a request from those of other ways. */
static void
way_postpone(json_t *state, const char *way, int64_t now, int64_t asked_s)
{
	json_t *one;
	size_t i, tries;
	int64_t next;

	json_array_foreach(json_object_get(state, "messages"), i, one) {
		tries = (size_t)json_integer_value(json_object_get(one, "tries"));
		next = backoff_s[tries < nitems(backoff_s) ? tries : nitems(backoff_s) - 1];
		next = now + (asked_s > next ? asked_s : next);
		if (strcmp(record_text(one, "way"), way) == 0 && record_number(one, "next") < (double)next)
			json_object_set_new(one, "next", json_integer(next));
	}
}

bool
outbox_later(json_t *state, const char *id, int64_t now, int64_t asked_s)
{
	json_t *one;
	size_t at;

	if ((one = message_find(state, id, &at)) == NULL)
		return true;		/* a newer heartbeat took its place */
	way_postpone(state, record_text(one, "way"), now, asked_s);
	json_object_set_new(one, "tries", json_integer(json_integer_value(json_object_get(one, "tries")) + 1));
	if (record_number(one, "next") <= record_number(one, "until"))
		return true;
	outbox_remove(state, id);
	return false;
}
