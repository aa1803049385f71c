/* SPDX-License-Identifier: ISC */
#include "base/base.h"
#include "alert/alert_throttle.h"
#include "spec/spec.h"

static json_t *
results_of(json_t *state)
{
	json_t *o = json_object_get(state, "results");

	if (!json_is_object(o)) {
		json_object_set_new(state, "results", json_object());
		o = json_object_get(state, "results");
	}
	return o;
}

static int64_t
member_integer(const json_t *o, const char *name)
{
	return json_integer_value(json_object_get(o, name));
}

/* The clock starts with each boot: a time that is ahead is of another boot. */
static bool
is_quiet(const json_t *one, int64_t now, int64_t every_ms)
{
	int64_t reported = member_integer(one, "reported");

	return one != NULL && reported <= now && now - reported < every_ms;
}

static void
set_unless_empty(json_t *o, const char *name, const char *text)
{
	json_object_set_new(o, name, text[0] != '\0' ? json_string(text) : json_null());
}

static json_t *
event_make(const struct unit_exit *e)
{
	char channel[SPEC_NAME];
	char words[512];
	json_t *o = json_pack("{ss}", "kind", "unit-exit");

	json_object_set_new(o, "channel", unit_exit_channel(e->unit, channel) != NULL ?
	    json_string(channel) : json_null());
	json_object_set_new(o, "unit", json_string(e->unit));
	json_object_set_new(o, "result", json_string(e->result));
	set_unless_empty(o, "code", e->code);
	set_unless_empty(o, "status", e->status);
	set_unless_empty(o, "invocation", e->invocation);
	json_object_set_new(o, "reason", json_string(unit_exit_words(e, words, sizeof(words))));
	return o;
}

/* A copy with the count. */
static json_t *
event_with_count(const json_t *event, int64_t times, int64_t ms)
{
	json_t *o = json_copy((json_t *)(uintptr_t)event);
	const char *reason = json_string_value(json_object_get(event, "reason"));

	json_object_set_new(o, "times", json_integer(times));
	if (times > 1 && reason != NULL)
		json_object_set_new(o, "reason", json_sprintf("%s (%lld times in %lld minutes)", reason,
		    (long long)times, (long long)(ms + 59999) / 60000));
	return o;
}

json_t *
alert_throttle_note(json_t *state, const struct unit_exit *e, int64_t now, int64_t every_ms)
{
	json_t *all = results_of(state), *one, *last, *event, *report;
	const char *id;
	int64_t more, reported;
	char key[64];

	snprintf(key, sizeof(key), "%s %s", e->result, e->status);
	one = json_object_get(all, key);
	last = json_object_get(one, "event");
	id = json_string_value(json_object_get(last, "invocation"));
	if (id != NULL && strcmp(id, e->invocation) == 0)
		return NULL;
	event = event_make(e);
	more = member_integer(one, "more");
	reported = member_integer(one, "reported");
	if (is_quiet(one, now, every_ms)) {
		json_object_set_new(one, "more", json_integer(more + 1));
		json_object_set_new(one, "event", event);
		return NULL;
	}
	report = event_with_count(event, more + 1, reported <= now ? now - reported : 0);
	json_object_set_new(all, key, json_pack("{sI sI so}", "reported", (json_int_t)now, "more",
	    (json_int_t)0, "event", event));
	return report;
}

json_t *
alert_throttle_due(json_t *state, int64_t now, int64_t every_ms)
{
	json_t *all = results_of(state), *due = json_array(), *one;
	int64_t more, reported;
	const char *key;
	void *next;

	json_object_foreach_safe(all, next, key, one) {
		if (is_quiet(one, now, every_ms))
			continue;
		more = member_integer(one, "more");
		reported = member_integer(one, "reported");
		if (more == 0) {
			json_object_del(all, key);
			continue;
		}
		json_array_append_new(due, event_with_count(json_object_get(one, "event"), more,
		    reported <= now ? now - reported : 0));
		json_object_set_new(one, "reported", json_integer(now));
		json_object_set_new(one, "more", json_integer(0));
	}
	if (json_object_size(all) == 0)
		json_object_del(state, "results");
	return due;
}

void
alert_throttle_pend(json_t *state, json_t *event)
{
	json_t *list = json_object_get(state, "pending");

	if (!json_is_array(list)) {
		json_object_set_new(state, "pending", json_array());
		list = json_object_get(state, "pending");
	}
	json_array_append(list, event);
	while (json_array_size(list) > ALERT_THROTTLE_PENDING)
		json_array_remove(list, 0);
}

json_t *
alert_throttle_pending(json_t *state)
{
	json_t *list = json_object_get(state, "pending"), *one;

	if ((one = json_incref(json_array_get(list, 0))) == NULL)
		json_object_del(state, "pending");
	else
		json_array_remove(list, 0);
	return one;
}
